package io.abraxas.server.broker;

/**
 * Tells which server a unique id belongs to, where several share their queues. A broker without one
 * owns them all.
 */
public interface UniqueOwners {
  /**
   * Begins to ask for the job's function and unique id. The answer is {@link Broker#ownerKnown}, in
   * a later turn and never from inside the call, in any order.
   */
  void ask(Job job);
}

package io.abraxas.server.broker;

/**
 * Tells which job has a unique id, where several servers share their queues. A broker without one
 * owns them all.
 *
 * <p>Each question is answered once by {@link Broker#ownerKnown}, in a later turn and never from
 * inside the call, in any order.
 */
public interface UniqueOwners {
  /** Begins to claim the job's function and unique id for it. */
  void ask(Job job);

  /**
   * The owner that was named does not exist any more: the job is to take its place, unless somebody
   * else has.
   *
   * @param gone what was answered last, see {@link Owner#claim}
   */
  void replace(Job job, Owner gone);

  /**
   * The owner that was named cannot be reached, or does not know yet: asks again in a while. A job
   * that lives elsewhere has no claim of its own; of it, the home is asked for.
   *
   * @param owner what was answered last; null: nothing was
   */
  void askLater(Job job, Owner owner);

  /** A job that was told to own its unique id does not need it any more. */
  void forget(Job job);

  /**
   * Whether this server is the home of all jobs of an origin, and knows them all.
   *
   * @param origin its index, see {@link Origins}; not this server's own
   */
  boolean isSettled(int origin);
}

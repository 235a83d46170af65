package io.abraxas.server.broker;

import java.util.List;

/**
 * Where jobs are kept so that they outlive the broker. A broker without one keeps them in memory
 * alone and nothing waits.
 *
 * <p>All that one turn of the event loop changed comes in one call. The answer to each put is
 * {@link Broker#stored}, to each removal {@link Broker#forgotten}, in a later turn and never from
 * inside the call, in any order. For one job, operations take effect in the order given.
 */
public interface JobStore {
  /**
   * Begins to write a batch: the puts first, then what is removed. One turn may do both to a job;
   * it is gone then, since handles never come again.
   *
   * @param puts jobs to write or overwrite; a store copies what it needs during the call
   * @param removed handles of jobs to forget, each answered by {@link Broker#forgotten} once it is
   *     gone for good
   */
  void write(List<Job> puts, List<Long> removed);
}

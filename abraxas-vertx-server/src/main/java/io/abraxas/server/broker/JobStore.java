package io.abraxas.server.broker;

import java.util.List;

/**
 * Where jobs are kept so that they outlive the broker. A broker without one keeps them in memory
 * alone and nothing waits.
 *
 * <p>All that one turn of the event loop changed comes in one call. The answer to each put is
 * {@link Broker#stored}, to each removal {@link Broker#forgotten}, in a later turn and never from
 * inside the call, in any order. For one job, operations take effect in the order given.
 *
 * <p>A job may be put again before it is answered. That it is stored may then be told once or for
 * each put. That it is not is about all of them, is never told of a job that was stored before, and
 * leaves nothing of it in the store.
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

  /** Whether it would take new jobs now; asked at each submit of one. */
  default boolean isOpen() {
    return true;
  }
}

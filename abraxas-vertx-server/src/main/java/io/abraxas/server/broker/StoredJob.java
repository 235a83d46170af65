package io.abraxas.server.broker;

/**
 * What a store keeps of a job, and all that another server needs to go on with it. A plain value;
 * its arrays are not to be changed, and are not compared by {@code equals}.
 *
 * @param handle local, see {@link Origins}
 * @param function the name of its function
 * @param unique its unique id as submitted, empty when it has none; a lone {@code -}: by payload
 * @param fromSchedule whether a schedule made it
 * @param retries how often it was taken back from a worker
 * @param queuedMillis when it was accepted, or last queued again, in milliseconds since the Unix
 *     epoch
 * @param dueMillis when it may run, in milliseconds since the Unix epoch; 0: at once
 * @param payload its payload
 * @param reducer the name of its reducer, or null
 * @param firing the due time it was made for, while it must not run because the schedule does not
 *     tell yet that this was done; else null
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and never changed.
public record StoredJob(
    long handle,
    byte[] function,
    byte[] unique,
    boolean fromSchedule,
    Priority priority,
    int retries,
    long queuedMillis,
    long dueMillis,
    byte[] payload,
    byte[] reducer,
    Firing firing) {

  /** A job that waits for no schedule. */
  public StoredJob(
      long handle,
      byte[] function,
      byte[] unique,
      boolean fromSchedule,
      Priority priority,
      int retries,
      long queuedMillis,
      long dueMillis,
      byte[] payload,
      byte[] reducer) {
    this(
        handle,
        function,
        unique,
        fromSchedule,
        priority,
        retries,
        queuedMillis,
        dueMillis,
        payload,
        reducer,
        null);
  }

  /**
   * A job as it is now.
   *
   * @param queuedMillis see above; a job does not remember it
   */
  public static StoredJob of(Job job, long queuedMillis) {
    return new StoredJob(
        job.handle(),
        job.functionName(),
        job.unique(),
        job.isFromSchedule(),
        job.priority(),
        job.retries(),
        queuedMillis,
        job.dueMillis(),
        job.payload(),
        job.reducer(),
        job instanceof FiredJob fired && fired.state.isUnaccepted() ? fired.firing : null);
  }
}

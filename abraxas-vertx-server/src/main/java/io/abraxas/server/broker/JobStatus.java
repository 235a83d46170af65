package io.abraxas.server.broker;

/**
 * What GET_STATUS and GET_STATUS_UNIQUE tell of a job.
 *
 * @param numerator of the last WORK_STATUS, 0 before
 * @param denominator of the last WORK_STATUS, 0 before
 * @param clients how many wait for its result
 */
public record JobStatus(
    boolean known, boolean running, long numerator, long denominator, int clients) {
  /** Nobody knows the job. */
  public static final JobStatus UNKNOWN = new JobStatus(false, false, 0, 0, 0);

  /** The job is known, and waits. */
  public static final JobStatus WAITING = new JobStatus(true, false, 0, 0, 0);

  /** The status of a job, or of a schedule when {@code job} is null. */
  public static JobStatus of(Job job, boolean known) {
    if (job == null) {
      return known ? WAITING : UNKNOWN;
    }
    return new JobStatus(
        true, job.isRunning(), job.numerator(), job.denominator(), job.clientCount());
  }
}

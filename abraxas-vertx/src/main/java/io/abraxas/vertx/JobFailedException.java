package io.abraxas.vertx;

/**
 * The job ended with WORK_FAIL: its worker failed it, its retries are used up, or it was cancelled.
 */
public class JobFailedException extends GearmanException {
  private static final long serialVersionUID = 1L;

  JobFailedException(String message, String handle) {
    super(message + of(handle), null, JobOutcome.FAILED, handle);
  }
}

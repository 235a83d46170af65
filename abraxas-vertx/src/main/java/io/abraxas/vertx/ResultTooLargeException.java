package io.abraxas.vertx;

/** The result is longer than {@code maxResultLength}. The job may have ended well. */
public final class ResultTooLargeException extends GearmanException {
  private static final long serialVersionUID = 1L;

  ResultTooLargeException(long limit, String handle) {
    super(
        "the result is longer than " + limit + " bytes; outcome unknown" + of(handle),
        null,
        JobOutcome.UNKNOWN,
        handle);
  }
}

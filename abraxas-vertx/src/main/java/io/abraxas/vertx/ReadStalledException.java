package io.abraxas.vertx;

/**
 * The task was paused, or read by nobody, for {@code readStallTimeout} with its buffer full. The
 * outcome of the job is unknown.
 */
public final class ReadStalledException extends GearmanException {
  private static final long serialVersionUID = 1L;

  ReadStalledException(long timeoutMs, String handle) {
    super(
        "nobody read the result for " + timeoutMs + " ms; outcome unknown" + of(handle),
        null,
        JobOutcome.UNKNOWN,
        handle);
  }
}

package io.abraxas.vertx;

/**
 * No end, or no answer to a command, within {@code responseTimeout}. It was sent; its outcome is
 * unknown.
 */
public final class TaskTimeoutException extends GearmanException {
  private static final long serialVersionUID = 1L;

  TaskTimeoutException(long timeoutMs, String handle) {
    super(
        "no answer within " + timeoutMs + " ms; outcome unknown" + of(handle),
        null,
        JobOutcome.UNKNOWN,
        handle);
  }
}

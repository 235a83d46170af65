package io.abraxas.vertx;

/** No server could take the job within {@code submitTimeout}: it was never sent. */
public final class SubmitTimeoutException extends GearmanException {
  private static final long serialVersionUID = 1L;

  SubmitTimeoutException(long timeoutMs) {
    super(
        "no server took it within " + timeoutMs + " ms; it was never sent",
        null,
        JobOutcome.NEVER_SENT,
        null);
  }
}

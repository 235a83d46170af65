package io.abraxas.vertx;

/** No server could take the job within {@code submitTimeout}: it was never sent. */
public final class SubmitTimeoutException extends GearmanException {
  private static final long serialVersionUID = 1L;

  SubmitTimeoutException(long timeoutMs, ConnectionErrorException why) {
    super(
        "no server took it within "
            + timeoutMs
            + " ms"
            + (why == null ? "" : " (" + why.getMessage() + ")")
            + "; it was never sent",
        why,
        JobOutcome.NEVER_SENT,
        null);
  }
}

package io.abraxas.vertx;

/** The job cannot be submitted as it is: it was never sent. */
public final class InvalidJobException extends GearmanException {
  private static final long serialVersionUID = 1L;

  InvalidJobException(String message) {
    super(message + "; it was never sent", null, JobOutcome.NEVER_SENT, null);
  }
}

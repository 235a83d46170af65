package io.abraxas.vertx;

/**
 * The payload could not be written: its source failed, stalled, or had another length than
 * declared.
 */
public final class PayloadException extends GearmanException {
  private static final long serialVersionUID = 1L;

  PayloadException(String message, Throwable cause, JobOutcome outcome) {
    super(message, cause, outcome, null);
  }
}

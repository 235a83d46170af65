package io.abraxas.vertx;

/** The client was closed. {@link #outcome} tells whether the job had been sent. */
public final class ClientClosedException extends GearmanException {
  private static final long serialVersionUID = 1L;

  ClientClosedException(JobOutcome outcome, String handle) {
    super(
        "the client was closed; "
            + (outcome == JobOutcome.NEVER_SENT ? "it was never sent" : "outcome unknown")
            + of(handle),
        null,
        outcome,
        handle);
  }
}

package io.abraxas.vertx;

/** More bytes wait for a server than {@code maxWaitingBytes} allows: the job was never sent. */
public final class SubmitQueueFullException extends GearmanException {
  private static final long serialVersionUID = 1L;

  SubmitQueueFullException(long bytes) {
    super(
        bytes + " bytes wait for a server already; it was never sent",
        null,
        JobOutcome.NEVER_SENT,
        null);
  }
}

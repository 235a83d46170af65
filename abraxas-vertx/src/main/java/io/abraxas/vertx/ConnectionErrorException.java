package io.abraxas.vertx;

/**
 * A connection that could not be made, or that had to be given up. Not fatal: the client tries
 * again.
 */
public final class ConnectionErrorException extends GearmanException {
  private static final long serialVersionUID = 1L;

  /** The server it leads to. */
  private final String server;

  ConnectionErrorException(String server, String message, Throwable cause) {
    super(server + ": " + message, cause, JobOutcome.NEVER_SENT, null);
    this.server = server;
  }

  /** The server it leads to. */
  public String server() {
    return server;
  }
}

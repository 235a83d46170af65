package io.abraxas.vertx;

/**
 * The connection was lost before the answer. A job with a handle is lost to this client; without
 * one the server may or may not have it.
 */
public final class ConnectionClosedException extends GearmanException {
  private static final long serialVersionUID = 1L;

  /** The server it led to. */
  private final String server;

  ConnectionClosedException(String server, Throwable cause, String handle) {
    super(
        "lost the connection to " + server + "; outcome unknown" + of(handle),
        cause,
        JobOutcome.UNKNOWN,
        handle);
    this.server = server;
  }

  /** The server it led to. */
  public String server() {
    return server;
  }
}

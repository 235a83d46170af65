package io.abraxas.vertx;

/** The server answered with ERROR, or refused an admin command. */
public final class ServerErrorException extends GearmanException {
  private static final long serialVersionUID = 1L;

  /** The server that refused. */
  private final String server;

  /** The code, in capitals. */
  private final String code;

  /** What the server says about it. */
  private final String text;

  ServerErrorException(String server, String code, String text) {
    super(
        server + ": " + code + (text.isEmpty() ? "" : " " + text), null, JobOutcome.REFUSED, null);
    this.server = server;
    this.code = code;
    this.text = text;
  }

  /** The server that refused. */
  public String server() {
    return server;
  }

  /** The code, such as {@code QUEUE_ERROR}. */
  public String code() {
    return code;
  }

  /** What the server says about it; may be empty. */
  public String text() {
    return text;
  }
}

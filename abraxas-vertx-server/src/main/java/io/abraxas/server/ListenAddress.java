package io.abraxas.server;

/**
 * An address a server listens on: a host and a port, or the path of a Unix socket.
 *
 * @param host a name or an IP address without brackets; null for a Unix socket
 * @param path null for anything but a Unix socket
 */
record ListenAddress(String host, int port, String path) {
  private static final String UNIX = "unix:";
  private static final String ANY = "0.0.0.0";

  /**
   * Reads {@code host}, {@code host:port}, {@code :port}, {@code [v6]:port}, a bare IPv6 address or
   * {@code unix:path}.
   *
   * @param defaultPort where the text names none
   * @throws IllegalArgumentException when it is none of these; the message repeats the text
   */
  static ListenAddress parse(String text, int defaultPort) {
    if (text.startsWith(UNIX)) {
      String path = text.substring(UNIX.length());
      if (path.isEmpty()) {
        throw bad(text, "a path must follow unix:");
      }
      return new ListenAddress(null, 0, path);
    }
    if (text.isEmpty()) {
      throw bad(text, "it is empty");
    }
    int close = text.startsWith("[") ? text.indexOf(']') : -1;
    if (text.startsWith("[") && close < 0) {
      throw bad(text, "the bracket is not closed");
    }
    int colon = text.indexOf(':', close + 1);
    boolean bareV6 = close < 0 && colon >= 0 && text.indexOf(':', colon + 1) >= 0;
    if (colon < 0 || bareV6) {
      String rest = close < 0 ? "" : text.substring(close + 1);
      if (!rest.isEmpty()) {
        throw bad(text, "only :port may follow the bracket");
      }
      return new ListenAddress(close < 0 ? text : text.substring(1, close), defaultPort, null);
    }
    if (close >= 0 && colon != close + 1) {
      throw bad(text, "only :port may follow the bracket");
    }
    String host = close < 0 ? text.substring(0, colon) : text.substring(1, close);
    return new ListenAddress(host.isEmpty() ? ANY : host, port(text, colon + 1), null);
  }

  private static int port(String text, int from) {
    try {
      int port = Integer.parseInt(text.substring(from));
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, as a number out of range is.
    }
    throw bad(text, "the port must be 0 to 65535");
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException(
        "cannot listen on \"" + text + "\": " + why + " (host:port, [v6]:port or unix:path)");
  }

  boolean isUnix() {
    return path != null;
  }

  ListenAddress withPort(int actual) {
    return new ListenAddress(host, actual, path);
  }

  @Override
  public String toString() {
    if (isUnix()) {
      return UNIX + path;
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

package io.abraxas.vertx.connection;

import io.vertx.core.net.SocketAddress;

/**
 * Where a server is: {@code host}, {@code host:port}, {@code [ipv6]:port}, {@code unix:<path>} or
 * {@code local:<name>}. A host called local is {@code [local]:port}.
 *
 * @param text as it was given
 * @param socket what to connect to; null for a server in this JVM
 * @param localName the name of a server in this JVM; null for all others
 */
public record ServerAddress(String text, SocketAddress socket, String localName) {
  /** The port Gearman servers listen on. */
  public static final int DEFAULT_PORT = 4730;

  private static final String UNIX = "unix:";
  private static final String LOCAL = "local:";
  private static final int MAX_PORT = 65_535;

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ServerAddress parse(String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException("a server address must not be empty");
    }
    if (text.startsWith(UNIX)) {
      return new ServerAddress(
          text, SocketAddress.domainSocketAddress(text.substring(UNIX.length())), null);
    }
    if (text.startsWith(LOCAL)) {
      String name = text.substring(LOCAL.length());
      if (name.isBlank()) {
        throw new IllegalArgumentException("no name in the server address \"" + text + "\"");
      }
      return new ServerAddress(text, null, name);
    }
    int bracket = text.lastIndexOf(']');
    int colon = text.lastIndexOf(':');
    // A bare IPv6 address has several colons and no port.
    boolean hasPort = colon > bracket && (bracket >= 0 || text.indexOf(':') == colon);
    String host = hasPort ? text.substring(0, colon) : text;
    int port = hasPort ? port(text, text.substring(colon + 1)) : DEFAULT_PORT;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException("no host in the server address \"" + text + "\"");
    }
    return new ServerAddress(text, SocketAddress.inetSocketAddress(port, host), null);
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port > 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException("no port in the server address \"" + text + "\"");
  }
}

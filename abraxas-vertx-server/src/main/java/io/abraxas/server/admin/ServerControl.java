package io.abraxas.server.admin;

/** The server around the broker, as far as an operator at the console sees it. */
public interface ServerControl {
  /** The server's version. */
  String version();

  /** The level of the log, as gearmand's {@code --verbose} names it. */
  String verbosity();

  /**
   * Begins to stop, in a later turn of the event loop.
   *
   * @param graceful finish running jobs first
   */
  void shutdown(boolean graceful);
}

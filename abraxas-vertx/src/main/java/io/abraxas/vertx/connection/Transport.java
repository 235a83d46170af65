package io.abraxas.vertx.connection;

import io.vertx.core.Future;

/** One way to one server. */
public interface Transport {
  /**
   * Makes a connection.
   *
   * <p>Called on the loop. The future completes on the loop, and the listener is called on it, with
   * the loop's context current, from the completion on.
   */
  Future<Connection> connect(ConnectionListener listener);

  /** Frees what the transport holds beside its connections. */
  Future<Void> close();
}

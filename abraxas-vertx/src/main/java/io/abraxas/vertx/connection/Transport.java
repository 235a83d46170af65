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

  /**
   * Has the action run, on the loop, each time the server has become reachable; at other times only
   * an attempt tells. Called once, before the first {@link #connect}.
   */
  default void onReachable(Runnable action) {}

  /** Frees what the transport holds beside its connections. */
  Future<Void> close();
}

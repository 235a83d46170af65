package io.abraxas.vertx.connection;

import io.abraxas.vertx.protocol.PacketListener;

/** What a {@link Connection} tells its owner, always on the loop. */
public interface ConnectionListener extends PacketListener {
  /** {@link Connection#isWritable} or {@link Connection#isPayloadWritable} has become true. */
  void drained();

  /**
   * It is gone; nothing else follows. Called once.
   *
   * @param cause null when the other side closed it
   */
  void closed(Throwable cause);
}

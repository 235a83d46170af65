package io.abraxas.vertx.connection;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** A server in this JVM, as clients of the same Vert.x reach it without a socket. */
public interface LocalServer {
  /** The loop its ends of connections live on. */
  EventLoop eventLoop();

  /**
   * Takes over its end of a new connection: a channel that is registered and active and carries
   * {@link io.netty.buffer.ByteBuf}s, with an empty pipeline. Nothing arrives during the call.
   *
   * <p>Called on the server's loop. A server that wants no connection closes it.
   */
  void accept(Channel channel);
}

package io.abraxas.vertx.connection;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;

/** Connects over TCP, TLS or a Unix socket. */
public final class SocketTransport implements Transport {
  private final ContextInternal loop;
  private final NetClient client;
  private final ServerAddress address;
  private final int maxPacketLength;
  private final boolean packetLog;
  private final boolean trafficLog;

  /** Creates the way to a server; it connects to nothing yet. */
  public SocketTransport(
      ContextInternal loop,
      NetClientOptions options,
      ServerAddress address,
      int maxPacketLength,
      boolean packetLog,
      boolean trafficLog) {
    this.loop = loop;
    this.client = loop.owner().createNetClient(options);
    this.address = address;
    this.maxPacketLength = maxPacketLength;
    this.packetLog = packetLog;
    this.trafficLog = trafficLog;
  }

  @Override
  public Future<Connection> connect(ConnectionListener listener) {
    return client.connect(address.socket()).map(socket -> attach(socket, listener));
  }

  /** Puts our handler before that of Vert.x, which then sees no bytes, only the end. */
  private Connection attach(NetSocket socket, ConnectionListener listener) {
    ChannelHandlerContext last = ((NetSocketInternal) socket).channelHandlerContext();
    WireLog log = new WireLog(address.text(), packetLog, trafficLog);
    ChannelConnection connection =
        new ChannelConnection(loop, last.channel(), listener, maxPacketLength, log);
    // Vert.x reports what it sees by default as unhandled; our handler tells the listener.
    socket.exceptionHandler(cause -> {});
    last.pipeline().addBefore(last.name(), "gearman", connection);
    if (!last.channel().isActive()) {
      throw new IllegalStateException("closed while connecting");
    }
    return connection;
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}

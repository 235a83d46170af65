package io.abraxas.vertx.connection;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.net.ConnectException;
import java.util.concurrent.RejectedExecutionException;

/** Connects to a server in the same JVM, without a socket. */
public final class LocalTransport implements Transport {
  private final ContextInternal loop;
  private final ServerAddress address;
  private final int maxPacketLength;
  private final boolean packetLog;
  private final boolean trafficLog;
  private final LocalServers servers;
  private Runnable watcher;

  /** Creates the way to a server, which need not be there yet. */
  public LocalTransport(
      ContextInternal loop,
      ServerAddress address,
      int maxPacketLength,
      boolean packetLog,
      boolean trafficLog) {
    this.loop = loop;
    this.address = address;
    this.maxPacketLength = maxPacketLength;
    this.packetLog = packetLog;
    this.trafficLog = trafficLog;
    this.servers = LocalServers.of(loop.owner());
  }

  @Override
  public Future<Connection> connect(ConnectionListener listener) {
    LocalServer server = servers.find(address.localName());
    if (server == null) {
      return loop.failedFuture(
          new ConnectException(
              "no Gearman server in this Vert.x has the local name \""
                  + address.localName()
                  + "\""));
    }
    PipeChannel near =
        PipeChannel.between(loop.nettyEventLoop(), server.eventLoop(), address.text());
    try {
      // Always a task: a client never calls the server.
      server.eventLoop().execute(() -> accept(server, near.peer()));
    } catch (RejectedExecutionException e) {
      return loop.failedFuture(e);
    }
    near.register();
    WireLog log = new WireLog(address.text(), packetLog, trafficLog);
    ChannelConnection connection =
        new ChannelConnection(loop, near, listener, maxPacketLength, log);
    near.pipeline().addLast("gearman", connection);
    return loop.succeededFuture(connection);
  }

  private static void accept(LocalServer server, PipeChannel theirs) {
    theirs.register();
    try {
      server.accept(theirs);
    } catch (RuntimeException e) {
      theirs.close();
      throw e;
    }
  }

  @Override
  public void onReachable(Runnable action) {
    watcher = () -> loop.nettyEventLoop().execute(() -> loop.dispatch(action));
    servers.watch(address.localName(), watcher);
  }

  @Override
  public Future<Void> close() {
    if (watcher != null) {
      servers.unwatch(address.localName(), watcher);
    }
    return loop.succeededFuture();
  }
}

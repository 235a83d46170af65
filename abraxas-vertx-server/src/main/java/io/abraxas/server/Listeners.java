package io.abraxas.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.shareddata.LocalMap;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses a server listens on: all of them or none. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final int FOREVER_DAYS = 365;
  private static final String STOPPED = "the server was stopped meanwhile";
  private static final String CLAIMS = "io.abraxas.server.addresses";

  private final Vertx vertx;
  private final GearmanServerOptions options;
  private final Handler<NetSocketInternal> accept;

  /** Null: the server is not to be reached without a socket. */
  private final LocalListener local;

  /** Read from any thread, changed on the event loop. */
  private final List<Listener> open = new CopyOnWriteArrayList<>();

  /** Set when the listeners are being closed, which happens once. */
  private Future<Void> closing;

  private record Listener(ListenAddress address, NetServer server) {
    int port() {
      return server.actualPort();
    }

    @Override
    public String toString() {
      return address.isUnix() ? address.toString() : address.withPort(port()).toString();
    }
  }

  Listeners(
      Vertx vertx,
      GearmanServerOptions options,
      Handler<NetSocketInternal> accept,
      LocalListener local) {
    this.vertx = vertx;
    this.options = options;
    this.accept = accept;
    this.local = local;
  }

  /** Opens all addresses; when one fails, closes those that are open and fails. */
  Future<Void> open() {
    if (!options.hasSockets() && local == null) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "nobody could connect: listen is an empty list, and local names nothing"));
    }
    boolean anyInterface = options.hasSockets() && options.getListen().isEmpty();
    Future<Void> chain = anyInterface ? openAny() : Future.succeededFuture();
    for (ListenAddress address : options.listenAddresses()) {
      chain = chain.compose(v -> open(address));
    }
    // Last: clients that wait for the name connect at once.
    chain = chain.compose(v -> openLocal());
    return chain.recover(
        cause -> {
          // At once: peers may have connected already, and nobody will close them.
          List<Future<?>> gone = new ArrayList<>();
          open.forEach(listener -> gone.add(closing(listener, 0)));
          open.clear();
          return Future.join(gone).transform(closed -> Future.<Void>failedFuture(cause));
        });
  }

  private Future<Void> openLocal() {
    if (local == null) {
      return Future.succeededFuture();
    }
    return closing == null ? local.open() : Future.failedFuture(STOPPED);
  }

  /** All interfaces: IPv6's any address takes IPv4 too, where there is IPv6. */
  private Future<Void> openAny() {
    int port = options.getPort();
    return open(new ListenAddress("::", port, null))
        .recover(noIpv6 -> open(new ListenAddress("0.0.0.0", port, null)));
  }

  private Future<Void> open(ListenAddress address) {
    // Vert.x would share a port between two instances and deal out connections in turn.
    boolean claimed = address.isUnix() || address.port() > 0;
    if (claimed && claims().putIfAbsent(address.toString(), true) != null) {
      return Future.failedFuture(
          new BindException(
              "cannot listen on "
                  + address
                  + ": another Gearman server in this Vert.x does. A server has one set of"
                  + " queues; deploy a single instance of it"));
    }
    NetServer server =
        vertx
            .createNetServer(
                new NetServerOptions()
                    .setAcceptBacklog(options.getBacklog())
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(options.getConnectionOptions().isKeepalive())
                    .setRegisterWriteHandler(false))
            .connectHandler(socket -> accept.handle((NetSocketInternal) socket));
    return removeStaleSocket(address)
        .compose(v -> server.listen(socketAddress(address)))
        .compose(
            v -> {
              Listener listener = new Listener(address, server);
              if (closing != null) {
                return closing(listener, 0).compose(done -> Future.failedFuture(STOPPED));
              }
              open.add(listener);
              return Future.<Void>succeededFuture();
            })
        .recover(
            cause -> {
              if (claimed) {
                claims().remove(address.toString());
              }
              return Future.failedFuture(explain(address, cause));
            });
  }

  private LocalMap<String, Boolean> claims() {
    return vertx.sharedData().getLocalMap(CLAIMS);
  }

  private static SocketAddress socketAddress(ListenAddress address) {
    return address.isUnix()
        ? SocketAddress.domainSocketAddress(address.path())
        : SocketAddress.inetSocketAddress(address.port(), address.host());
  }

  private static Throwable explain(ListenAddress address, Throwable cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    BindException explained = new BindException("cannot listen on " + address + ": " + reason);
    explained.initCause(cause);
    return explained;
  }

  /** A server that was killed leaves its socket's file behind, which nobody listens on any more. */
  private Future<Void> removeStaleSocket(ListenAddress address) {
    if (!address.isUnix()) {
      return Future.succeededFuture();
    }
    if (!vertx.isNativeTransportEnabled()) {
      return Future.failedFuture("Unix sockets need the native transport");
    }
    return vertx.executeBlocking(
        () -> {
          Path path = Path.of(address.path());
          if (Files.exists(path)) {
            if (isAnswered(path)) {
              throw new BindException("another process listens there");
            }
            Files.delete(path);
          }
          return null;
        });
  }

  private static boolean isAnswered(Path path) throws IOException {
    if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
      throw new BindException("there is a file of that name that is no socket");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      return false;
    }
  }

  /**
   * Closes the listeners at once.
   *
   * @return completes when all their connections are closed, which the caller sees to
   */
  Future<Void> close() {
    if (closing == null) {
      List<Future<?>> gone = new ArrayList<>();
      for (Listener listener : open) {
        gone.add(closing(listener, FOREVER_DAYS));
      }
      open.clear();
      if (local != null) {
        gone.add(local.close());
      }
      closing = Future.join(gone).mapEmpty();
    }
    return closing;
  }

  /** Closes the listener at once, and after so many days the connections that are left. */
  private Future<Void> closing(Listener listener, int days) {
    ListenAddress address = listener.address();
    if (address.isUnix()) {
      // Before the socket closes: later on the file may be that of a successor.
      try {
        Files.deleteIfExists(Path.of(address.path()));
      } catch (IOException e) {
        LOG.warn("cannot delete the socket {}: {}", address.path(), e.toString());
      }
    }
    // Until they are gone Vert.x might let a second server of its own share the address.
    return listener
        .server()
        .shutdown(days, TimeUnit.DAYS)
        .eventually(this::release)
        .onComplete(done -> claims().remove(address.toString()));
  }

  /**
   * Waits until the port of a closed listener is free. With NIO it is when the selector has looked
   * once more, see {@link java.nio.channels.SelectionKey#cancel}; tasks with a delay run after
   * that.
   */
  private Future<Void> release() {
    VertxInternal internal = (VertxInternal) vertx;
    Promise<Void> released = internal.promise();
    internal
        .acceptorEventLoopGroup()
        .next()
        .schedule(() -> released.tryComplete(), 1, TimeUnit.MILLISECONDS);
    return released.future();
  }

  int actualPort() {
    for (Listener listener : open) {
      if (!listener.address().isUnix()) {
        return listener.port();
      }
    }
    return -1;
  }

  List<String> addresses() {
    List<String> addresses = new ArrayList<>(open.stream().map(Listener::toString).toList());
    if (local != null && local.isOpen()) {
      addresses.add(local.toString());
    }
    return addresses;
  }
}

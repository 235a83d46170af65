package io.abraxas.server.link;

import io.abraxas.server.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between two nodes: counts what passes, and cuts or swallows it when a test says so. */
final class LinkProxy implements AutoCloseable {
  private final NetServer server;
  private final NetClient client;
  private final int target;
  private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean silent;

  private LinkProxy(Vertx vertx, int target) {
    this.target = target;
    client = vertx.createNetClient();
    server = vertx.createNetServer().connectHandler(this::accept);
  }

  static LinkProxy start(Vertx vertx, int target) {
    LinkProxy proxy = new LinkProxy(vertx, target);
    TestServer.await(proxy.server.listen(0, "127.0.0.1"));
    return proxy;
  }

  int port() {
    return server.actualPort();
  }

  /** All that has passed, both ways. */
  long bytes() {
    return bytes.get();
  }

  /** Cuts all connections there are. */
  void cut() {
    sockets.forEach(NetSocket::close);
  }

  /** From now on everything is swallowed, while the connections stay. */
  void fallSilent() {
    silent = true;
  }

  private void accept(NetSocket near) {
    near.exceptionHandler(e -> {});
    near.pause();
    client
        .connect(target, "127.0.0.1")
        .onComplete(
            far -> {
              sockets.add(near);
              far.exceptionHandler(e -> {});
              pass(near, far);
              pass(far, near);
              near.resume();
            },
            e -> near.close());
  }

  private void pass(NetSocket from, NetSocket to) {
    from.closeHandler(v -> to.close());
    from.handler(
        (Buffer data) -> {
          bytes.addAndGet(data.length());
          if (!silent) {
            to.write(data);
            if (to.writeQueueFull()) {
              from.pause();
              to.drainHandler(v -> from.resume());
            }
          }
        });
  }

  @Override
  public void close() {
    TestServer.await(server.close());
    TestServer.await(client.close());
  }
}

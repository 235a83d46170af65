package io.abraxas.server;

import io.abraxas.vertx.connection.LocalServer;
import io.abraxas.vertx.connection.LocalServers;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.util.function.Consumer;

/** The name under which clients of the same Vert.x find a server. Confined to the event loop. */
final class LocalListener implements LocalServer {
  private final LocalServers servers;
  private final EventLoop loop;
  private final String name;
  private final Consumer<Channel> accept;
  private final Promise<Void> gone = Promise.promise();
  private int connections;
  private boolean closed;

  /** Read from any thread. */
  private volatile boolean open;

  LocalListener(Vertx vertx, EventLoop loop, String name, Consumer<Channel> accept) {
    this.servers = LocalServers.of(vertx);
    this.loop = loop;
    this.name = name;
    this.accept = accept;
  }

  boolean isOpen() {
    return open;
  }

  Future<Void> open() {
    try {
      servers.register(name, this);
      open = true;
      return Future.succeededFuture();
    } catch (IllegalStateException e) {
      BindException taken = new BindException("cannot listen on " + this + ": " + e.getMessage());
      taken.initCause(e);
      return Future.failedFuture(taken);
    }
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public void accept(Channel channel) {
    if (closed) {
      channel.close();
      return;
    }
    connections++;
    channel.closeFuture().addListener(done -> connectionClosed());
    accept.accept(channel);
  }

  private void connectionClosed() {
    connections--;
    if (closed && connections == 0) {
      gone.tryComplete();
    }
  }

  /**
   * Gives the name up at once.
   *
   * @return completes when its connections are closed, which the caller sees to
   */
  Future<Void> close() {
    closed = true;
    open = false;
    servers.unregister(name, this);
    if (connections == 0) {
      gone.tryComplete();
    }
    return gone.future();
  }

  @Override
  public String toString() {
    return "local:" + name;
  }
}

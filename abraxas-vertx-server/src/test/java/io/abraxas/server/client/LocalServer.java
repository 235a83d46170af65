package io.abraxas.server.client;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.interop.ServerUnderTest;
import io.vertx.core.Vertx;
import java.util.List;

/** A server without a socket, in the Vert.x of its clients. */
final class LocalServer extends ServerUnderTest {
  private static final String NAME = "here";
  static final String ADDRESS = "local:" + NAME;

  private final GearmanServer server;

  private LocalServer(GearmanServer server) {
    this.server = server;
  }

  static GearmanServerOptions options() {
    return new GearmanServerOptions().setListen(List.of()).setLocal(NAME);
  }

  static LocalServer start(Vertx vertx) {
    return start(vertx, options());
  }

  static LocalServer start(Vertx vertx, GearmanServerOptions options) {
    return new LocalServer(Await.result(GearmanServer.create(vertx, options).listen()));
  }

  GearmanServer server() {
    return server;
  }

  @Override
  public int port() {
    throw new IllegalStateException("it has no socket");
  }

  @Override
  public void close() {
    Await.result(server.close());
  }
}

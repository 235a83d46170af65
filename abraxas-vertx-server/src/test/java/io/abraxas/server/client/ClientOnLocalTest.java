package io.abraxas.server.client;

import io.abraxas.server.interop.ServerUnderTest;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** All of it without a socket, on several event loops. */
class ClientOnLocalTest extends ClientOnAbraxasTest {
  @Override
  Vertx newVertx() {
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(4));
  }

  @Override
  ServerUnderTest startServer() {
    return LocalServer.start(vertx);
  }

  @Override
  String address() {
    return LocalServer.ADDRESS;
  }

  @Override
  String peerAddress() {
    return "local";
  }
}

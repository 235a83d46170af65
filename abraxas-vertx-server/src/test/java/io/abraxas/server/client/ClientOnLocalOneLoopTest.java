package io.abraxas.server.client;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** The same with all clients and the server on one event loop, with the native transport. */
class ClientOnLocalOneLoopTest extends ClientOnLocalTest {
  @Override
  Vertx newVertx() {
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  }
}

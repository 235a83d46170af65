package io.abraxas.server.client;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.interop.ServerUnderTest;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;

/** All of it without a socket, on several event loops. */
class ClientOnLocalTest extends ClientOnAbraxasTest {
  private static final String NAME = "here";

  @Override
  Vertx newVertx() {
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(4));
  }

  @Override
  ServerUnderTest startServer() {
    return new Local(vertx);
  }

  @Override
  String address() {
    return "local:" + NAME;
  }

  @Override
  String peerAddress() {
    return "local";
  }

  private static final class Local extends ServerUnderTest {
    private final GearmanServer server;

    Local(Vertx vertx) {
      server =
          GearmanServer.create(
              vertx, new GearmanServerOptions().setListen(List.of()).setLocal(NAME));
      Await.result(server.listen());
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
}

package io.abraxas.server.client;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fresh server and a Vert.x for each test; clients end with it. */
abstract class ClientTest {
  private final ServerUnderTest.Kind kind;
  private final List<GearmanClient> clients = new ArrayList<>();
  ServerUnderTest server;
  Vertx vertx;

  ClientTest(ServerUnderTest.Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void start() throws IOException {
    vertx = Vertx.vertx();
    server = kind.start();
  }

  @AfterEach
  void stop() {
    clients.forEach(client -> Await.result(client.close()));
    Await.result(vertx.close());
    server.close();
  }

  GearmanClientOptions options() {
    return new GearmanClientOptions()
        .addServer("127.0.0.1:" + server.port())
        .setReconnectDelay(5)
        .setMaxReconnectDelay(50);
  }

  GearmanClient client() {
    return client(options());
  }

  GearmanClient client(GearmanClientOptions options) {
    GearmanClient client = GearmanClient.create(vertx, options);
    clients.add(client);
    return client;
  }
}

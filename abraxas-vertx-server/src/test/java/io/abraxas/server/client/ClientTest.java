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
    vertx = newVertx();
    server = startServer();
  }

  Vertx newVertx() {
    return Vertx.vertx();
  }

  ServerUnderTest startServer() throws IOException {
    return kind.start();
  }

  /** Where clients find the server. */
  String address() {
    return "127.0.0.1:" + server.port();
  }

  @AfterEach
  void stop() {
    clients.forEach(client -> Await.result(client.close()));
    server.close();
    Await.result(vertx.close());
  }

  /** What the server shows for them. */
  String peerAddress() {
    return "127.0.0.1";
  }

  GearmanClientOptions options() {
    return new GearmanClientOptions()
        .addServer(address())
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

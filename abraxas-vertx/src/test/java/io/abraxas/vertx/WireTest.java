package io.abraxas.vertx;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client against a {@link FakeServer}, packet by packet. */
abstract class WireTest {
  Vertx vertx;
  FakeServer server;
  private final List<GearmanClient> clients = new ArrayList<>();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    server = new FakeServer(vertx);
  }

  @AfterEach
  void stop() {
    clients.forEach(client -> Waits.result(client.close()));
    Waits.result(vertx.close());
  }

  GearmanClient client(GearmanClientOptions options) {
    GearmanClient client = GearmanClient.create(vertx, options);
    clients.add(client);
    return client;
  }

  /**
   * The client's loop has done all that this thread asked of it before. Without it, a loop that is
   * reading may go on to what the server sends next.
   */
  static void settled(GearmanClient client) {
    Promise<Void> done = Promise.promise();
    ((ClientImpl) client).loop().later(done::complete);
    Waits.result(done.future());
  }

  GearmanClient client() {
    return client(server.options());
  }

  /** A client that is connected: what it sends now is sent in this order. */
  GearmanClient connectedClient() {
    return connectedClient(server.options());
  }

  GearmanClient connectedClient(GearmanClientOptions options) {
    GearmanClient client = client(options);
    Future<Buffer> echo = client.echo(Buffer.buffer("there?"));
    server.next();
    server.send(PacketType.ECHO_RES, "there?");
    Waits.result(echo);
    return client;
  }
}

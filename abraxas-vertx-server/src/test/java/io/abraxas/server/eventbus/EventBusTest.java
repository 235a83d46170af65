package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.client.Await;
import io.abraxas.vertx.FunctionStatus;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server and an application in one Vert.x, and what the tests ask of its event bus. */
abstract class EventBusTest {
  /** How clients reach the server. */
  enum Link {
    TCP,
    LOCAL
  }

  private final Link link;
  private final String name = "t" + UUID.randomUUID();
  Vertx vertx;
  GearmanServer server;

  EventBusTest(Link link) {
    this.link = link;
  }

  @BeforeEach
  final void start() {
    vertx = Vertx.vertx();
    server = GearmanServer.create(vertx, serverOptions());
    Await.result(server.listen());
  }

  @AfterEach
  final void stop() {
    Await.result(vertx.close());
  }

  /** For a test whose server is different; before it uses the first. */
  final void restart(GearmanServerOptions options) {
    Await.result(server.close());
    server = GearmanServer.create(vertx, options);
    Await.result(server.listen());
  }

  GearmanServerOptions serverOptions() {
    return link == Link.TCP
        ? new GearmanServerOptions().setListen(List.of("127.0.0.1:0"))
        : new GearmanServerOptions().setListen(List.of()).setLocal(name);
  }

  /** Where clients find the server. */
  String address() {
    return link == Link.TCP ? "127.0.0.1:" + server.actualPort() : "local:" + name;
  }

  GearmanClientOptions clientOptions() {
    return new GearmanClientOptions()
        .addServer(address())
        .setReconnectDelay(5)
        .setMaxReconnectDelay(50);
  }

  GearmanClient client() {
    return GearmanClient.create(vertx, clientOptions());
  }

  /** The part of a configuration that names the server. */
  JsonObject clientJson() {
    return new JsonObject().put("servers", new JsonArray().add(address()));
  }

  String deploy(Deployable verticle, JsonObject config) {
    return Await.result(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
  }

  <T> Future<T> request(String address, Object body, String... headers) {
    return request(vertx, address, body, headers);
  }

  static <T> Future<T> request(Vertx vertx, String address, Object body, String... headers) {
    DeliveryOptions options = new DeliveryOptions();
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return vertx.eventBus().<T>request(address, body, options).map(Message::body);
  }

  static ReplyException failure(Future<?> request) {
    Throwable e = Await.failure(request);
    assertThat(e).isInstanceOf(ReplyException.class);
    return (ReplyException) e;
  }

  /** What the server counts of a function; zeros when it does not know it. */
  FunctionStatus status(GearmanClient client, String function) {
    return Await.result(client.admin().status()).stream()
        .filter(one -> one.function().equals(function))
        .findFirst()
        .orElse(new FunctionStatus(new JsonObject()));
  }
}

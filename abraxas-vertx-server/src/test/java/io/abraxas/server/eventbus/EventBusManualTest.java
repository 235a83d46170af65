package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.client.Await;
import io.abraxas.vertx.GearmanWorkerVerticle;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.abraxas.vertx.eventbus.JobReplyException;
import io.abraxas.vertx.eventbus.TaskPublisherVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of docs/event-bus.md, as it stands there. */
@SuppressWarnings("StringCaseLocaleUsage") // A manual is short.
class EventBusManualTest extends EventBusTest {
  /** All but what is included from the examples, whose tests see to it. */
  private static final Pattern CODE =
      Pattern.compile("(?<!-->\n)```java\n(.*?)```", Pattern.DOTALL);

  EventBusManualTest() {
    super(Link.LOCAL);
  }

  /** The worker. */
  public static class ToUpper extends GearmanWorkerVerticle {
    public ToUpper() {
      super("toUpper");
    }

    @Override
    protected Future<?> work(WorkerTask task) {
      return Future.succeededFuture(task.payloadText().toUpperCase());
    }
  }

  private Future<String> bridge(String address) {
    return vertx.deployVerticle(
        new JobBridgeVerticle(),
        new DeploymentOptions()
            .setConfig(
                new JsonObject()
                    .put("functions", new JsonArray().add("toUpper"))
                    .put("client", new JsonObject().put("servers", new JsonArray().add(address)))));
  }

  private Future<String> worker(String address) {
    return vertx.deployVerticle(
        ToUpper.class,
        new DeploymentOptions()
            .setInstances(2)
            .setConfig(
                new JsonObject().put("servers", new JsonArray().add(address)).put("maxJobs", 8)));
  }

  private Future<String> publisher(String address) {
    return vertx.deployVerticle(
        new TaskPublisherVerticle(),
        new DeploymentOptions()
            .setConfig(
                new JsonObject()
                    .put("functions", new JsonObject().put("toUpper", "text.upper"))
                    .put("client", new JsonObject().put("servers", new JsonArray().add(address)))));
  }

  private Future<String> send() {
    return vertx.eventBus().<String>request("abraxas.jobs.toUpper", "hello").map(Message::body);
  }

  private Future<Message<String>> sendPatiently() {
    JobReplyException.registerCodec(vertx); // once for each Vert.x, before the first request
    DeliveryOptions typed = new DeliveryOptions().addHeader("failures", "typed");
    DeliveryOptions patient =
        new DeliveryOptions().setSendTimeout(610_000).addHeader("timeout", "600000");
    patient.getHeaders().addAll(typed.getHeaders());
    return vertx.eventBus().request("abraxas.jobs.toUpper", "hello", patient);
  }

  @Test
  void workerVerticleDoesIt() {
    Await.result(bridge(address()));
    Await.result(worker(address()));
    assertThat(Await.result(send())).isEqualTo("HELLO");
    assertThat(Await.result(sendPatiently()).body()).isEqualTo("HELLO");
  }

  @Test
  void consumerDoesIt() {
    Await.result(bridge(address()));
    vertx
        .eventBus()
        .<Buffer>consumer(
            "text.upper", message -> message.reply(message.body().toString().toUpperCase()));
    Await.result(publisher(address()));
    assertThat(Await.result(send())).isEqualTo("HELLO");
  }

  @Test
  void manualShowsThisCode() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("docs"))) {
      root = root.getParent();
    }
    Path source =
        root.resolve("abraxas-vertx-server/src/test/java")
            .resolve(getClass().getName().replace('.', '/') + ".java");
    String compiled = dense(Files.readString(source)).replace("publicstatic", "public");
    List<String> shown =
        CODE.matcher(Files.readString(root.resolve("docs/event-bus.md")))
            .results()
            .map(match -> dense(match.group(1)))
            .toList();
    assertThat(shown).hasSize(8).allSatisfy(code -> assertThat(compiled).contains(code));
  }

  private static String dense(String code) {
    return code.replaceAll("\\s+", "");
  }
}

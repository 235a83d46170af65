package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.client.Await;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobFailedException;
import io.abraxas.vertx.JobProgress;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.JobThrewException;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.abraxas.vertx.eventbus.PublishedFunction;
import io.abraxas.vertx.eventbus.TaskBody;
import io.abraxas.vertx.eventbus.TaskPublisher;
import io.abraxas.vertx.eventbus.TaskPublisherOptions;
import io.abraxas.vertx.eventbus.TaskPublisherVerticle;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/event-bus.md says of publishing tasks. */
abstract class TaskPublisherContract extends EventBusTest {
  GearmanClient client;

  TaskPublisherContract(Link link) {
    super(link);
  }

  @BeforeEach
  void connect() {
    client = client();
  }

  String publish(JsonObject functions) {
    return publish(functions, new JsonObject());
  }

  private String publish(JsonObject functions, JsonObject more) {
    JsonObject config =
        new JsonObject()
            .put("functions", functions)
            .put("retryDelay", 5)
            .put("maxRetryDelay", 50)
            .put("client", clientJson().put("maxJobs", 4));
    return deploy(new TaskPublisherVerticle(), config.mergeIn(more, true));
  }

  private String publish(String body) {
    return publish(
        new JsonObject().put("f", new JsonObject().put("address", "tasks.f").put("body", body)));
  }

  MessageConsumer<Object> consume(Handler<Message<Object>> handler) {
    MessageConsumer<Object> consumer = vertx.eventBus().consumer("tasks.f", handler);
    Await.result(consumer.completion());
    return consumer;
  }

  private String submit(String payload) {
    return Await.result(client.submitJob("f", payload).resultText());
  }

  @Test
  void payloadIsABufferUnlessToldOtherwise() {
    publish(new JsonObject().put("f", "tasks.f"));
    AtomicReference<Object> seen = new AtomicReference<>();
    consume(
        message -> {
          seen.set(message.body());
          message.reply(message.body());
        });
    assertThat(submit("abc")).isEqualTo("abc");
    assertThat(seen.get()).isEqualTo(Buffer.buffer("abc"));
  }

  @Test
  void payloadIsAString() {
    publish("STRING");
    AtomicReference<Object> seen = new AtomicReference<>();
    consume(
        message -> {
          seen.set(message.body());
          message.reply("gr\u00fc\u00df");
        });
    assertThat(submit("abc")).isEqualTo("gr\u00fc\u00df");
    assertThat(seen.get()).isEqualTo("abc");
  }

  @Test
  void payloadIsJson() {
    publish("JSON");
    List<Object> seen = new ArrayList<>();
    consume(
        message -> {
          seen.add(message.body());
          message.reply(message.body());
        });
    for (String json : List.of("{\"a\":1}", "[1,2]", "\"x\"", "7", "true", "null")) {
      assertThat(submit(json)).isEqualTo(json.equals("null") ? "" : json.replace("\"x\"", "x"));
    }
    assertThat(seen)
        .containsExactly(
            new JsonObject().put("a", 1), new JsonArray().add(1).add(2), "x", 7, true, null);
    assertThat(threw("no json").toString()).contains("the payload is no JSON");
    assertThat(seen).hasSize(6);
  }

  private Buffer threw(String payload) {
    Throwable e = Await.failure(client.submitJob("f", payload).result());
    assertThat(e).isInstanceOf(JobThrewException.class);
    return ((JobThrewException) e).data();
  }

  @Test
  void everyKindOfReplyIsAResult() {
    publish(new JsonObject().put("f", "tasks.f"));
    AtomicReference<Object> reply = new AtomicReference<>();
    consume(message -> message.reply(reply.get()));
    for (Object body :
        Arrays.asList(
            "s", 1, 2L, 0.5, true, new JsonObject().put("a", 1), new JsonArray().add(1))) {
      reply.set(body);
      assertThat(submit("x")).isEqualTo(body.toString());
    }
    reply.set("bytes".getBytes(StandardCharsets.UTF_8));
    assertThat(submit("x")).isEqualTo("bytes");
    reply.set(null);
    assertThat(submit("x")).isEmpty();
    reply.set('c');
    assertThat(threw("x").toString()).contains("java.lang.Character");
  }

  @Test
  void headersNameTheJob() {
    publish(new JsonObject().put("f", "tasks.f"));
    consume(
        message ->
            message.reply(
                message.headers().get("function")
                    + " "
                    + message.headers().get("handle")
                    + " "
                    + message.headers().get("unique")
                    + " "
                    + message.headers().get("reducer")));
    Task task =
        client.submit(new JobRequest("f", Buffer.buffer("x")).setUniqueId("u").setReducer("sum"));
    assertThat(Await.result(task.resultText()))
        .isEqualTo("f " + Await.result(task.handle()) + " u sum");
    Task plain = client.submitJob("f", "x");
    assertThat(Await.result(plain.resultText()))
        .isEqualTo("f " + Await.result(plain.handle()) + " null null");
  }

  @Test
  void failureOfTheConsumerIsTheFailureOfTheJob() {
    publish("STRING");
    consume(message -> message.fail(404, "not here"));
    assertThat(threw("x")).isEqualTo(Buffer.buffer("not here"));
  }

  @Test
  void failureWithoutAWordFailsTheJob() {
    publish("STRING");
    consume(message -> message.fail(404, ""));
    assertThat(Await.failure(client.submitJob("f", "x").result()))
        .isExactlyInstanceOf(JobFailedException.class);
  }

  @Test
  void failureOfAJsonFunctionIsJson() {
    publish("JSON");
    consume(message -> message.fail(404, "not here"));
    assertThat(threw("{}").toJsonObject())
        .isEqualTo(
            new JsonObject()
                .put("failureType", "RECIPIENT_FAILURE")
                .put("failureCode", 404)
                .put("message", "not here"));
  }

  @Test
  void dataOfAFailedJobThatTheConsumerWaitedForIsPassedOn() {
    publish(new JsonObject().put("f", "tasks.f"));
    deploy(new JobBridgeVerticle(), new JsonObject().put("client", clientJson()));
    Buffer data = Buffer.buffer(new byte[] {-1, 0, 1});
    client.registerTaskWorker("inner", task -> task.fail(data));
    consume(
        message ->
            request("abraxas.jobs", "x", "function", "inner")
                .onComplete(message::reply, message::reply));
    assertThat(threw("x")).isEqualTo(data);
  }

  @Test
  void replyThatDoesNotComeInTimeFailsTheJob() {
    publish(
        new JsonObject().put("f", new JsonObject().put("address", "tasks.f").put("timeout", 100)));
    List<Message<Object>> seen = new ArrayList<>();
    consume(seen::add);
    assertThat(threw("x").toString()).contains("Timed out", "100");
    assertThat(seen).hasSize(1);
  }

  @Test
  void withoutATimeoutReplyMayTakeLongerThanTheEventBusAllows() {
    publish(new JsonObject().put("f", "tasks.f"));
    AtomicReference<Long> timeout = new AtomicReference<>();
    vertx
        .eventBus()
        .addOutboundInterceptor(
            context -> {
              if (context.message().address().equals("tasks.f")) {
                timeout.set(sendTimeout(context));
              }
              context.next();
            });
    consume(message -> message.reply("x"));
    submit("x");
    assertThat(timeout.get()).isGreaterThan(365L * 24 * 60 * 60 * 1000);
  }

  /** The context of Vert.x has it in a field. */
  private static long sendTimeout(Object context) {
    try {
      Field options = context.getClass().getField("options");
      options.setAccessible(true);
      return ((DeliveryOptions) options.get(context)).getSendTimeout();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void consumerTellsOfProgress(TaskBody body) {
    // First: what is told before there is a handler for it is told to nobody.
    Queue<String> told = new ConcurrentLinkedQueue<>();
    Task task = client.submitJob("f", "{}");
    task.statusHandler(status -> told.add(status.toString()));
    task.warningHandler(warning -> told.add(warning.toString()));
    task.dataHandler(data -> told.add(data.toString()));
    consume(
        message ->
            tell(message, "status", new JsonObject().put("numerator", 1).put("denominator", 4))
                .compose(sent -> tell(message, "warning", "careful"))
                .compose(sent -> tell(message, "data", Buffer.buffer("piece ")))
                .onComplete(sent -> message.reply("end"), message::reply));
    publish(
        new JsonObject()
            .put(
                "f",
                new JsonObject()
                    .put("address", "tasks.f")
                    .put("body", body.name())
                    .put("streaming", true)));
    assertThat(Await.result(task.resultText())).isEqualTo("piece end");
    assertThat(told)
        .containsExactly(
            new JobProgress(new JsonObject().put("numerator", 1).put("denominator", 4)).toString(),
            "careful",
            "piece ");
  }

  private Future<Object> tell(Message<Object> of, String kind, Object body) {
    String task = of.headers().get("task");
    return request(of.headers().get("progress"), body, "task", task, "kind", kind);
  }

  @Test
  void progressThatCannotBeIsRefused() {
    publish(new JsonObject().put("f", "tasks.f"));
    Promise<Message<Object>> running = Promise.promise();
    consume(running::complete);
    Task task = client.submitJob("f", "x");
    Message<Object> message = Await.result(running.future());
    assertThat(failure(tell(message, "noise", "x")).getMessage()).contains("kind");
    assertThat(failure(tell(message, "data", 'c')).getMessage()).contains("Character");
    assertThat(failure(tell(message, "status", "1/2")).getMessage()).contains("numerator");
    assertThat(failure(tell(message, "status", new JsonObject().put("numerator", -1))).getMessage())
        .contains("numerator");
    assertThat(failure(request(message.headers().get("progress"), "x", "kind", "data")))
        .hasMessageContaining("task");
    message.reply("end");
    assertThat(Await.result(task.resultText())).isEqualTo("end");
    assertThat(failure(tell(message, "data", "late")).getMessage()).contains("task");
  }

  @Test
  void jobsWaitUntilAHandlerIsThere() {
    publish(new JsonObject().put("f", "tasks.f"));
    Task task = client.submitJob("f", "x");
    // Once the function was taken back and offered again, it was given back at least once.
    Waits.until(() -> status(client, "f").workers() == 0);
    Waits.until(() -> status(client, "f").workers() == 1);
    consume(message -> message.reply("at last"));
    assertThat(Await.result(task.resultText())).isEqualTo("at last");
  }

  @Test
  void lostHandlerLetsRunningTasksFinishAndTheOthersWait() {
    publish(
        new JsonObject().put("f", "tasks.f"),
        new JsonObject().put("retryDelay", 400).put("maxRetryDelay", 400));
    Queue<Message<Object>> running = new ConcurrentLinkedQueue<>();
    MessageConsumer<Object> consumer = consume(running::add);
    List<Task> tasks =
        new ArrayList<>(List.of(client.submitJob("f", "1"), client.submitJob("f", "2")));
    Waits.until(() -> running.size() == 2);
    Await.result(consumer.unregister());
    for (int i = 0; i < 5; i++) {
      tasks.add(client.submitJob("f", "x"));
    }
    Await.result(tasks.get(6).handle());
    running.forEach(message -> message.reply("old"));
    assertThat(Await.result(tasks.get(0).resultText())).isEqualTo("old");
    assertThat(Await.result(tasks.get(1).resultText())).isEqualTo("old");
    Waits.until(() -> status(client, "f").workers() == 0 && status(client, "f").running() == 0);
    assertThat(status(client, "f").total()).isEqualTo(5);
    consume(message -> message.reply("new"));
    for (Task task : tasks.subList(2, 7)) {
      assertThat(Await.result(task.resultText())).isEqualTo("new");
    }
  }

  @Test
  void functionWithoutAHandlerHoldsUpNoOther() {
    publish(new JsonObject().put("f", "tasks.f").put("lonely", "tasks.lonely"));
    consume(message -> message.reply("done"));
    Task lonely = client.submitJob("lonely", "x");
    for (int i = 0; i < 50; i++) {
      assertThat(submit("x")).isEqualTo("done");
    }
    assertThat(lonely.completion().isComplete()).isFalse();
  }

  @Test
  void undeployingLetsRunningTasksFinish() {
    String id = publish(new JsonObject().put("f", "tasks.f"));
    Promise<Message<Object>> running = Promise.promise();
    consume(running::complete);
    Task task = client.submitJob("f", "x");
    Message<Object> message = Await.result(running.future());
    Future<Void> gone = vertx.undeploy(id);
    assertThat(status(client, "f").running()).isEqualTo(1);
    assertThat(gone.isComplete()).isFalse();
    message.reply("end");
    assertThat(Await.result(task.resultText())).isEqualTo("end");
    Await.result(gone);
  }

  @Test
  void undeployingWhileAwayEnds() {
    String id =
        publish(new JsonObject().put("f", "tasks.f"), new JsonObject().put("retryDelay", 60_000));
    Task task = client.submitJob("f", "x");
    Waits.until(() -> status(client, "f").total() == 1 && status(client, "f").workers() == 0);
    Await.result(vertx.undeploy(id));
    assertThat(task.completion().isComplete()).isFalse();
  }

  @Test
  void drainTimeoutGivesTasksToOthers() {
    String id =
        publish(new JsonObject().put("f", "tasks.f"), new JsonObject().put("drainTimeout", 50));
    Promise<Message<Object>> running = Promise.promise();
    consume(running::complete);
    Task task = client.submitJob("f", "x");
    Await.result(running.future());
    Await.result(vertx.undeploy(id));
    client().registerValueWorker("f", one -> "other");
    assertThat(Await.result(task.resultText())).isEqualTo("other");
  }

  @Test
  void publisherIsMadeInCode() {
    TaskPublisherOptions options =
        new TaskPublisherOptions()
            .addFunction(new PublishedFunction("f", "tasks.f").setBody(TaskBody.STRING))
            .setClient(clientOptions());
    TaskPublisher publisher = TaskPublisher.create(vertx, options);
    Await.result(publisher.start());
    assertThat(Await.failure(publisher.start())).isInstanceOf(IllegalStateException.class);
    consume(message -> message.reply(message.body() + "!"));
    assertThat(submit("x")).isEqualTo("x!");
    Await.result(publisher.close());
    Waits.until(() -> status(client, "f").workers() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"functions\": {}}",
        "{\"functions\": [\"f\"]}",
        "{\"functions\": {\"f\": 1}}",
        "{\"functions\": {\"f\": \"\"}}",
        "{\"functions\": {\"f\": {}}}",
        "{\"functions\": {\"f\": {\"address\": \"a\", \"body\": \"XML\"}}}",
        "{\"functions\": {\"f\": {\"address\": \"a\", \"timeout\": \"1s\"}}}",
        "{\"functions\": {\"f\": {\"adress\": \"a\"}}}",
        "{\"functions\": {\"f\": \"a\"}, \"retryDelay\": 0}",
        "{\"functions\": {\"f\": \"a\"}, \"client\": {\"maxjobs\": 2}}",
        "{\"functions\": {\"f\": \"a\"}, \"server\": \"a\"}"
      })
  void configurationThatCannotBeFailsTheDeployment(String json) {
    JsonObject config = new JsonObject(json);
    assertThatThrownBy(() -> deploy(new TaskPublisherVerticle(), config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*(option|function|address|retryDelay).*");
  }

  @Test
  void optionsSurviveJsonAndCopies() {
    TaskPublisherOptions options =
        new TaskPublisherOptions()
            .addFunction("f", "a")
            .addFunction(
                new PublishedFunction("g", "b")
                    .setBody(TaskBody.JSON)
                    .setTimeout(5000)
                    .setStreaming(true))
            .setRetryDelay(1)
            .setMaxRetryDelay(2)
            .setDrainTimeout(3)
            .setClient(clientOptions());
    assertThat(new TaskPublisherOptions(options.toJson()).toJson()).isEqualTo(options.toJson());
    assertThat(new TaskPublisherOptions(options).toJson()).isEqualTo(options.toJson());
    assertThatThrownBy(() -> options.addFunction("f", "c"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

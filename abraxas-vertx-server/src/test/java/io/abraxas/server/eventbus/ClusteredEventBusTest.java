package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.client.Await;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.EventBusContract;
import io.abraxas.vertx.eventbus.JobBridge;
import io.abraxas.vertx.eventbus.JobBridgeOptions;
import io.abraxas.vertx.eventbus.JobReplyException;
import io.abraxas.vertx.eventbus.TaskPublisher;
import io.abraxas.vertx.eventbus.TaskPublisherOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of one event bus: a server and bridges on the near one, senders and consumers on the
 * far one, whose Vert.x has not heard of them.
 */
class ClusteredEventBusTest {
  private static final String ANY = EventBusContract.JOBS;

  private static Vertx near;
  private static Vertx far;
  private static GearmanClient worker;
  private static GearmanClientOptions options;

  @BeforeAll
  static void start() {
    String cluster = "test-" + UUID.randomUUID();
    int nearPort = BusNode.freePort();
    int farPort = BusNode.freePort();
    near = BusNode.start(cluster, nearPort, farPort);
    far = BusNode.start(cluster, farPort, nearPort);
    GearmanServer server =
        GearmanServer.create(
            near, new GearmanServerOptions().setListen(List.of()).setLocal("clustered"));
    Await.result(server.listen());
    options = new GearmanClientOptions().addServer("local:clustered");
    worker = GearmanClient.create(near, options);
    worker.registerValueWorker("same", WorkerTask::payload);
    worker.registerTaskWorker("throws", task -> task.fail("why"));
    worker.registerTaskWorker("fails", WorkerTask::fail);
    Await.result(
        JobBridge.create(near, new JobBridgeOptions().addFunction("same").setClient(options))
            .start());
  }

  @AfterAll
  static void stop() {
    Await.result(far.close());
    Await.result(near.close());
  }

  private static Object request(String address, Object body, String... headers) {
    return Await.result(EventBusTest.<Object>request(far, address, body, headers));
  }

  private static ReplyException failure(String address, Object body, String... headers) {
    return EventBusTest.failure(EventBusTest.request(far, address, body, headers));
  }

  @Test
  void bodiesComeBackAsTheyWent() {
    Object object = new JsonObject().put("a", new JsonArray().add(1));
    for (Object body : List.of("text", Buffer.buffer("b"), object, new JsonArray().add(object))) {
      assertThat(request(ANY + ".same", body)).isEqualTo(body);
    }
    assertThat(request(ANY + ".same", new byte[] {1, -1})).isEqualTo(new byte[] {1, -1});
  }

  @Test
  void headersTravel() {
    Object handle = request(ANY, "x", "function", "none", "background", "true", "unique", "u");
    assertThat(Await.result(worker.getStatusByUnique("u")).known()).isTrue();
    assertThat(handle).asString().startsWith("H:");
  }

  @Test
  void failureIsPlainForASenderWithoutTheLibrary() {
    ReplyException threw = failure(ANY, "x", "function", "throws");
    assertThat(threw).isExactlyInstanceOf(ReplyException.class).hasMessage("why");
    assertThat(threw.failureCode()).isEqualTo(EventBusContract.THREW);
    ReplyException failed = failure(ANY, "x", "function", "fails");
    assertThat(failed).isExactlyInstanceOf(ReplyException.class);
    assertThat(failed.failureCode()).isEqualTo(EventBusContract.FAILED);
    assertThat(failure(ANY, 1, "function", "same").failureCode())
        .isEqualTo(EventBusContract.BAD_BODY);
    assertThat(failure(ANY, "x").failureCode()).isEqualTo(EventBusContract.NO_FUNCTION);
  }

  @Test
  void failureIsTypedForASenderThatAsks() {
    JobReplyException.registerCodec(far);
    JobReplyException.registerCodec(far);
    ReplyException threw = failure(ANY, "x", "function", "throws", "failures", "typed");
    assertThat(threw).isInstanceOf(JobReplyException.class).hasMessage("why").hasNoCause();
    JobReplyException typed = (JobReplyException) threw;
    assertThat(typed.failureCode()).isEqualTo(EventBusContract.THREW);
    assertThat(typed.outcome()).isEqualTo(JobOutcome.FAILED);
    assertThat(typed.handle()).startsWith("H:");
    assertThat(typed.data()).isEqualTo(Buffer.buffer("why"));
    JobReplyException rejected = (JobReplyException) failure(ANY, 1, "failures", "typed");
    assertThat(rejected.handle()).isNull();
    assertThat(rejected.outcome()).isEqualTo(JobOutcome.NEVER_SENT);
    assertThat(rejected.data().length()).isZero();
    assertThat(failure(ANY, "x", "function", "throws")).isExactlyInstanceOf(ReplyException.class);
  }

  @Test
  void progressReachesTheOtherNode() {
    Promise<Message<Object>> told = Promise.promise();
    Promise<String> finish = Promise.promise();
    worker.registerWorker("work", task -> task.status(1, 2).compose(v -> finish.future()));
    MessageConsumer<Object> consumer = far.eventBus().consumer("far.progress", told::tryComplete);
    Await.result(consumer.completion());
    Future<Object> reply =
        EventBusTest.request(far, ANY, "x", "function", "work", "progress", "far.progress");
    Message<Object> status = Await.result(told.future());
    assertThat(status.headers().get("kind")).isEqualTo("status");
    assertThat(status.body()).isEqualTo(new JsonObject().put("numerator", 1).put("denominator", 2));
    finish.complete("done");
    assertThat(Await.result(reply)).isEqualTo("done");
  }

  @Test
  void consumerOnTheOtherNodeDoesJobs() {
    TaskPublisher publisher =
        TaskPublisher.create(
            near,
            new TaskPublisherOptions()
                .addFunction("far", "far.tasks")
                .setRetryDelay(5)
                .setMaxRetryDelay(50)
                .setClient(options));
    Await.result(publisher.start());
    Task early = worker.submitJob("far", "early");
    Promise<Void> handlerIsSet = Promise.promise();
    Set<String> seen = new ConcurrentSkipListSet<>();
    MessageConsumer<Object> consumer =
        far.eventBus()
            .consumer(
                "far.tasks",
                message -> {
                  seen.add(message.body().toString());
                  Future<Void> due =
                      message.body().toString().equals("early")
                          ? Future.succeededFuture()
                          : handlerIsSet.future();
                  due.compose(
                          set ->
                              EventBusTest.request(
                                  far,
                                  message.headers().get("progress"),
                                  "careful",
                                  "kind",
                                  "warning",
                                  "task",
                                  message.headers().get("task")))
                      .onComplete(told -> message.reply("done"), message::reply);
                });
    Await.result(consumer.completion());
    assertThat(Await.result(early.resultText())).isEqualTo("done");
    Promise<String> warned = Promise.promise();
    Task task = worker.submitJob("far", "late");
    task.warningHandler(warning -> warned.tryComplete(warning.toString()));
    // Answered when the client's loop has the handler.
    Await.result(worker.echo(Buffer.buffer("set")));
    handlerIsSet.complete();
    assertThat(Await.result(task.resultText())).isEqualTo("done");
    assertThat(Await.result(warned.future())).isEqualTo("careful");
    assertThat(seen).containsExactlyInAnyOrder("early", "late");
    Await.result(consumer.unregister());
    Await.result(publisher.close());
  }
}

package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.client.Await;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobSchedule;
import io.abraxas.vertx.WorkerOptions;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.EventBusContract;
import io.abraxas.vertx.eventbus.JobBridge;
import io.abraxas.vertx.eventbus.JobBridgeOptions;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/event-bus.md says of submitting jobs, apart from failures. */
abstract class JobBridgeContract extends EventBusTest {
  static final String ANY = EventBusContract.JOBS;
  static final String SAME = EventBusContract.JOBS + ".same";

  GearmanClient worker;

  JobBridgeContract(Link link) {
    super(link);
  }

  @BeforeEach
  void deploy() {
    deploy(
        new JobBridgeVerticle(),
        new JsonObject().put("functions", new JsonArray().add("same")).put("client", clientJson()));
    worker = client();
    worker.registerValueWorker("same", WorkerTask::payload);
  }

  @Test
  void bodiesComeBackAsTheyWent() {
    Buffer bytes = Buffer.buffer(new byte[] {0, -1, 7});
    assertThat(Await.<Object>result(request(SAME, bytes))).isEqualTo(bytes);
    assertThat(Await.<Object>result(request(SAME, bytes.getBytes()))).isEqualTo(bytes.getBytes());
    assertThat(Await.<Object>result(request(SAME, "gr\u00fc\u00df"))).isEqualTo("gr\u00fc\u00df");
    JsonObject object = new JsonObject().put("a", new JsonArray().add(1).addNull());
    assertThat(Await.<Object>result(request(SAME, object))).isEqualTo(object);
    JsonArray array = new JsonArray().add(object).add("x");
    assertThat(Await.<Object>result(request(SAME, array))).isEqualTo(array);
    assertThat(Await.<Object>result(request(SAME, null))).isEqualTo(Buffer.buffer());
  }

  @Test
  void workersSeeBytesTextAndJson() {
    List<String> payloads = new ArrayList<>();
    worker.registerValueWorker(
        "see",
        task -> {
          payloads.add(task.payload().toString());
          return null;
        });
    for (Object body :
        Arrays.asList(
            "text",
            Buffer.buffer("buffer"),
            "bytes".getBytes(StandardCharsets.UTF_8),
            new JsonObject().put("k", 1),
            new JsonArray().add(1),
            null)) {
      Await.result(request(ANY, body, "function", "see"));
    }
    assertThat(payloads).containsExactly("text", "buffer", "bytes", "{\"k\":1}", "[1]", "");
  }

  @Test
  void jsonComesBackAsWhatTheResultIs() {
    worker.registerWorker(
        "say", task -> Future.succeededFuture(new JsonArray(task.payload()).getString(0)));
    assertThat(json("{\"a\":1}")).isEqualTo(new JsonObject().put("a", 1));
    assertThat(json("[1]")).isEqualTo(new JsonArray().add(1));
    assertThat(json("\"x\"")).isEqualTo("x");
    assertThat(json("true")).isEqualTo(true);
    assertThat(json("42")).isEqualTo(42);
    assertThat(json("42000000000")).isEqualTo(42_000_000_000L);
    assertThat(json("0.5")).isEqualTo(0.5);
    assertThat(json("null")).isNull();
    for (String other :
        List.of("plain text", "", "{\"a\":", "1 2", "123456789012345678901234567890")) {
      assertThat(json(other)).isEqualTo(Buffer.buffer(other));
    }
  }

  private Object json(String result) {
    return Await.<Object>result(request(ANY, new JsonArray().add(result), "function", "say"));
  }

  @Test
  void textIsInTheEncodingOfTheClient() {
    deploy(
        new JobBridgeVerticle(),
        new JsonObject()
            .put("address", "latin")
            .put("client", clientJson().put("defaultEncoding", "ISO-8859-1")));
    worker.registerValueWorker("length", task -> task.payload().length() + "\u00fc");
    assertThat(Await.<Object>result(request("latin", "\u00fc\u00fc", "function", "length")))
        .isEqualTo("2\u00c3\u00bc");
  }

  @Test
  void functionIsInTheAddressOrTheHeaderOrBoth() {
    assertThat(Await.<Object>result(request(SAME, "x"))).isEqualTo("x");
    assertThat(Await.<Object>result(request(ANY, "x", "function", "same"))).isEqualTo("x");
    assertThat(Await.<Object>result(request(SAME, "x", "Function", "same"))).isEqualTo("x");
  }

  @Test
  void jobsOfOneUniqueIdAreDoneOnce() {
    List<String> done = new ArrayList<>();
    Promise<String> finish = Promise.promise();
    worker.registerWorker(
        "once",
        task -> {
          done.add(task.uniqueId());
          return finish.future();
        });
    Future<Object> one = request(ANY, "a", "function", "once", "unique", "u1");
    Future<Object> two = request(ANY, "b", "function", "once", "unique", "u1");
    // Its reply proves that the server has the two before it.
    Await.result(request(ANY, "x", "function", "none", "background", "true"));
    finish.complete("result");
    assertThat(Await.result(one)).isEqualTo("result");
    assertThat(Await.result(two)).isEqualTo("result");
    assertThat(done).containsExactly("u1");
  }

  @Test
  void priorityOrdersWaitingJobs() {
    List<String> order = new ArrayList<>();
    List<Future<?>> all = new ArrayList<>();
    for (String priority : List.of("low", "normal", "HIGH")) {
      all.add(request(ANY, priority, "function", "order", "priority", priority));
      // The server has it before the next is sent.
      int queued = all.size();
      Waits.until(() -> status(worker, "order").total() == queued);
    }
    worker.registerValueWorker("order", task -> order.add(task.payloadText()));
    Await.result(Future.all(all));
    assertThat(order).containsExactly("HIGH", "normal", "low");
  }

  @Test
  void backgroundJobRepliesItsHandleAndRuns() {
    Promise<String> ran = Promise.promise();
    worker.registerValueWorker("run", task -> ran.tryComplete(task.handle()));
    String handle = Await.result(request(ANY, "x", "function", "run", "background", "true"));
    assertThat(Await.result(ran.future())).isEqualTo(handle);
  }

  @ParameterizedTest
  @CsvSource({"4102444800", "2100-01-01T00:00:00Z", "2100-01-01T01:00:00+01:00"})
  void jobForLaterRepliesItsHandleAndWaits(String at) {
    String handle = Await.result(request(ANY, "x", "function", "later", "at", at));
    assertThat(Await.result(worker.getStatus(handle)).known()).isTrue();
    worker.registerValueWorker("later", WorkerTask::payload);
    Waits.until(() -> status(worker, "later").workers() == 1);
    assertThat(Await.result(worker.getStatus(handle)).running()).isFalse();
  }

  @Test
  void jobForATimeThatIsOverRunsAtOnce() {
    Promise<String> ran = Promise.promise();
    worker.registerValueWorker("run", task -> ran.tryComplete(task.handle()));
    String handle =
        Await.result(request(ANY, "x", "function", "run", "at", "1", "background", "true"));
    assertThat(Await.result(ran.future())).isEqualTo(handle);
  }

  @Test
  void scheduleRepliesTheHandleThatCancelsIt() {
    String handle =
        Await.result(request(ANY, "x", "function", "nightly", "schedule", "30 4 * * *"));
    assertThat(Await.result(worker.admin().schedules()))
        .extracting(JobSchedule::handle)
        .containsExactly(handle);
    Await.result(worker.admin().cancelJob(handle));
  }

  @Test
  void progressIsPublishedInOrderBeforeTheReply() {
    List<String> told = new ArrayList<>();
    worker.registerWorker(
        "work",
        task ->
            task.status(1, 2)
                .compose(v -> task.warn("careful"))
                .compose(v -> task.status(2, 2))
                .map("done"));
    Promise<Object> done = Promise.promise();
    vertx.runOnContext(
        go -> {
          vertx
              .eventBus()
              .consumer(
                  "told",
                  message ->
                      told.add(
                          message.headers().get("kind")
                              + " "
                              + message.body()
                              + " "
                              + message.headers().get("handle").startsWith("H:")));
          request(ANY, "x", "function", "work", "progress", "told")
              .onSuccess(reply -> told.add((String) reply))
              .onComplete(done);
        });
    assertThat(Await.result(done.future())).isEqualTo("done");
    assertThat(told)
        .containsExactly(
            "status {\"numerator\":1,\"denominator\":2} true",
            "warning careful true",
            "status {\"numerator\":2,\"denominator\":2} true",
            "done");
  }

  @Test
  void piecesOfAResultAreProgressAndStandInTheReply() {
    GearmanClient streaming = client();
    streaming.registerTaskWorker(
        "pieces",
        new WorkerOptions().setStreaming(true),
        task -> task.write("{\"a\":1}").compose(v -> task.end("")));
    Promise<Object> piece = Promise.promise();
    vertx.eventBus().consumer("told", message -> piece.tryComplete(message.body()));
    Object reply =
        Await.<Object>result(
            request(ANY, new JsonObject(), "function", "pieces", "progress", "told"));
    assertThat(Await.result(piece.future())).isEqualTo(new JsonObject().put("a", 1));
    assertThat(reply).isEqualTo(new JsonObject().put("a", 1));
  }

  @Test
  void timeoutOfZeroAndHeadersItDoesNotKnowChangeNothing() {
    assertThat(Await.<Object>result(request(SAME, "x", "timeout", "0", "trace-id", "7")))
        .isEqualTo("x");
  }

  @Test
  void jobOfASendRunsWithoutAReply() {
    Promise<String> ran = Promise.promise();
    worker.registerValueWorker("run", task -> ran.tryComplete(task.payloadText()));
    vertx.eventBus().send(ANY, "sent", new DeliveryOptions().addHeader("function", "run"));
    assertThat(Await.result(ran.future())).isEqualTo("sent");
  }

  @Test
  void instancesShareTheWork() {
    Await.result(
        vertx.deployVerticle(
            JobBridgeVerticle.class,
            new DeploymentOptions()
                .setInstances(3)
                .setConfig(
                    new JsonObject()
                        .put("address", "shared")
                        .put("client", clientJson().put("clientId", "shared")))));
    List<Future<Object>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(request("shared", i + "", "function", "same"));
    }
    for (int i = 0; i < 30; i++) {
      assertThat(Await.result(all.get(i))).isEqualTo(i + "");
    }
    assertThat(Await.result(worker.admin().workers()))
        .filteredOn(peer -> "shared".equals(peer.clientId()))
        .hasSize(3);
  }

  @Test
  void bridgeIsMadeInCodeAndClosedAgain() {
    JobBridgeOptions options =
        new JobBridgeOptions().setAddress("code").setClient(clientOptions()).addFunction("same");
    JobBridge bridge = JobBridge.create(vertx, options);
    Await.result(bridge.start());
    assertThat(Await.failure(bridge.start())).isInstanceOf(IllegalStateException.class);
    assertThat(Await.<Object>result(request("code.same", "x"))).isEqualTo("x");
    Await.result(bridge.close());
    Await.result(bridge.close());
    assertThat(failure(request("code.same", "x")).failureType())
        .isEqualTo(ReplyFailure.NO_HANDLERS);
  }
}

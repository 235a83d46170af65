package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.client.Await;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobThrewException;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.EventBusContract;
import io.abraxas.vertx.eventbus.JobBridgeOptions;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.abraxas.vertx.eventbus.JobReplyException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each failure code of the submit direction, and what a sender in the same JVM gets with it. */
abstract class JobBridgeFailuresContract extends EventBusTest {
  private static final String ANY = EventBusContract.JOBS;

  JobBridgeFailuresContract(Link link) {
    super(link);
  }

  private String bridge(JsonObject client) {
    return deploy(
        new JobBridgeVerticle(),
        new JsonObject().put("functions", new JsonArray().add("f")).put("client", client));
  }

  private JobReplyException typed(Future<?> request, int code, JobOutcome outcome) {
    ReplyException e = failure(request);
    assertThat(e.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
    assertThat(e.failureCode()).as(e.getMessage()).isEqualTo(code);
    assertThat(e).isInstanceOf(JobReplyException.class);
    JobReplyException typed = (JobReplyException) e;
    assertThat(typed.outcome()).isEqualTo(outcome);
    return typed;
  }

  private void rejected(int code, String text, Object body, String address, String... headers) {
    JobReplyException e = typed(request(address, body, headers), code, JobOutcome.NEVER_SENT);
    assertThat(e).hasMessageContaining(text);
    assertThat(e.handle()).isNull();
  }

  @Test
  void bodyThatIsNoPayload() {
    bridge(clientJson());
    for (Object body : Arrays.asList(1, true, 1L, 'c', 0.5)) {
      rejected(EventBusContract.BAD_BODY, body.getClass().getName(), body, ANY + ".f");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "priority   | urgent",
        "background | yes",
        "at         | tomorrow",
        "at         | -5",
        "at         | ''",
        "at         | 99999999999999999999",
        "at         | 2030-01-31T08:00:00",
        "schedule   | * *",
        "timeout    | 5s",
        "timeout    | -1",
        "timeout    | 99999999999999",
        "at         | 1969-12-31T00:00:00Z",
        "failures   | json"
      })
  void headerThatCannotBe(String header, String value) {
    bridge(clientJson());
    rejected(EventBusContract.BAD_HEADER, "\"" + header + "\"", "x", ANY + ".f", header, value);
  }

  @Test
  void headersThatContradictEachOther() {
    bridge(clientJson());
    int code = EventBusContract.BAD_HEADER;
    String f = ANY + ".f";
    rejected(code, "not both", "x", f, "at", "5", "schedule", "* * * * *");
    rejected(code, "\"background\"", "x", f, "at", "5", "background", "false");
    rejected(code, "\"background\"", "x", f, "schedule", "* * * * *", "background", "false");
    rejected(code, "\"progress\"", "x", f, "background", "true", "progress", "p");
    rejected(code, "\"progress\"", "x", f, "at", "5", "progress", "p");
    rejected(code, "\"function\"", "x", f, "function", "g");
    rejected(code, "NUL", "x", ANY, "function", "a\0b");
    rejected(code, "\"unique\"", "x", f, "unique", "a\0b");
  }

  @Test
  void functionThatIsMissingOrNotTaken() {
    bridge(clientJson());
    rejected(EventBusContract.NO_FUNCTION, "missing", "x", ANY);
    rejected(EventBusContract.NO_FUNCTION, "missing", "x", ANY, "function", "");
    deploy(
        new JobBridgeVerticle(),
        new JsonObject()
            .put("address", "few")
            .put("functions", new JsonArray().add("f"))
            .put("anyFunction", false)
            .put("client", clientJson()));
    rejected(EventBusContract.NO_FUNCTION, "g", "x", "few", "function", "g");
    client().registerValueWorker("f", WorkerTask::payload);
    assertThat(Await.<Object>result(request("few", "x", "function", "f"))).isEqualTo("x");
  }

  @Test
  void jobThatCannotBeSubmittedAsItIs() {
    bridge(clientJson().put("streaming", true));
    typed(
        request(ANY + ".f", "x", "unique", "u"), EventBusContract.NOT_SENT, JobOutcome.NEVER_SENT);
  }

  @Test
  void noServerInTime() {
    Await.result(server.close());
    bridge(nowhere().put("submitTimeout", 50));
    typed(request(ANY + ".f", "x"), EventBusContract.NO_SERVER, JobOutcome.NEVER_SENT);
  }

  @Test
  void tooMuchWaitsForAServer() {
    Await.result(server.close());
    bridge(nowhere().put("maxWaitingBytes", 1000));
    Future<Object> waits = request(ANY + ".f", Buffer.buffer(new byte[900]));
    typed(
        request(ANY + ".f", Buffer.buffer(new byte[900])),
        EventBusContract.QUEUE_FULL,
        JobOutcome.NEVER_SENT);
    assertThat(waits.isComplete()).isFalse();
  }

  @Test
  void bridgeIsStoppedBeforeAndAfterItWasSent() {
    Promise<Object> running = Promise.promise();
    GearmanClient worker = client();
    worker.registerTaskWorker("f", running::complete);
    String bridge = bridge(clientJson());
    Future<Object> sent = request(ANY + ".f", "x");
    Await.result(running.future());
    Await.result(vertx.undeploy(bridge));
    typed(sent, EventBusContract.CLOSED_RUNNING, JobOutcome.UNKNOWN);
    bridge = bridge(nowhere());
    Future<Object> waits = request(ANY + ".f", "x");
    // Its failure proves that the bridge has the one before it.
    failure(request(ANY + ".f", 1));
    Await.result(vertx.undeploy(bridge));
    typed(waits, EventBusContract.CLOSED, JobOutcome.NEVER_SENT);
  }

  /** A port on which nobody listens. */
  private JsonObject nowhere() {
    return new JsonObject().put("servers", new JsonArray().add("127.0.0.1:1"));
  }

  @Test
  void serverRefuses() {
    bridge(clientJson());
    JobReplyException e =
        typed(
            request(ANY + ".f", "x", "schedule", "99 * * * *"),
            EventBusContract.REFUSED,
            JobOutcome.REFUSED);
    assertThat(e.getMessage()).contains(address());
  }

  @Test
  void workerFails() {
    bridge(clientJson());
    client().registerTaskWorker("f", WorkerTask::fail);
    JobReplyException e =
        typed(request(ANY + ".f", "x"), EventBusContract.FAILED, JobOutcome.FAILED);
    assertThat(e.handle()).startsWith("H:");
    assertThat(e.data().length()).isZero();
  }

  @Test
  void workerThrowsWithData() {
    bridge(clientJson());
    Buffer data = Buffer.buffer("b\u00e4d").appendByte((byte) -1);
    client().registerTaskWorker("f", task -> task.fail(data));
    JobReplyException e =
        typed(request(ANY + ".f", "x"), EventBusContract.THREW, JobOutcome.FAILED);
    assertThat(e.data()).isEqualTo(data);
    assertThat(e.getMessage()).isEqualTo(data.toString());
    assertThat(e.handle()).startsWith("H:");
    assertThat(e.getCause()).isInstanceOf(JobThrewException.class);
  }

  @Test
  void noEndInTime() {
    bridge(clientJson());
    JobReplyException e =
        typed(
            request(ANY + ".f", "x", "timeout", "50"),
            EventBusContract.TIMED_OUT,
            JobOutcome.UNKNOWN);
    assertThat(e.handle()).startsWith("H:");
  }

  @Test
  void connectionIsLostWhileItRuns() {
    bridge(clientJson());
    Promise<Object> running = Promise.promise();
    client().registerTaskWorker("f", running::complete);
    Future<Object> job = request(ANY + ".f", "x");
    Await.result(running.future());
    Await.result(server.close());
    typed(job, EventBusContract.CONNECTION_LOST, JobOutcome.UNKNOWN);
  }

  @Test
  void resultIsTooLong() {
    bridge(clientJson().put("maxResultLength", 10));
    client().registerValueWorker("f", task -> "0123456789x");
    typed(request(ANY + ".f", "x"), EventBusContract.RESULT_TOO_LARGE, JobOutcome.UNKNOWN);
  }

  @Test
  void typedFailureIsTheSameForALocalSenderThatAsksForIt() {
    bridge(clientJson());
    client().registerTaskWorker("f", task -> task.fail("why"));
    JobReplyException e =
        typed(
            request(ANY + ".f", "x", "failures", "typed"),
            EventBusContract.THREW,
            JobOutcome.FAILED);
    assertThat(e.data()).isEqualTo(Buffer.buffer("why"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"adress\": \"x\"}",
        "{\"anyFunction\": \"no\"}",
        "{\"functions\": \"f\"}",
        "{\"functions\": [1]}",
        "{\"functions\": [\"\"]}",
        "{\"address\": \"\"}",
        "{\"client\": {\"maxjobs\": 1}}",
        "{\"client\": {\"maxJobs\": \"1\"}}",
        "{\"client\": {\"maxJobs\": 1.5}}",
        "{\"client\": {\"servers\": \"a:1\"}}",
        "{\"client\": {\"servers\": [{\"adress\": \"a\"}]}}",
        "{\"client\": []}"
      })
  void optionsThatCannotBeFailTheDeployment(String json) {
    JsonObject config = new JsonObject(json);
    assertThatThrownBy(() -> deploy(new JobBridgeVerticle(), config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*(option|address|name).*");
  }

  @Test
  void optionsSurviveJsonAndCopies() {
    JobBridgeOptions options =
        new JobBridgeOptions()
            .setAddress("a")
            .addFunction("f")
            .setAnyFunction(false)
            .setClient(clientOptions().setClientId("me"));
    assertThat(new JobBridgeOptions(options.toJson()).toJson()).isEqualTo(options.toJson());
    assertThat(new JobBridgeOptions(options).toJson()).isEqualTo(options.toJson());
  }
}

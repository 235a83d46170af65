package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.abraxas.server.client.Await;
import io.abraxas.vertx.ConnectedPeer;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanStreamWorkerVerticle;
import io.abraxas.vertx.GearmanWorkerVerticle;
import io.abraxas.vertx.JobThrewException;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.WorkerVerticleOptions;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verticles that are workers, in each way to deploy them. */
abstract class WorkerVerticleContract extends EventBusTest {
  WorkerVerticleContract(Link link) {
    super(link);
  }

  /** As the manual shows it. */
  public static class ToUpper extends GearmanWorkerVerticle {
    public ToUpper() {
      super("toUpper", "same");
    }

    @Override
    protected Future<?> work(WorkerTask task) {
      return Future.succeededFuture(
          task.function().equals("same")
              ? task.payload()
              : task.payloadText().toUpperCase(Locale.ROOT));
    }
  }

  /** Ends its tasks when the test says so. */
  private static final class Held extends GearmanWorkerVerticle {
    final Queue<WorkerTask> tasks = new ConcurrentLinkedQueue<>();
    final Promise<String> finish = Promise.promise();

    Held() {
      super("held");
    }

    @Override
    protected Future<?> work(WorkerTask task) {
      tasks.add(task);
      return finish.future();
    }
  }

  private DeploymentOptions deployment() {
    return new DeploymentOptions()
        .setConfig(new JsonObject().put("servers", clientJson().getJsonArray("servers")));
  }

  private <T> T deployed(T verticle, String key, Object value) {
    DeploymentOptions options = deployment();
    options.getConfig().put(key, value);
    Await.result(vertx.deployVerticle((GearmanWorkerVerticle) verticle, options));
    return verticle;
  }

  @Test
  void doesItsFunctions() {
    Await.result(vertx.deployVerticle(new ToUpper(), deployment()));
    GearmanClient client = client();
    assertThat(Await.result(client.submitJob("toUpper", "abc").resultText())).isEqualTo("ABC");
    assertThat(Await.result(client.submitJob("same", "abc").resultText())).isEqualTo("abc");
  }

  @Test
  void configurationNamesTheFunctions() {
    deployed(new ToUpper(), "functions", new JsonArray().add("loud"));
    GearmanClient client = client();
    assertThat(Await.result(client.submitJob("loud", "abc").resultText())).isEqualTo("ABC");
    assertThat(status(client, "toUpper").workers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EVENT_LOOP", "WORKER"})
  void eachInstanceIsAWorker(String model) {
    Await.result(
        vertx.deployVerticle(
            ToUpper.class,
            deployment().setInstances(3).setThreadingModel(ThreadingModel.valueOf(model))));
    GearmanClient client = client();
    Waits.until(() -> status(client, "toUpper").workers() == 3);
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(client.submitJob("toUpper", "abc" + i).resultText());
    }
    for (int i = 0; i < 50; i++) {
      assertThat(Await.result(all.get(i))).isEqualTo("ABC" + i);
    }
  }

  @Test
  void instancesOnWorkersBlockAtTheSameTime() {
    CyclicBarrier both = new CyclicBarrier(2);
    Queue<Boolean> onWorkers = new ConcurrentLinkedQueue<>();
    Await.result(
        vertx.deployVerticle(
            () ->
                new GearmanWorkerVerticle("meet") {
                  @Override
                  protected Future<?> work(WorkerTask task) throws Exception {
                    onWorkers.add(Context.isOnWorkerThread());
                    both.await(60, TimeUnit.SECONDS);
                    return Future.succeededFuture("met");
                  }
                },
            deployment().setInstances(2).setThreadingModel(ThreadingModel.WORKER)));
    GearmanClient client = client();
    Task one = client.submitJob("meet", "");
    Task two = client.submitJob("meet", "");
    assertThat(Await.result(one.resultText())).isEqualTo("met");
    assertThat(Await.result(two.resultText())).isEqualTo("met");
    assertThat(onWorkers).containsExactly(true, true);
  }

  @Test
  void tasksOnVirtualThreadsAwait() {
    assumeTrue(((VertxInternal) vertx).isVirtualThreadAvailable());
    Promise<String> later = Promise.promise();
    GearmanWorkerVerticle verticle =
        new GearmanWorkerVerticle("await") {
          @Override
          protected Future<?> work(WorkerTask task) {
            return Future.succeededFuture(Future.await(later.future()));
          }
        };
    Await.result(
        vertx.deployVerticle(
            verticle, deployment().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    Task task = client().submitJob("await", "");
    Await.result(task.handle());
    later.complete("awaited");
    assertThat(Await.result(task.resultText())).isEqualTo("awaited");
  }

  @Test
  void streamIsTheResult() {
    DeploymentOptions options = deployment();
    options.getConfig().put("streaming", true);
    GearmanStreamWorkerVerticle verticle =
        new GearmanStreamWorkerVerticle("same") {
          @Override
          protected ReadStream<Buffer> work(WorkerTask task) {
            return task;
          }
        };
    Await.result(vertx.deployVerticle(verticle, options));
    Promise<Buffer> piece = Promise.promise();
    Task task = client().submitJob("same", "abc");
    task.dataHandler(piece::tryComplete);
    assertThat(Await.result(task.resultText())).isEqualTo("abc");
    assertThat(Await.result(piece.future())).isEqualTo(Buffer.buffer("abc"));
  }

  @Test
  void whatItThrowsFailsTheJob() {
    GearmanWorkerVerticle verticle =
        new GearmanWorkerVerticle("bad") {
          @Override
          protected Future<?> work(WorkerTask task) throws Exception {
            throw new Exception("thrown");
          }
        };
    Await.result(vertx.deployVerticle(verticle, deployment()));
    assertThat(Await.failure(client().submitJob("bad", "").result()))
        .isInstanceOfSatisfying(
            JobThrewException.class, e -> assertThat(e.data()).isEqualTo(Buffer.buffer("thrown")));
  }

  @Test
  void maxJobsBoundsWhatRunsAtOnce() {
    Held held = deployed(new Held(), "maxJobs", 2);
    GearmanClient client = client();
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(client.submitJob("held", "x").resultText());
    }
    Waits.until(() -> held.tasks.size() == 2 && status(client, "held").total() == 3);
    assertThat(status(client, "held").running()).isEqualTo(2);
    held.finish.complete("done");
    for (Future<String> one : all) {
      assertThat(Await.result(one)).isEqualTo("done");
    }
  }

  @Test
  void undeployingLetsRunningTasksFinishAndGrabsNothingMore() {
    Held held = new Held();
    String id = Await.result(vertx.deployVerticle(held, deployment()));
    GearmanClient client = client();
    Task running = client.submitJob("held", "1");
    Waits.until(() -> held.tasks.size() == 1);
    Task waiting = client.submitJob("held", "2");
    Await.result(waiting.handle());
    Future<Void> gone = vertx.undeploy(id);
    // Nothing tells that it drains; the server answering proves that nothing was grabbed yet.
    assertThat(status(client, "held").running()).isEqualTo(1);
    assertThat(gone.isComplete()).isFalse();
    held.finish.complete("done");
    assertThat(Await.result(running.resultText())).isEqualTo("done");
    Await.result(gone);
    assertThat(held.tasks).hasSize(1);
    Waits.until(() -> status(client, "held").workers() == 0);
    assertThat(waiting.completion().isComplete()).isFalse();
    assertThat(Await.result(client.admin().workers()))
        .flatExtracting(ConnectedPeer::functions)
        .doesNotContain("held");
  }

  @Test
  void drainTimeoutGivesUpOnTasksThatDoNotEnd() {
    Held held = new Held();
    DeploymentOptions options = deployment();
    options.getConfig().put("drainTimeout", 50);
    String id = Await.result(vertx.deployVerticle(held, options));
    GearmanClient client = client();
    Task task = client.submitJob("held", "1");
    Waits.until(() -> held.tasks.size() == 1);
    Await.result(vertx.undeploy(id));
    // The server gives it to another.
    Await.result(vertx.deployVerticle(new ToUpper(), deployment().setConfig(heldElsewhere())));
    assertThat(Await.result(task.resultText())).isEqualTo("1");
  }

  private JsonObject heldElsewhere() {
    return deployment().getConfig().put("functions", new JsonArray().add("held"));
  }

  @Test
  void timeoutMakesTheServerGiveTheJobToAnother() {
    DeploymentOptions options = deployment();
    options.getConfig().put("timeout", 1000).put("drainTimeout", 1);
    Held held = new Held();
    Await.result(vertx.deployVerticle(held, options));
    Task task = client().submitJob("held", "1");
    Waits.until(() -> held.tasks.size() == 1);
    Await.result(vertx.deployVerticle(new ToUpper(), deployment().setConfig(heldElsewhere())));
    assertThat(task.completion().isComplete()).isFalse();
    assertThat(Await.result(task.resultText())).isEqualTo("1");
  }

  @Test
  void verticleMayTakeAPartOfItsConfiguration() {
    GearmanWorkerVerticle verticle =
        new GearmanWorkerVerticle("greet") {
          @Override
          protected WorkerVerticleOptions options() {
            return new WorkerVerticleOptions(config().getJsonObject("gearman"));
          }

          @Override
          protected Future<?> work(WorkerTask task) {
            return client().submitJob("same", config().getString("greeting")).result();
          }
        };
    DeploymentOptions options = deployment();
    JsonObject own = new JsonObject().put("greeting", "hello").put("gearman", options.getConfig());
    Await.result(vertx.deployVerticle(verticle, options.setConfig(own)));
    Await.result(vertx.deployVerticle(new ToUpper(), deployment()));
    assertThat(Await.result(client().submitJob("greet", "").resultText())).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"server\": \"a:1\"}",
        "{\"servers\": \"a:1\"}",
        "{\"maxJobs\": 0}",
        "{\"maxJobs\": \"4\"}",
        "{\"timeout\": -1}",
        "{\"functions\": [1]}",
        "{\"client\": {\"maxJobs\": 2}}",
        "{\"client\": {\"servers\": [\"a:1\"]}}",
        "{\"client\": {\"nonsense\": 1}}"
      })
  void configurationThatCannotBeFailsTheDeployment(String json) {
    DeploymentOptions options = new DeploymentOptions().setConfig(new JsonObject(json));
    assertThatThrownBy(() -> Await.result(vertx.deployVerticle(new ToUpper(), options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*(option|maxJobs|timeout).*");
  }

  @Test
  void verticleWithoutAFunctionFailsItsDeployment() {
    GearmanWorkerVerticle verticle =
        new GearmanWorkerVerticle() {
          @Override
          protected Future<?> work(WorkerTask task) {
            return Future.succeededFuture();
          }
        };
    assertThat(Await.failure(vertx.deployVerticle(verticle, deployment())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void optionsSurviveJsonAndCopies() {
    WorkerVerticleOptions options =
        new WorkerVerticleOptions()
            .setFunctions(List.of("f"))
            .addServer("a:1")
            .setTimeout(5000)
            .setMaxJobs(4)
            .setStreaming(true)
            .setEncoding("UTF-16")
            .setDrainTimeout(7)
            .setClient(clientOptions().setClientId("me"));
    assertThat(new WorkerVerticleOptions(options.toJson()).toJson()).isEqualTo(options.toJson());
    assertThat(new WorkerVerticleOptions(options).toJson()).isEqualTo(options.toJson());
  }

  @Test
  void closingVertxDrainsToo() {
    Vertx other = Vertx.vertx();
    Held held = new Held();
    DeploymentOptions options = deployment();
    assumeTrue(address().startsWith("127."), "another Vert.x reaches the server by socket only");
    Await.result(other.deployVerticle(held, options));
    Task task = client().submitJob("held", "1");
    Waits.until(() -> held.tasks.size() == 1);
    Future<Void> closed = other.close();
    held.finish.complete("done");
    assertThat(Await.result(task.resultText())).isEqualTo("done");
    Await.result(closed);
  }
}

package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobFailedException;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobPriority;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.JobStatus;
import io.abraxas.vertx.JobThrewException;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.Worker;
import io.abraxas.vertx.WorkerOptions;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the library does with any Gearman server. */
abstract class ClientContract extends AdminContract {
  ClientContract(ServerUnderTest.Kind kind) {
    super(kind);
  }

  @Test
  void fetchesAResult() {
    GearmanClient worker = client();
    worker.registerValueWorker("up", ClientContract::upper);
    assertThat(Await.result(client().submitJob("up", "hello").resultText())).isEqualTo("HELLO");
  }

  @Test
  void submitsAndWorksOnOneConnection() {
    GearmanClient both = client();
    both.registerWorker("up", task -> Future.succeededFuture(upper(task)));
    assertThat(Await.result(both.submitJob("up", "hello").resultText())).isEqualTo("HELLO");
    long connections =
        Await.result(both.admin().workers()).stream().filter(p -> !p.functions().isEmpty()).count();
    assertThat(connections).isEqualTo(1);
  }

  @Test
  void tellsTheHandle() {
    GearmanClient client = client();
    client.registerValueWorker("up", ClientContract::upper);
    Task task = client.submitJob("up", "x");
    assertThat(Await.result(task.handle())).startsWith("H:");
    Await.result(task.completion());
  }

  @Test
  void emptyPayloadGivesEmptyResult() {
    GearmanClient client = client();
    client.registerValueWorker("up", ClientContract::upper);
    assertThat(Await.result(client.submitJob("up", "").result()).length()).isZero();
  }

  @Test
  void streamsDataStatusAndWarnings() {
    GearmanClient client = client();
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    Task task = client.submitJob("chatty", "x");
    task.statusHandler(s -> seen.add(s.numerator() + "/" + s.denominator()));
    task.warningHandler(w -> seen.add("warning " + w));
    task.dataHandler(d -> seen.add("data " + d));
    Future<String> result = task.resultText();
    // Last: what is told before there is a handler for it is told to nobody.
    client.registerTaskWorker(
        "chatty",
        new WorkerOptions().setStreaming(true),
        worker -> {
          worker.status(1, 4);
          worker.warn("careful");
          worker.write("a");
          worker.write("b");
          worker.status(0.5);
          worker.end("c");
        });
    assertThat(Await.result(result)).isEqualTo("abc");
    assertThat(seen).containsExactly("1/4", "warning careful", "data a", "data b", "5000/10000");
  }

  @Test
  void readsAResultAsAStream() {
    GearmanClient client = client();
    client.registerTaskWorker(
        "abc",
        new WorkerOptions().setStreaming(true),
        task -> {
          task.write("a");
          task.write("b");
          task.end("c");
        });
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    Promise<Void> end = Promise.promise();
    client
        .submitJob("abc", "x")
        .handler(piece -> seen.add(piece.toString()))
        .endHandler(end::complete)
        .exceptionHandler(end::fail);
    Await.result(end.future());
    assertThat(seen).containsExactly("a", "b", "c");
  }

  @Test
  void writesThatAreNotStreamedAreOneResult() {
    GearmanClient client = client();
    client.registerTaskWorker(
        "abc",
        task -> {
          task.write("a");
          task.write("b");
          task.end("c");
        });
    AtomicInteger data = new AtomicInteger();
    Task task = client.submitJob("abc", "x").dataHandler(d -> data.incrementAndGet());
    assertThat(Await.result(task.resultText())).isEqualTo("abc");
    assertThat(data).hasValue(0);
  }

  @Test
  void pausedTaskGetsNothingUntilItFetches() {
    GearmanClient client = client();
    client.registerTaskWorker(
        "abc",
        new WorkerOptions().setStreaming(true),
        task -> {
          task.write("a");
          task.write("b");
          task.end("c");
        });
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    Promise<Void> end = Promise.promise();
    Task task = client.submitJob("abc", "x");
    task.pause();
    task.endHandler(end::complete);
    task.handler(piece -> seen.add(piece.toString()));
    Await.result(task.completion());
    Await.result(client.echo(Buffer.buffer("round trip")));
    assertThat(seen).isEmpty();
    task.fetch(1);
    Awaitility.await().until(() -> seen.size() == 1);
    task.resume();
    Await.result(end.future());
    assertThat(seen).containsExactly("a", "b", "c");
  }

  @Test
  void pipesAPayloadOfUnknownLength() {
    GearmanClient client = client();
    client.registerStreamWorker("cat", task -> task);
    Task source = client.submitJob("cat", "from one task to the next");
    Task sink = client.submitJob("cat", source);
    assertThat(Await.result(sink.resultText())).isEqualTo("from one task to the next");
  }

  @Test
  void streamsAPayloadOfDeclaredLength() {
    GearmanClient client = client();
    client.registerValueWorker("length", task -> task.payload().length());
    Task task = client.submit(new JobRequest("length").setPayloadLength(300_000L));
    for (int i = 0; i < 3; i++) {
      task.write(Buffer.buffer(new byte[100_000]));
    }
    task.end();
    Future<String> other = client.submitJob("length", "held back meanwhile").resultText();
    assertThat(Await.result(task.resultText())).isEqualTo("300000");
    assertThat(Await.result(other)).isEqualTo("19");
  }

  @Test
  void carriesBinaryPayloadsUnchanged() {
    byte[] bytes = new byte[1 << 20];
    new java.util.Random(7).nextBytes(bytes);
    GearmanClient client = client();
    client.registerValueWorker("same", WorkerTask::payload);
    Buffer result = Await.result(client.submitJob("same", Buffer.buffer(bytes)).result());
    assertThat(result.getBytes()).isEqualTo(bytes);
  }

  @Test
  void failedJobSaysSo() {
    GearmanClient client = client();
    client.registerTaskWorker("fails", WorkerTask::fail);
    Task task = client.submitJob("fails", "x");
    Throwable failure = Await.failure(task.result());
    assertThat(failure).isExactlyInstanceOf(JobFailedException.class);
    assertThat(((JobFailedException) failure).outcome()).isEqualTo(JobOutcome.FAILED);
    assertThat(((JobFailedException) failure).handle()).startsWith("H:");
  }

  @Test
  void thrownExceptionReachesTheClient() {
    GearmanClient client = client();
    client.registerValueWorker(
        "throws",
        task -> {
          throw new IllegalArgumentException("bad input");
        });
    assertThat(Await.failure(client.submitJob("throws", "x").result()))
        .isInstanceOfSatisfying(
            JobThrewException.class, e -> assertThat(e.data()).hasToString("bad input"));
  }

  @Test
  void failedFutureReachesTheClient() {
    GearmanClient client = client();
    client.registerWorker("fails", task -> Future.failedFuture("no luck"));
    assertThat(Await.failure(client.submitJob("fails", "x").result()))
        .isInstanceOfSatisfying(
            JobThrewException.class, e -> assertThat(e.data()).hasToString("no luck"));
  }

  @Test
  void jsonGoesThrough() {
    GearmanClient client = client();
    client.registerValueWorker("json", task -> new JsonObject().put("n", 1));
    assertThat(new JsonObject(Await.result(client.submitJob("json", "").result())))
        .isEqualTo(new JsonObject().put("n", 1));
  }

  @Test
  void backgroundJobIsDone() throws InterruptedException {
    GearmanClient client = client();
    CountDownLatch done = new CountDownLatch(1);
    String handle = Await.result(client.submitJobBackground("bg", "x"));
    assertThat(handle).startsWith("H:");
    assertThat(Await.result(client.getStatus(handle)).known()).isTrue();
    client.registerTaskWorker(
        "bg",
        task -> {
          task.end();
          done.countDown();
        });
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void delayedJobWaits() {
    GearmanClient client = client();
    String handle =
        Await.result(
            client.submitJobAt(Instant.now().plusSeconds(3600), "later", Buffer.buffer("x")));
    assertThat(Await.result(client.getStatus(handle)).known()).isTrue();
    assertThat(Await.result(client.getStatus(handle)).running()).isFalse();
  }

  @Test
  void prioritiesAreKept() {
    GearmanClient client = client();
    for (JobPriority priority : List.of(JobPriority.LOW, JobPriority.NORMAL, JobPriority.HIGH)) {
      JobRequest request = new JobRequest("p", Buffer.buffer(priority.name()));
      Await.result(client.submit(request.setPriority(priority).setBackground(true)).completion());
    }
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    client.registerValueWorker("p", task -> order.add(task.payloadText()));
    Awaitility.await().until(() -> order.size() == 3);
    assertThat(order).containsExactly("HIGH", "NORMAL", "LOW");
  }

  @Test
  void statusOfARunningJobByHandleAndUnique() {
    GearmanClient client = client();
    Promise<String> finish = Promise.promise();
    Promise<String> unique = Promise.promise();
    client.registerWorker(
        "slow",
        task -> {
          unique.complete(task.uniqueId());
          task.status(2, 5);
          return finish.future();
        });
    Task task = client.submit(new JobRequest("slow", Buffer.buffer("x")).setUniqueId("u1"));
    String handle = Await.result(task.handle());
    assertThat(Await.result(unique.future())).isEqualTo("u1");
    Awaitility.await().until(() -> Await.result(client.getStatus(handle)).numerator() == 2);
    assertThat(Await.result(client.getStatus(handle))).isEqualTo(status(1, 1, 2, 5, 0));
    assertThat(Await.result(client.getStatusByUnique("u1"))).isEqualTo(status(1, 1, 2, 5, 1));
    assertThat(Await.result(client.getStatus("H:nowhere:1")).known()).isFalse();
    finish.complete("done");
    assertThat(Await.result(task.resultText())).isEqualTo("done");
  }

  private static JobStatus status(int known, int running, long n, long d, long clients) {
    return new JobStatus(
        new JsonObject()
            .put("knownBy", known)
            .put("runningOn", running)
            .put("numerator", n)
            .put("denominator", d)
            .put("waitingClients", clients));
  }

  @Test
  void coalescedTasksOfOneConnectionAllGetTheResult() {
    GearmanClient client = client();
    Promise<String> finish = Promise.promise();
    AtomicInteger runs = new AtomicInteger();
    Promise<WorkerTask> running = Promise.promise();
    List<Future<String>> results = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Task task = client.submit(new JobRequest("once", Buffer.buffer("x")).setUniqueId("same"));
      Await.result(task.handle());
      results.add(task.resultText());
    }
    client.registerWorker(
        "once",
        new WorkerOptions().setStreaming(true),
        task -> {
          runs.incrementAndGet();
          task.write("a");
          running.complete(task);
          return finish.future();
        });
    Await.result(running.future());
    finish.complete("b");
    for (Future<String> result : results) {
      assertThat(Await.result(result)).isEqualTo("ab");
    }
    assertThat(runs).hasValue(1);
  }

  @Test
  void neverMoreThanMaxJobsAtOnce() {
    GearmanClient client = client(options().setMaxJobs(4));
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    client.registerWorker(
        "busy",
        task -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          return vertx.timer(1, TimeUnit.MILLISECONDS).map(t -> running.decrementAndGet());
        });
    GearmanClient submitter = client();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(submitter.submitJob("busy", "x").result());
    }
    all.forEach(Await::result);
    assertThat(most).hasValue(4);
  }

  @Test
  void unregisteredWorkerFinishesItsTasksAndGetsNoMore() {
    GearmanClient client = client();
    GearmanClient submitter = client();
    Promise<String> finish = Promise.promise();
    Promise<WorkerTask> running = Promise.promise();
    Worker worker =
        client.registerWorker(
            "f",
            task -> {
              running.complete(task);
              return finish.future();
            });
    Future<String> first = submitter.submitJob("f", "1").resultText();
    Await.result(running.future());
    Future<Void> gone = worker.unregister();
    // Answered after the client's loop has seen the unregistering, before the task may end.
    Await.result(client.echo(Buffer.buffer("x")));
    String second = Await.result(submitter.submitJobBackground("f", "2"));
    assertThat(gone.isComplete()).isFalse();
    finish.complete("done");
    assertThat(Await.result(first)).isEqualTo("done");
    Await.result(gone);
    assertThat(Await.result(submitter.getStatus(second)).running()).isFalse();
    assertThat(Await.result(worker.status()).workers()).isZero();
  }

  @Test
  void jobsGivenBackAreDoneByAnotherAndTheWorkerComesBack() {
    GearmanClient client = client();
    AtomicInteger refused = new AtomicInteger();
    Worker worker =
        client.registerTaskWorker(
            "f",
            task -> {
              if (refused.incrementAndGet() <= 3) {
                task.giveBack();
              } else {
                task.end("back again");
              }
            });
    GearmanClient submitter = client();
    Future<String> first = submitter.submitJob("f", "1").resultText();
    Awaitility.await().until(() -> Await.result(worker.status()).workers() == 0);
    assertThat(Await.result(worker.status()).total()).isEqualTo(1);
    assertThat(Await.result(worker.status()).running()).isZero();
    GearmanClient other = client();
    Worker second = other.registerValueWorker("f", task -> "by another");
    assertThat(Await.result(first)).isEqualTo("by another");
    Await.result(second.unregister());
    Future<String> third = submitter.submitJob("f", "2").resultText();
    Awaitility.await()
        .until(
            () -> {
              Await.result(worker.resume());
              return third.isComplete();
            });
    assertThat(Await.result(third)).isEqualTo("back again");
    assertThat(refused).hasValue(4);
  }

  @Test
  void forgottenWorkersDoNothing() {
    GearmanClient client = client();
    Worker worker = client.registerValueWorker("f", ClientContract::upper);
    Await.result(client.submitJob("f", "x").result());
    Await.result(client.forgetAllWorkers());
    assertThat(Await.result(worker.status()).workers()).isZero();
    client.registerValueWorker("f", ClientContract::upper);
    Await.result(client.submitJob("f", "x").result());
  }

  @Test
  void secondWorkerOfAFunctionIsRejected() {
    GearmanClient client = client();
    client.registerValueWorker("f", ClientContract::upper);
    assertThatThrownBy(() -> client.registerValueWorker("f", ClientContract::upper))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shutdownLetsRunningTasksFinish() {
    GearmanClient client = client();
    Promise<String> finish = Promise.promise();
    Promise<WorkerTask> running = Promise.promise();
    client.registerWorker(
        "f",
        task -> {
          running.complete(task);
          return finish.future();
        });
    Future<String> result = client().submitJob("f", "1").resultText();
    Await.result(running.future());
    Future<Void> down = client.shutdown();
    assertThat(down.isComplete()).isFalse();
    finish.complete("done");
    assertThat(Await.result(result)).isEqualTo("done");
    Await.result(down);
  }
}

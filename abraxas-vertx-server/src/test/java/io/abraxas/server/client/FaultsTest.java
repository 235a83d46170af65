package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.GearmanException;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever happens to the connection, no future is left hanging, and every failure is honest. */
class FaultsTest extends ClientTest {
  private static final Logger LOG = LoggerFactory.getLogger(FaultsTest.class);

  FaultsTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  private GearmanClientOptions through(FaultProxy proxy) {
    return new GearmanClientOptions()
        .addServer("127.0.0.1:" + proxy.port())
        .setReconnectDelay(1)
        .setMaxReconnectDelay(10);
  }

  @Test
  void cutAtEveryByteToTheServerLeavesNothingHanging() {
    client().registerValueWorker("same", task -> task.payload());
    // OPTION_REQ exceptions, SUBMIT_JOB, some of what follows.
    for (int at = 0; at < 60; at++) {
      assertOneTaskEnds(at, -1);
    }
  }

  @Test
  void cutAtEveryByteToTheClientLeavesNothingHanging() {
    client().registerValueWorker("same", task -> task.payload());
    // OPTION_RES, JOB_CREATED, WORK_COMPLETE.
    for (int at = 0; at < 110; at++) {
      assertOneTaskEnds(-1, at);
    }
  }

  private void assertOneTaskEnds(int toServer, int toClient) {
    try (FaultProxy proxy = FaultProxy.start(vertx, 1, server.port())) {
      proxy.cutOnceAfter(toServer, toClient);
      GearmanClient client = GearmanClient.create(vertx, through(proxy));
      Task task = client.submitJob("same", "payload");
      Throwable failure = null;
      try {
        assertThat(Await.result(task.resultText())).isEqualTo("payload");
      } catch (GearmanException e) {
        failure = e;
        assertThat(e.outcome()).isEqualTo(JobOutcome.UNKNOWN);
      }
      if (failure == null) {
        assertThat(Await.result(task.handle())).startsWith("H:");
      }
      Await.result(client.close());
    }
  }

  @Test
  void taskIsSubmittedAgainOnlyWhenThatIsAllowed() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    AtomicInteger runs = new AtomicInteger();
    client()
        .registerValueWorker(
            "count",
            task -> {
              runs.incrementAndGet();
              return seen.add(task.payloadText());
            });
    try (FaultProxy proxy = FaultProxy.start(vertx, 1, server.port())) {
      // In the middle of the SUBMIT_JOB: it never arrives whole.
      proxy.cutOnceAfter(30, -1);
      GearmanClient client = GearmanClient.create(vertx, through(proxy));
      JobRequest request =
          new JobRequest("count", Buffer.buffer("once")).setRetryOnDisconnect(true);
      assertThat(Await.result(client.submit(request).resultText())).isEqualTo("true");
      assertThat(runs).hasValue(1);
      Await.result(client.close());
    }
  }

  @Test
  void everyOneOfTenThousandTasksIsAccountedFor() throws InterruptedException {
    account(10_000, 25, System.nanoTime());
  }

  @Test
  @Tag("soak")
  void everyOneOfAMillionTasksIsAccountedFor() throws InterruptedException {
    account(1_000_000, 600, System.nanoTime());
  }

  private void account(int tasks, int seconds, long seed) throws InterruptedException {
    LOG.info("seed " + seed + ", " + tasks + " tasks");
    try (FaultProxy clientSide = FaultProxy.start(vertx, seed, server.port());
        FaultProxy workerSide = FaultProxy.start(vertx, seed + 1, server.port())) {
      clientSide.bytesPerCut(20_000);
      workerSide.bytesPerCut(40_000);
      GearmanClient worker = client(through(workerSide).setMaxJobs(16));
      worker.registerValueWorker("same", task -> task.payload());
      worker.registerTaskWorker(
          "stream",
          new WorkerOptions().setStreaming(true),
          task -> {
            task.write("a");
            task.end(task.payload());
          });
      worker.registerWorker("fail", task -> Future.failedFuture("on purpose"));
      GearmanClient client = client(through(clientSide));
      Map<String, AtomicInteger> endings = new ConcurrentHashMap<>();
      Semaphore window = new Semaphore(64);
      CountDownLatch ended = new CountDownLatch(tasks);
      AtomicInteger wrong = new AtomicInteger();
      for (int i = 0; i < tasks; i++) {
        window.acquire();
        submit(client, i)
            .onComplete(
                done -> {
                  if (done.succeeded() && !done.result()) {
                    wrong.incrementAndGet();
                  }
                  String ending =
                      done.succeeded()
                          ? "result"
                          : done.cause() instanceof GearmanException e
                              ? e.getClass().getSimpleName() + " " + e.outcome()
                              : "not ours: " + done.cause();
                  endings.computeIfAbsent(ending, e -> new AtomicInteger()).incrementAndGet();
                  window.release();
                  ended.countDown();
                });
      }
      boolean all = ended.await(seconds, TimeUnit.SECONDS);
      LOG.info(
          clientSide.cuts() + " + " + workerSide.cuts() + " cuts, " + endings + ", seed " + seed);
      assertThat(all).as("every task ends, seed " + seed).isTrue();
      assertThat(wrong).as("results of other tasks, seed " + seed).hasValue(0);
      assertThat(endings.keySet())
          .as("seed " + seed)
          .isSubsetOf(
              "result",
              "JobThrewException FAILED",
              "JobFailedException FAILED",
              "ConnectionClosedException UNKNOWN");
      assertThat(endings.get("result").get()).isGreaterThan(tasks / 4);
      assertThat(clientSide.cuts()).isPositive();
      assertThat(workerSide.cuts()).isPositive();
    }
  }

  /** Completes with whether the result is the right one. */
  private static Future<Boolean> submit(GearmanClient client, int i) {
    String text = "payload " + i;
    return switch (i % 10) {
      case 0 -> client.submitJobBackground("same", text).map(handle -> handle.startsWith("H:"));
      case 1 -> client.submitJob("fail", text).result().map(false);
      // Streamed bytes may come twice when the job is done twice.
      case 2, 3 -> client.submitJob("stream", text).resultText().map(r -> r.endsWith("a" + text));
      case 4 ->
          client
              .submit(
                  new JobRequest("same", Buffer.buffer(text))
                      .setRetryOnDisconnect(true)
                      .setUniqueId("u" + i))
              .resultText()
              .map(text::equals);
      default -> client.submitJob("same", text).resultText().map(text::equals);
    };
  }
}

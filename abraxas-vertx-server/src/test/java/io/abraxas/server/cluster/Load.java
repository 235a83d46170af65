package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Clients that submit background jobs without pause, and workers that do them. Each job has a
 * number as its payload; this remembers which the servers promised to do, and which were done.
 */
final class Load implements AutoCloseable {
  /** Jobs at most, so that a run has an end whatever its speed. */
  private static final int MOST = 4_000_000;

  /** So many promised jobs wait to be done at most: on a busy machine clients outpace workers. */
  private static final int BACKLOG = 5_000;

  private static final int WINDOW = 32;
  private static final int FOREGROUND_WINDOW = 4;
  private static final Duration PATIENCE = ClusterProcesses.SETTLED;

  private final Vertx vertx = Vertx.vertx();
  private final List<GearmanClient> clients = new ArrayList<>();
  private final AtomicInteger last = new AtomicInteger();

  /** 1: promised. */
  private final AtomicIntegerArray promised = new AtomicIntegerArray(MOST);

  /** How often each was done. */
  private final AtomicIntegerArray done = new AtomicIntegerArray(MOST);

  private final AtomicInteger promises = new AtomicInteger();

  /** Jobs that were done, each counted once. */
  private final AtomicInteger doneOnce = new AtomicInteger();

  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger results = new AtomicInteger();
  private final Map<Class<?>, Integer> failures = new ConcurrentHashMap<>();
  private final AtomicReference<Throwable> refusal = new AtomicReference<>();
  private volatile boolean stopping;

  /** Starts a client and a worker for each of these servers. */
  void start(List<String> servers) {
    for (String address : servers) {
      // Every client and worker prefers nobody: it goes on with whoever is left.
      GearmanClientOptions options = new GearmanClientOptions().setMaxJobs(16);
      options.addServer(address);
      servers.stream().filter(other -> !other.equals(address)).forEach(options::addServer);
      options.setReconnectDelay(10).setMaxReconnectDelay(200).setSubmitTimeout(60_000);
      GearmanClient worker = GearmanClient.create(vertx, options);
      clients.add(worker);
      worker.registerWorker("count", this::count);
      worker.registerWorker("echo", task -> Future.succeededFuture(task.payloadText()));
      GearmanClient client = GearmanClient.create(vertx, options);
      clients.add(client);
      for (int i = 0; i < WINDOW; i++) {
        submitNext(client);
      }
    }
  }

  /** Every hundredth job takes a moment, so that a kill always finds some running. */
  private Future<String> count(WorkerTask task) {
    int number = Integer.parseInt(task.payloadText());
    if (number % 100 != 0) {
      done(number);
      return Future.succeededFuture("");
    }
    return vertx
        .timer(20)
        .map(
            v -> {
              done(number);
              return "";
            });
  }

  private void done(int number) {
    if (done.getAndIncrement(number) == 0) {
      doneOnce.incrementAndGet();
    }
  }

  private void submitNext(GearmanClient client) {
    if (!stopping && promises.get() - doneOnce.get() > BACKLOG) {
      vertx.setTimer(10, timer -> submitNext(client));
      return;
    }
    int number = last.get() < MOST - 1 ? last.incrementAndGet() : MOST;
    if (stopping || number >= MOST) {
      return;
    }
    underWay.incrementAndGet();
    client
        .submit(
            new JobRequest("count", Buffer.buffer(Integer.toString(number)))
                .setBackground(true)
                .setRetryOnDisconnect(true))
        .handle()
        .onComplete(
            handle -> {
              if (handle.succeeded()) {
                promised.set(number, 1);
                promises.incrementAndGet();
              } else {
                refusal.compareAndSet(null, handle.cause());
              }
              underWay.decrementAndGet();
              // Not from here: the handle of the next may be known, or refused, at once.
              vertx.runOnContext(v -> submitNext(client));
            });
  }

  /** Adds foreground jobs, a few at a time for each client. */
  void startForeground() {
    for (GearmanClient client : clients) {
      for (int i = 0; i < FOREGROUND_WINDOW; i++) {
        submitNextForeground(client);
      }
    }
  }

  private void submitNextForeground(GearmanClient client) {
    if (stopping) {
      return;
    }
    underWay.incrementAndGet();
    client
        .submitJob("echo", "x")
        .resultText()
        .onComplete(
            result -> {
              if (result.succeeded()) {
                assertThat(result.result()).isEqualTo("x");
                results.incrementAndGet();
              } else {
                failures.merge(result.cause().getClass(), 1, Integer::sum);
              }
              underWay.decrementAndGet();
              vertx.runOnContext(v -> submitNextForeground(client));
            });
  }

  int promised() {
    return promises.get();
  }

  /** Foreground jobs that had their result. */
  int results() {
    return results.get();
  }

  /** Why the other foreground jobs failed, and how many. */
  Map<Class<?>, Integer> failures() {
    return failures;
  }

  /** Waits until so many more jobs are promised. */
  void awaitPromised(int more) {
    int wanted = promises.get() + more;
    Awaitility.await("promises").atMost(PATIENCE).until(() -> promises.get() >= wanted);
  }

  /** Stops submitting, waits until all that was promised is done, and that nothing was refused. */
  void finish() {
    stopping = true;
    Awaitility.await("answers").atMost(PATIENCE).until(() -> underWay.get() == 0);
    try {
      Awaitility.await("promised jobs").atMost(PATIENCE).until(() -> lost().isEmpty());
    } catch (ConditionTimeoutException e) {
      List<Integer> lost = lost();
      assertThat(lost.subList(0, Math.min(20, lost.size())))
          .as("lost of %d promised jobs: %d, the first of them", promised(), lost.size())
          .isEmpty();
    }
    assertThat(refusal.get()).isNull();
    System.out.println(promised() + " promised, " + repeated() + " done twice");
  }

  private List<Integer> lost() {
    List<Integer> lost = new ArrayList<>();
    for (int i = 1; i <= last.get() && i < MOST; i++) {
      if (promised.get(i) > 0 && done.get(i) == 0) {
        lost.add(i);
      }
    }
    return lost;
  }

  /** Jobs that were done more than once. */
  private int repeated() {
    int n = 0;
    for (int i = 1; i < MOST; i++) {
      n += done.get(i) > 1 ? 1 : 0;
    }
    return n;
  }

  @Override
  public void close() {
    clients.forEach(client -> client.close().toCompletionStage().toCompletableFuture().join());
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}

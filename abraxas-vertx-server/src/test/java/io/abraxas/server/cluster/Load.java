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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/**
 * Clients that submit background jobs without pause, and workers that do them. Each job has a
 * number as its payload; this remembers which the servers promised to do, and which were done.
 */
final class Load implements AutoCloseable {
  /** Jobs at most, so that a run has an end whatever its speed. */
  private static final int MOST = 4_000_000;

  private static final int WINDOW = 32;

  private final Vertx vertx = Vertx.vertx();
  private final List<GearmanClient> clients = new ArrayList<>();
  private final AtomicInteger last = new AtomicInteger();

  /** 1: promised. */
  private final AtomicIntegerArray promised = new AtomicIntegerArray(MOST);

  /** How often each was done. */
  private final AtomicIntegerArray done = new AtomicIntegerArray(MOST);

  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
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
      done.incrementAndGet(number);
      return Future.succeededFuture("");
    }
    return vertx
        .timer(20)
        .map(
            v -> {
              done.incrementAndGet(number);
              return "";
            });
  }

  private void submitNext(GearmanClient client) {
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
              } else {
                refused.incrementAndGet();
                refusal.compareAndSet(null, handle.cause());
              }
              underWay.decrementAndGet();
              submitNext(client);
            });
  }

  int promised() {
    return sum(promised);
  }

  int refused() {
    return refused.get();
  }

  Throwable refusal() {
    return refusal.get();
  }

  /** Stops submitting and waits until all that was promised is done. */
  void finish(Duration within) {
    stopping = true;
    Awaitility.await("answers").atMost(within).until(() -> underWay.get() == 0);
    try {
      Awaitility.await("promised jobs").atMost(within).until(() -> lost().isEmpty());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      List<Integer> lost = lost();
      assertThat(lost.subList(0, Math.min(20, lost.size())))
          .as("lost of %d promised jobs: %d, the first of them", promised(), lost.size())
          .isEmpty();
    }
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
  int repeated() {
    int n = 0;
    for (int i = 1; i < MOST; i++) {
      n += done.get(i) > 1 ? 1 : 0;
    }
    return n;
  }

  private static int sum(AtomicIntegerArray array) {
    int n = 0;
    for (int i = 0; i < array.length(); i++) {
      n += array.get(i);
    }
    return n;
  }

  @Override
  public void close() {
    clients.forEach(client -> client.close().toCompletionStage().toCompletableFuture().join());
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}

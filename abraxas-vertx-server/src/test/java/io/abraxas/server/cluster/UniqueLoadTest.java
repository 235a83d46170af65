package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.cluster.ClusterServers.Server;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients and workers at three servers, and few unique ids that all of them submit. */
@Timeout(300)
class UniqueLoadTest {
  private static final int SERVERS = 3;
  private static final int IDS = 4;
  private static final int SUBMITS = 400;
  private static final int WINDOW = 8;

  private final ClusterServers servers = new ClusterServers();
  private final Vertx vertx = Vertx.vertx();
  private final Random random = new Random();

  /** Unique ids of the jobs that are being done. */
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  /** Handles of jobs that were done. */
  private final Set<String> done = ConcurrentHashMap.newKeySet();

  private final Set<String> promised = ConcurrentHashMap.newKeySet();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger(SERVERS * SUBMITS);

  @AfterEach
  void stop() {
    ClusterServers.get(vertx.close());
    servers.close();
  }

  private Future<String> work(WorkerTask task) {
    String id = task.payloadText();
    runs.incrementAndGet();
    if (!running.add(id)) {
      violations.add(id + " runs twice at once: " + task.handle());
    }
    if (!done.add(task.handle())) {
      violations.add(task.handle() + " runs again");
    }
    return vertx
        .timer(3)
        .map(
            v -> {
              running.remove(id);
              return task.handle();
            });
  }

  private void submitNext(GearmanClient client) {
    if (left.decrementAndGet() < 0) {
      return;
    }
    String id = "id" + random.nextInt(IDS);
    boolean background = random.nextBoolean();
    Task task =
        client.submit(
            new JobRequest("f", Buffer.buffer(id)).setUniqueId(id).setBackground(background));
    task.handle()
        .compose(
            handle -> {
              promised.add(handle);
              return background ? Future.succeededFuture(handle) : task.resultText();
            })
        .onComplete(
            result -> {
              if (result.failed()) {
                violations.add(id + ": " + result.cause());
              } else if (!result.result().equals(task.handle().result())) {
                violations.add(task.handle().result() + " got the result of " + result.result());
              }
              answered.incrementAndGet();
              submitNext(client);
            });
  }

  @Test
  void noUniqueIdRunsTwiceAtOnceAndEverySubmitIsAccountedFor() {
    List<Server> all = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      all.add(servers.start());
    }
    all.forEach(server -> server.awaitLinked(SERVERS));
    for (Server server : all) {
      GearmanClientOptions options =
          new GearmanClientOptions()
              .addServer("127.0.0.1:" + server.server.actualPort())
              .setMaxJobs(2)
              .setSubmitTimeout(60_000);
      GearmanClient.create(vertx, options).registerWorker("f", this::work);
      GearmanClient client = GearmanClient.create(vertx, options);
      for (int i = 0; i < WINDOW; i++) {
        submitNext(client);
      }
    }
    soon().until(() -> answered.get() == SERVERS * SUBMITS);
    soon().until(() -> done.containsAll(promised));
    assertThat(violations).isEmpty();
    assertThat(runs.get()).as("jobs that several submits shared").isLessThan(SERVERS * SUBMITS);
    soon().until(() -> all.get(0).map(Maps.UNIQUES).isEmpty());
    soon().until(() -> all.get(0).records() == 0);
    all.forEach(server -> assertThat(server.jobs()).isZero());
  }
}

package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Workers for schedules of which each is due once a minute, at a second of its own. Its number is
 * the payload of its jobs; this remembers the handles of the jobs of each due time.
 *
 * <p>A job belongs to the latest due time of its schedule when it comes to the worker: it may be
 * late by less than a minute.
 */
final class Firework implements AutoCloseable {
  /** Eight a second. */
  static final int SCHEDULES = 480;

  private static final long MINUTE = 60_000;

  private final Vertx vertx = Vertx.vertx();
  private final List<GearmanClient> workers = new ArrayList<>();

  /** The handles of the jobs of each due time. */
  private final Map<Due, Set<String>> handles = new ConcurrentHashMap<>();

  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger jobs = new AtomicInteger();
  private final AtomicLong latestMillis = new AtomicLong();
  private long beginMillis;

  /** A due time: that minute of the epoch, later by the schedule's second. */
  private record Due(int schedule, long minute) {
    static Due before(int schedule, long millis) {
      return new Due(schedule, Math.floorDiv(millis - second(schedule) * 1000L, MINUTE));
    }

    long millis() {
      return minute * MINUTE + second(schedule) * 1000L;
    }
  }

  /** At which second of each minute a schedule is due. */
  static int second(int schedule) {
    return schedule % 60;
  }

  /** Starts a worker for each of these servers. From now on every due time counts. */
  void start(List<String> servers) {
    for (String address : servers) {
      // When its server is lost it goes on with whoever is left.
      GearmanClientOptions options = new GearmanClientOptions().setMaxJobs(16);
      options.addServer(address);
      servers.stream().filter(other -> !other.equals(address)).forEach(options::addServer);
      options.setReconnectDelay(10).setMaxReconnectDelay(200);
      GearmanClient worker = GearmanClient.create(vertx, options);
      workers.add(worker);
      worker.registerWorker("f", this::run);
    }
    beginMillis = System.currentTimeMillis();
  }

  /** Each takes a moment, so that a kill may find one that runs. */
  private Future<String> run(WorkerTask task) {
    long now = System.currentTimeMillis();
    Due due = Due.before(Integer.parseInt(task.payloadText()), now);
    if (handles.computeIfAbsent(due, d -> ConcurrentHashMap.newKeySet()).add(task.handle())) {
      jobs.incrementAndGet();
    }
    runs.incrementAndGet();
    latestMillis.accumulateAndGet(now - due.millis(), Math::max);
    return vertx.timer(30).map("");
  }

  /** Waits for so many more jobs. */
  void awaitJobs(int more) {
    int wanted = jobs.get() + more;
    Awaitility.await("jobs").atMost(ClusterProcesses.SETTLED).until(() -> jobs.get() >= wanted);
  }

  /** Waits until each due time since the beginning has had a job. */
  void awaitAll() {
    List<Due> due = new ArrayList<>();
    long now = System.currentTimeMillis();
    for (int i = 0; i < SCHEDULES; i++) {
      Due first = Due.before(i, beginMillis);
      for (long minute = first.minute + 1; minute <= Due.before(i, now).minute; minute++) {
        due.add(new Due(i, minute));
      }
    }
    Awaitility.await()
        .atMost(ClusterProcesses.SETTLED)
        .untilAsserted(
            () ->
                assertThat(due.stream().filter(one -> !handles.containsKey(one)))
                    .as("of %d due times", due.size())
                    .isEmpty());
  }

  /** No due time had two jobs. */
  void verify() {
    System.out.println(this);
    assertThat(handles).allSatisfy((due, jobsOfIt) -> assertThat(jobsOfIt).hasSize(1));
  }

  @Override
  public String toString() {
    return jobs
        + " jobs, run "
        + runs
        + " times, the latest "
        + latestMillis
        + " ms after its time";
  }

  @Override
  public void close() {
    workers.forEach(worker -> worker.close().toCompletionStage().toCompletableFuture().join());
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}

package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.server.cluster.ScheduleNode.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.Firings.Verdict;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import io.abraxas.server.store.JobRecord;
import io.abraxas.server.store.UnreadableRecordException;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Two servers and a schedule that they have in common, of which the test fires each due time. */
abstract class FiringServers {
  static final String KEY = "1:f=u";

  private static TestCluster cluster;
  static Vertx vertx;
  static Maps maps;

  final AtomicLong clock = new AtomicLong(START);
  ScheduleNode first;
  ScheduleNode second;

  /** The handle of the schedule, which the first server made. */
  long schedule;

  @BeforeAll
  static void start() {
    cluster = new TestCluster();
    vertx = Vertx.vertx();
    maps = Maps.announce(cluster.start(), 1);
  }

  @AfterAll
  static void stop() {
    vertx.close();
    cluster.close();
  }

  @BeforeEach
  void begin() {
    maps.schedules().clear();
    maps.hazelcast().getMap(Maps.JOBS).clear();
    maps.running().clear();
    first = new ScheduleNode(vertx, maps, 1, clock);
    second = new ScheduleNode(vertx, maps, 2, clock);
    first.see(second);
    second.see(first);
    ScheduleRecord record =
        ScheduleRecord.of(
            new StoredSchedule(77, bytes("f"), bytes("u"), "* * * * *", f -> f, bytes("p")),
            "UTC",
            first.origins);
    assertThat(record.key()).isEqualTo(KEY);
    maps.schedules().set(KEY, record.bytes());
    schedule = 77;
    second.origins.enter("H:1", first.incarnation);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static ScheduleRecord record() {
    return ScheduleRecord.of(maps.schedules().get(KEY));
  }

  static Last last() {
    return record().last();
  }

  static void last(Last last) {
    maps.schedules().set(KEY, record().with(last).bytes());
  }

  boolean fire(ScheduleNode node, long dueMillis) {
    int origin = node.origins.find(first.incarnation);
    return node.firings.fire(KEY, Origins.handle(origin, Origins.number(schedule)), dueMillis);
  }

  Firing firing(long dueMillis) {
    return new Firing(first.incarnation, 77, dueMillis);
  }

  /** The job that a server has made and stored. */
  static long stored(ScheduleNode node) {
    soon().until(() -> !node.stored.isEmpty());
    return node.stored.get(0).job();
  }

  Verdict settle(ScheduleNode node, long dueMillis, long job) {
    return node.firings.settle(KEY, firing(dueMillis), job);
  }

  StoredJob read(ScheduleNode reader, ScheduleNode owner, long job) {
    String key = JobRecord.key(job, owner.origins);
    try {
      return JobRecord.read(key, maps.jobMap().read(key), reader.origins);
    } catch (UnreadableRecordException e) {
      throw new AssertionError(e);
    }
  }

  /** The job that the first server made is in the map no more. */
  void end(long job) {
    maps.jobMap().remove(JobRecord.key(job, first.origins)).toCompletableFuture().join();
  }

  StoredJob job(long number, long dueMillis) {
    return new StoredJob(
        Origins.handle(second.origins.find(first.incarnation), number),
        bytes("f"),
        bytes("u"),
        true,
        Priority.NORMAL,
        3,
        START,
        0,
        bytes("p"),
        null,
        firing(dueMillis));
  }
}

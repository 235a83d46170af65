package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS;
import static io.abraxas.vertx.protocol.PacketType.STATUS_RES;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_SCHED;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.ClusterServers.Server;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Schedules of whole servers. One that fires at a minute of each hour does so within seconds when
 * its time zone is so many seconds apart from full minutes, and then not again for an hour.
 */
@Timeout(240)
class ClusterSchedulesTest {
  private static final String KEY = "1:f=u";

  private final ClusterServers servers = new ClusterServers();
  private final Server first = servers.start();
  private final Server second = servers.start();

  @AfterEach
  void stop() {
    servers.close();
  }

  private static String submit(Server server, String unique, String payload) {
    try (WireClient client = server.connect()) {
      return client.submit(SUBMIT_JOB_SCHED, "f", unique, "*", "*", "*", "*", "*", payload);
    }
  }

  private static boolean hasOne(Server server, String handle) {
    String rows = server.tell("show schedules");
    return rows.startsWith(handle + "\tf\t") && rows.indexOf('\n') == rows.length() - 1;
  }

  /** That schedule, with a time in so many seconds and none for an hour after that. */
  private static ScheduleRecord in(int seconds, ScheduleRecord known, long number, String unique) {
    long at = System.currentTimeMillis() / 1000 + seconds;
    return new ScheduleRecord(
        known.version(),
        known.oldest(),
        known.last(),
        known.name(),
        known.origin(),
        number,
        known.function(),
        unique.getBytes(US_ASCII),
        at / 60 % 60 + " * * * *",
        at % 60 == 0 ? "UTC" : String.format("-00:00:%02d", at % 60),
        known.payload(),
        known.tags());
  }

  private static ScheduleRecord record(Server server) {
    byte[] bytes = server.map(Maps.SCHEDULES).get(KEY);
    return bytes == null ? null : ScheduleRecord.of(bytes);
  }

  /** Has the schedule fired soon, and waits until a job of it was done. */
  private static List<String> fire(Server server, List<Server> workers) {
    Last before = record(server).last();
    List<String> done = new ArrayList<>();
    Again again = new Again(0);
    soon()
        .until(
            () -> {
              if (again.isDue()) {
                fireSoon(server.map(Maps.SCHEDULES), KEY, before);
              }
              return done.addAll(workOff(workers));
            });
    return done;
  }

  /** Gives the schedule a time that comes soon, unless it was fired. */
  private static void fireSoon(IMap<String, byte[]> map, String key, Last before) {
    byte[] bytes = map.get(key);
    ScheduleRecord known = ScheduleRecord.of(bytes);
    if (Objects.equals(known.last(), before)) {
      String unique = new String(known.unique(), US_ASCII);
      map.replace(key, bytes, in(3, known, known.number(), unique).bytes());
    }
  }

  /**
   * Every few seconds: a busy server may see a schedule too late for its minute, and the next one
   * would be in an hour.
   */
  private static final class Again {
    private static final Duration PAUSE = Duration.ofSeconds(8);
    private long next;

    Again(int firstSeconds) {
      next = System.nanoTime() + TimeUnit.SECONDS.toNanos(firstSeconds);
    }

    boolean isDue() {
      boolean due = System.nanoTime() - next >= 0;
      if (due) {
        next = System.nanoTime() + PAUSE.toNanos();
      }
      return due;
    }
  }

  /** The handles of what it grabs and ends. */
  private static List<String> workOff(List<Server> all) {
    List<String> done = new ArrayList<>();
    all.forEach(server -> done.addAll(server.workOff()));
    return done;
  }

  @Test
  void anyServerTellsOfAScheduleReplacesAndCancelsIt() {
    String handle = submit(first, "u", "p");
    assertThat(hasOne(first, handle)).isTrue();
    soon().until(() -> hasOne(second, handle));
    try (WireClient client = second.connect()) {
      assertThat(client.send(GET_STATUS, handle).expect(STATUS_RES).body()).startsWith(handle);
    }
    assertThat(submit(second, "u", "other")).isEqualTo(handle);
    assertThat(new String(record(first).payload(), US_ASCII)).isEqualTo("other");
    String unnamed = submit(first, "", "p");
    assertThat(submit(second, "", "p")).isNotEqualTo(unnamed);
    assertThat(first.map(Maps.SCHEDULES).size()).isEqualTo(3);
    try (WireClient operator = second.connect()) {
      assertThat(operator.line("cancel job " + handle)).startsWith("OK");
    }
    soon().until(() -> !first.tell("show schedules").contains(handle));
    assertThat(record(first)).isNull();
    assertThat(submit(second, "u", "p")).isNotEqualTo(handle);
  }

  @Test
  void aScheduleFiresOnceAndSurvivesTheServerItWasSubmittedTo() {
    String handle = submit(first, "u", "p");
    soon().until(() -> hasOne(second, handle));
    Set<String> done = new HashSet<>(fire(first, List.of(first, second)));
    assertThat(done).hasSize(1);
    soon().until(() -> first.records() == 0);
    second.awaitSafe();
    first.kill();
    soon().until(() -> hasOne(second, handle));
    done.addAll(fire(second, List.of(second)));
    assertThat(done).hasSize(2);
    soon().until(() -> second.records() == 0);
    assertThat(record(second).last().done()).isTrue();
  }

  @Test
  void manySchedulesFireOnceEachWhileServersComeAndGo() {
    int count = 30;
    IMap<String, byte[]> map = first.map(Maps.SCHEDULES);
    submit(first, "u", "p");
    ScheduleRecord known = record(first);
    map.delete(KEY);
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < count; i++) {
      ScheduleRecord record = in(2 + i / 2, known, 1000 + i, "u" + i);
      map.set(record.key(), record.bytes());
      keys.add(record.key());
    }
    Server third = servers.start();
    second.leave();
    List<Server> left = List.of(first, third);
    List<String> done = new ArrayList<>();
    Again again = new Again(25);
    soon()
        .until(
            () -> {
              if (again.isDue()) {
                keys.forEach(key -> fireSoon(map, key, null));
              }
              done.addAll(workOff(left));
              return keys.stream().allMatch(key -> isDone(map.get(key))) && first.records() == 0;
            });
    assertThat(done).hasSize(count).doesNotHaveDuplicates();
  }

  private static boolean isDone(byte[] bytes) {
    ScheduleRecord.Last last = ScheduleRecord.of(bytes).last();
    return last != null && last.done();
  }
}

package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ScheduleNode.START;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScheduleMirrorTest {
  private final TestCluster cluster = new TestCluster();
  private final Vertx vertx = Vertx.vertx();
  private final Maps maps = Maps.announce(cluster.start(), 1);
  private final IMap<String, byte[]> map = maps.schedules();
  private final ScheduleNode node = new ScheduleNode(vertx, maps, 1, new AtomicLong(START));
  private final ScheduleMirror mirror =
      new ScheduleMirror(map, node.origins, ScheduleNode::times, node.loop, () -> START);

  @AfterEach
  void stop() {
    vertx.close();
    cluster.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private ScheduleRecord record(long number, String fields, String zone) {
    StoredSchedule schedule =
        new StoredSchedule(
            number, bytes("f"), bytes("u" + number), fields, from -> from, bytes("p"));
    return ScheduleRecord.of(schedule, zone, node.origins);
  }

  private String put(ScheduleRecord record) {
    map.set(record.key(), record.bytes());
    return record.key();
  }

  @Test
  void theBrokerHasWhatTheMapHas() {
    String key = put(record(7, "* * * * *", "UTC"));
    put(record(8, "* * * * *", "UTC").with(new Last(START, "1", 2, false)));
    put(record(9, "* * * * *", "UTC").with(new Last(START, "1", 2, true)));
    assertThat(mirror.readAll(false)).containsExactly("1:f=u8");
    assertThat(node.schedules()).containsExactlyInAnyOrder(7L, 8L, 9L);
    assertThat(mirror.keyOf(7)).isEqualTo(key);
    map.delete(key);
    mirror.read(key);
    assertThat(node.schedules()).containsExactlyInAnyOrder(8L, 9L);
    assertThat(mirror.keyOf(7)).isNull();
    mirror.read("no such key");
  }

  @Test
  void aTimeZoneIsTheSchedulesOwn() {
    // Full minutes there are 20 seconds later.
    mirror.saw("a", record(7, "* * * * *", "-00:00:20"));
    assertThat(nextMillis()).isEqualTo(START + 20_000);
    mirror.saw("a", record(7, "* * * * *", "-00:00:40"));
    assertThat(nextMillis()).isEqualTo(START + 40_000);
  }

  private long nextMillis() {
    return node.on(broker -> broker.schedules().iterator().next().nextMillis());
  }

  @Test
  void anotherScheduleUnderTheSameKeyTakesThePlaceOfTheFirst() {
    mirror.saw("a", record(7, "* * * * *", "UTC"));
    mirror.saw("a", record(8, "* * * * *", "UTC"));
    assertThat(node.schedules()).containsExactly(8L);
    assertThat(mirror.keyOf(7)).isNull();
    assertThat(mirror.keyOf(8)).isEqualTo("a");
  }

  @Test
  void whatAReadingMissesEndsWhenTheNextOneMissesItToo() {
    String key = put(record(7, "* * * * *", "UTC"));
    mirror.readAll(true);
    map.delete(key);
    mirror.readAll(false);
    mirror.readAll(true);
    mirror.readAll(false);
    assertThat(node.schedules()).containsExactly(7L);
    mirror.readAll(true);
    assertThat(node.schedules()).isEmpty();
  }

  @Test
  void whatIsPutBackHasToBeMissedTwiceAgain() {
    String key = put(record(7, "* * * * *", "UTC").with(new Last(START, "1", 2, true)));
    byte[] bytes = map.get(key);
    mirror.readAll(true);
    map.delete(key);
    mirror.readAll(true);
    mirror.restore();
    assertThat(map.get(key)).as("with its last firing").isEqualTo(bytes);
    map.delete(key);
    mirror.readAll(true);
    assertThat(node.schedules()).containsExactly(7L);
  }

  private static Last done(long dueMillis) {
    return new Last(dueMillis, "1", 2, true);
  }

  @Test
  void aLastFiringThatTheMapHasLostIsKnownAndToBePutBack() {
    ScheduleRecord never = record(7, "* * * * *", "UTC");
    ScheduleRecord replaced = never.replacing(List.of("1.1"));
    String key = put(replaced.with(done(START)));
    mirror.readAll(true);
    assertThat(mirror.mended(key, never))
        .usingRecursiveComparison()
        .isEqualTo(replaced.with(done(START)));
    for (Last lost :
        new Last[] {
          null, done(START - 1), new Last(START - 1, "1", 9, false), new Last(START, "1", 9, false)
        }) {
      put(never.with(lost));
      assertThat(mirror.readAll(true)).as("%s", lost).containsExactly(key);
      mirror.read(key);
      assertThat(mirror.mended(key, never).last()).as("not forgotten").isEqualTo(done(START));
    }
    for (Last kept : new Last[] {done(START), new Last(START, "1", 9, true), done(START + 1)}) {
      put(never.with(kept));
      assertThat(mirror.readAll(true)).as("%s", kept).isEmpty();
    }
    ScheduleRecord other = record(8, "* * * * *", "UTC");
    assertThat(mirror.mended(key, other)).as("it has that key now").isNull();
  }

  @Test
  void anIntentIsNothingThatIsPutBack() {
    ScheduleRecord never = record(7, "* * * * *", "UTC");
    String key = put(never.with(new Last(START, "1", 2, false)));
    mirror.readAll(true);
    assertThat(mirror.mended(key, never)).isNull();
    mirror.fired(key, new Firing(never.origin(), 8, START), done(START));
    assertThat(mirror.mended(key, never)).as("that of another schedule").isNull();
    // Known here before it is told of.
    mirror.fired(key, new Firing(never.origin(), 7, START), done(START));
    assertThat(mirror.mended(key, never).last()).isEqualTo(done(START));
    mirror.fired(key, new Firing(never.origin(), 7, START - 1), done(START - 1));
    assertThat(mirror.mended(key, never).last()).isEqualTo(done(START));
    map.delete(key);
    mirror.restore();
    assertThat(ScheduleRecord.of(map.get(key)).last()).isEqualTo(done(START));
  }

  @Test
  void aFiringOfAServerWhoseClockWasWrongIsNotPutBack() {
    ScheduleRecord never = record(7, "* * * * *", "UTC");
    String key = put(never.with(done(START + 61 * ScheduleNode.MINUTE)));
    mirror.readAll(true);
    put(never.with(done(START)));
    assertThat(mirror.readAll(true)).isEmpty();
    assertThat(mirror.mended(key, never).last()).isEqualTo(done(START));
  }

  @Test
  void whatCannotBeReadIsLeftAloneAndDoesNotEndWhatIsKnown() {
    String key = put(record(7, "* * * * *", "UTC"));
    map.set("b", new byte[] {9, 9});
    put(record(8, "* * * *", "UTC"));
    put(record(9, "* * * * *", "Nowhere/City"));
    mirror.readAll(true);
    assertThat(node.schedules()).containsExactly(7L);
    byte[] newer = map.get(key);
    newer[1] = 9;
    map.set(key, newer);
    mirror.readAll(true);
    mirror.readAll(true);
    mirror.read(key);
    assertThat(node.schedules()).containsExactly(7L);
  }
}

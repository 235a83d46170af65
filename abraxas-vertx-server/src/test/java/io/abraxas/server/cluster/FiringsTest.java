package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.server.cluster.ScheduleNode.MINUTE;
import static io.abraxas.server.cluster.ScheduleNode.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.Firings.Verdict;
import io.abraxas.server.cluster.ScheduleNode.Stored;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import io.abraxas.server.store.JobRecord;
import io.abraxas.server.store.UnreadableRecordException;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each step of a firing, by the server that fires and by those that see it die. */
class FiringsTest {
  private static final String KEY = "1:f=u";

  private static final TestCluster CLUSTER = new TestCluster();
  private static final Vertx VERTX = Vertx.vertx();
  private static Maps maps;

  private final AtomicLong clock = new AtomicLong(START);
  private ScheduleNode first;
  private ScheduleNode second;

  /** The handle of the schedule, which the first server made. */
  private long schedule;

  @BeforeAll
  static void start() {
    maps = Maps.announce(CLUSTER.start(), 1);
  }

  @AfterAll
  static void stop() {
    VERTX.close();
    CLUSTER.close();
  }

  @BeforeEach
  void begin() {
    maps.schedules().clear();
    maps.jobs().clear();
    maps.running().clear();
    first = new ScheduleNode(VERTX, maps, 1, clock);
    second = new ScheduleNode(VERTX, maps, 2, clock);
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

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static ScheduleRecord record() {
    return ScheduleRecord.of(maps.schedules().get(KEY));
  }

  private static Last last() {
    return record().last();
  }

  private static void last(Last last) {
    maps.schedules().set(KEY, record().with(last).bytes());
  }

  private boolean fire(ScheduleNode node, long dueMillis) {
    int origin = node.origins.find(first.incarnation);
    return node.firings.fire(KEY, Origins.handle(origin, Origins.number(schedule)), dueMillis);
  }

  private Firing firing(long dueMillis) {
    return new Firing(first.incarnation, 77, dueMillis);
  }

  /** The job that a server has made and stored. */
  private static long stored(ScheduleNode node) {
    soon().until(() -> !node.stored.isEmpty());
    return node.stored.get(0).job();
  }

  private Verdict settle(ScheduleNode node, long dueMillis, long job) {
    return node.firings.settle(KEY, firing(dueMillis), job);
  }

  private StoredJob read(ScheduleNode reader, ScheduleNode owner, long job) {
    String key = JobRecord.key(job, owner.origins);
    try {
      return JobRecord.read(key, maps.jobMap().read(key), reader.origins);
    } catch (UnreadableRecordException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneFiresAndTheOtherSeesThatItIsDone() {
    assertThat(fire(first, START)).isFalse();
    long job = stored(first);
    assertThat(first.stored).containsExactly(new Stored(job, firing(START)));
    assertThat(last()).isEqualTo(new Last(START, first.incarnation, job, false));
    assertThat(fire(second, START)).as("the first goes on with it").isFalse();
    assertThat(second.jobs()).isZero();
    assertThat(settle(first, START, job)).isEqualTo(Verdict.FIRED);
    assertThat(last().done()).isTrue();
    assertThat(settle(first, START, job)).as("once more").isEqualTo(Verdict.FIRED);
    assertThat(fire(second, START)).isTrue();
    assertThat(fire(first, START)).isTrue();
    assertThat(fire(first, START - MINUTE)).as("not later than the last").isTrue();
    assertThat(first.jobs() + second.jobs()).isOne();
    assertThat(maps.jobs().size()).isOne();
  }

  @Test
  void aServerLostBetweenIntentAndJobIsReplaced() {
    last(new Last(START, first.incarnation, 5, false));
    second.see();
    assertThat(fire(second, START)).isFalse();
    long job = stored(second);
    assertThat(last()).isEqualTo(new Last(START, second.incarnation, job, false));
    assertThat(settle(second, START, job)).isEqualTo(Verdict.FIRED);
    assertThat(settle(first, START, 5)).as("it was not lost").isEqualTo(Verdict.REPLACED);
    assertThat(last()).isEqualTo(new Last(START, second.incarnation, job, true));
  }

  @Test
  void whoFindsAnIntentOfALostServerGoesOnWithoutADueTimeOfItsOwn() {
    last(new Last(START, first.incarnation, 5, false));
    second.firings.goOn(KEY);
    assertThat(last().node()).as("it is there").isEqualTo(first.incarnation);
    second.see();
    second.firings.goOn(KEY);
    assertThat(last().node()).isEqualTo(second.incarnation);
    assertThat(last().dueMillis()).isEqualTo(START);
    assertThat(settle(second, START, stored(second))).isEqualTo(Verdict.FIRED);
  }

  @Test
  void aServerLostBetweenJobAndDoneIsFollowedByTheHeirOfItsJobs() {
    fire(first, START);
    long job = stored(first);
    second.see();
    assertThat(fire(second, START)).as("the heir goes on with it").isFalse();
    assertThat(last()).isEqualTo(new Last(START, first.incarnation, job, false));
    assertThat(second.firings.mayRun(read(second, first, job))).isTrue();
    assertThat(last()).isEqualTo(new Last(START, first.incarnation, job, true));
    assertThat(fire(second, START)).isTrue();
    assertThat(second.firings.mayRun(read(second, first, job))).as("a second heir").isTrue();
    assertThat(second.jobs()).isZero();
  }

  @Test
  void aJobThatComesToTheMapAfterItsIntentWasReplacedIsNotRun() {
    fire(first, START);
    long late = stored(first);
    StoredJob record = read(second, first, late);
    // It was under way when the other looked.
    maps.jobMap().remove(JobRecord.key(late, first.origins)).toCompletableFuture().join();
    second.see();
    fire(second, START);
    long job = stored(second);
    assertThat(second.firings.mayRun(record)).isFalse();
    assertThat(settle(first, START, late)).isEqualTo(Verdict.REPLACED);
    assertThat(settle(second, START, job)).isEqualTo(Verdict.FIRED);
    assertThat(second.firings.mayRun(record)).isFalse();
  }

  @Test
  void aJobThatComesLateIsNotRunWhenLaterDueTimesWereFiredMeanwhile() {
    fire(first, START);
    long late = stored(first);
    StoredJob record = read(second, first, late);
    end(late);
    second.see();
    fire(second, START);
    settle(second, START, stored(second));
    last(new Last(START + MINUTE, second.incarnation, 99, true));
    assertThat(second.firings.mayRun(record)).isFalse();
    assertThat(settle(first, START, late)).isEqualTo(Verdict.REPLACED);
    assertThat(last().dueMillis()).isEqualTo(START + MINUTE);
    // One that nobody has replaced was done.
    assertThat(second.firings.mayRun(job(late + 1, START))).isTrue();
  }

  @Test
  void aServerThatHangsIsWaitedForAWhileAndThenReplaced() {
    last(new Last(START, first.incarnation, 5, false));
    second.firings.goOn(KEY);
    assertThat(fire(second, START)).isFalse();
    assertThat(last().node()).as("it may take its time").isEqualTo(first.incarnation);
    second.firings(maps, 0).goOn(KEY);
    assertThat(last().node()).isEqualTo(second.incarnation);
    long job = stored(second);
    // It wakes up.
    first.firings.goOn(KEY);
    first.see();
    assertThat(settle(first, START, 5)).isEqualTo(Verdict.REPLACED);
    assertThat(settle(second, START, job)).isEqualTo(Verdict.FIRED);
    assertThat(settle(first, START, 5)).isEqualTo(Verdict.REPLACED);
    assertThat(first.jobs()).isZero();
  }

  @Test
  void theWaitForAServerThatHangsIsOverWhenItGoesOn() {
    Firings impatient = second.firings(maps, 0);
    fire(first, START);
    long job = stored(first);
    impatient.goOn(KEY);
    assertThat(last().node()).as("its job is stored").isEqualTo(first.incarnation);
    assertThat(settle(first, START, job)).isEqualTo(Verdict.FIRED);
    impatient.goOn(KEY);
    assertThat(last()).isEqualTo(new Last(START, first.incarnation, job, true));
    assertThat(second.jobs()).isZero();
  }

  @Test
  void eachFiringIsWaitedForAnew() {
    Firings patient = second.firings(maps, 200);
    last(new Last(START, first.incarnation, 5, false));
    soon()
        .until(
            () -> {
              patient.goOn(KEY);
              return last().node().equals(second.incarnation);
            });
    last(new Last(START + MINUTE, first.incarnation, 6, false));
    patient.goOn(KEY);
    assertThat(last().node()).isEqualTo(first.incarnation);
  }

  @Test
  void aServerOfWhichNothingIsKnownHasNoHeirWhoCouldGoOn() {
    fire(first, START);
    long job = stored(first);
    second.see();
    second.firings.goOn(KEY);
    assertThat(last().node()).as("its heir goes on").isEqualTo(first.incarnation);
    second.forget(first);
    second.firings.goOn(KEY);
    assertThat(last().node()).isEqualTo(second.incarnation);
    assertThat(second.firings.mayRun(read(second, first, job))).isFalse();
  }

  @Test
  void aFiringOfAServerWhoseClockWasWrongKeepsNobodyFromFiring() {
    last(new Last(START + 61 * MINUTE, first.incarnation, 5, true));
    assertThat(fire(second, START)).isFalse();
    assertThat(last().dueMillis()).isEqualTo(START);
    assertThat(settle(second, START, stored(second))).isEqualTo(Verdict.FIRED);
    assertThat(fire(second, START)).isTrue();
    last(new Last(START + 59 * MINUTE, first.incarnation, 6, true));
    assertThat(fire(second, START)).as("clocks differ a little").isTrue();
  }

  @Test
  void aServerLostWhenAllIsDoneIsFollowedByTheHeirAlone() {
    fire(first, START);
    long job = stored(first);
    settle(first, START, job);
    second.see();
    assertThat(fire(second, START)).isTrue();
    assertThat(second.firings.mayRun(read(second, first, job))).isTrue();
    assertThat(second.jobs()).isZero();
  }

  @Test
  void anIntentOfItsOwnIsGoneOnWithUnderTheSameHandle() {
    last(new Last(START, first.incarnation, 5, false));
    first.firings.goOn(KEY);
    assertThat(stored(first)).isEqualTo(5);
    first.firings.goOn(KEY);
    assertThat(first.jobs()).isOne();
    assertThat(settle(first, START, 5)).isEqualTo(Verdict.FIRED);
  }

  @Test
  void theNextDueTimeWaitsUntilTheOneBeforeIsDone() {
    fire(first, START);
    long job = stored(first);
    assertThat(fire(second, START + MINUTE)).isFalse();
    assertThat(last().dueMillis()).isEqualTo(START);
    settle(first, START, job);
    end(job);
    assertThat(fire(second, START + MINUTE)).isFalse();
    assertThat(last()).isEqualTo(new Last(START + MINUTE, second.incarnation, 1, false));
    assertThat(settle(first, START, job)).as("asked again, late").isEqualTo(Verdict.FIRED);
    assertThat(second.firings.mayRun(job(job, START))).isTrue();
  }

  /** The job that the first server made is in the map no more. */
  private void end(long job) {
    maps.jobMap().remove(JobRecord.key(job, first.origins)).toCompletableFuture().join();
  }

  private StoredJob job(long number, long dueMillis) {
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

  @Test
  void aJobThatIsQueuedStillStandsForTheNextDueTimeToo() {
    last(new Last(START, first.incarnation, 5, true));
    maps.jobMap()
        .set(first.incarnation + ".5", JobRecord.write(job(5, START), second.origins))
        .toCompletableFuture()
        .join();
    // It ran before it was taken back.
    running(2);
    assertThat(fire(second, START + MINUTE)).isTrue();
    assertThat(last()).isEqualTo(new Last(START + MINUTE, first.incarnation, 5, true));
    assertThat(fire(first, START + MINUTE)).isTrue();
    assertThat(first.jobs() + second.jobs()).isZero();
    running(3);
    assertThat(fire(second, START + 2 * MINUTE)).as("it runs").isFalse();
    assertThat(last().node()).isEqualTo(second.incarnation);
  }

  /** The first server lists its job 5 as running, with that retry count. */
  private void running(int retries) {
    byte[] list =
        ByteBuffer.allocate(2 + 1 + 19 + 4 + 12)
            .put(new byte[] {1, 1, 19})
            .put(bytes(first.incarnation))
            .putInt(1)
            .putLong(5)
            .putInt(retries)
            .array();
    maps.running().set(first.incarnation, list);
  }

  @Test
  void aScheduleThatEndedIsNotFiredAndWhatItFiredGoesOn() {
    fire(first, START);
    long job = stored(first);
    StoredJob record = read(second, first, job);
    maps.schedules().delete(KEY);
    assertThat(fire(first, START)).isTrue();
    assertThat(settle(first, START, job)).isEqualTo(Verdict.GONE);
    assertThat(second.firings.mayRun(record)).isTrue();
    // Another one has its key.
    ScheduleRecord other =
        ScheduleRecord.of(
            new StoredSchedule(78, bytes("f"), bytes("u"), "* * * * *", f -> f, bytes("p")),
            "UTC",
            first.origins);
    maps.schedules().set(KEY, other.bytes());
    assertThat(fire(second, START)).isTrue();
    second.firings.goOn(KEY);
    assertThat(settle(first, START, job)).isEqualTo(Verdict.GONE);
    assertThat(last()).isNull();
    assertThat(second.jobs()).isZero();
  }

  @Test
  void anIntentThatTheMapLostIsMarkedAsDoneAllTheSame() {
    ScheduleRecord before = record();
    fire(first, START);
    long job = stored(first);
    maps.schedules().set(KEY, before.bytes());
    assertThat(settle(first, START, job)).isEqualTo(Verdict.FIRED);
    assertThat(last()).isEqualTo(new Last(START, first.incarnation, job, true));
  }

  @Test
  void aServerThatLeavesIntendsNothing() {
    first.loop.run(broker -> broker.leave());
    assertThat(fire(first, START)).isFalse();
    assertThat(last()).isNull();
  }

  @Test
  void whoSeesNobodyYetTakesNobodyForLost() {
    last(new Last(START, first.incarnation, 5, false));
    ScheduleNode third = new ScheduleNode(VERTX, maps, 3, clock);
    third.firings.goOn(KEY);
    assertThat(last().node()).isEqualTo(first.incarnation);
  }

  @Test
  void whatCannotBeReadIsLeftToOthers() {
    byte[] newer = record().with(new Last(START, first.incarnation, 5, false)).bytes();
    newer[1] = 9;
    maps.schedules().set(KEY, newer);
    second.see();
    assertThat(fire(second, START)).isTrue();
    second.firings.goOn(KEY);
    assertThat(second.firings.mayRun(job(5, START))).isTrue();
    assertThat(maps.schedules().get(KEY)).isEqualTo(newer);
  }
}

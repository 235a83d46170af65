package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ScheduleNode.MINUTE;
import static io.abraxas.server.cluster.ScheduleNode.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.Firings.Verdict;
import io.abraxas.server.cluster.ScheduleNode.Stored;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import io.abraxas.server.store.JobRecord;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Each step of a firing, by the server that fires and by those that see it die. */
class FiringsTest extends FiringServers {
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
    assertThat(maps.hazelcast().getMap(Maps.JOBS).size()).isOne();
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

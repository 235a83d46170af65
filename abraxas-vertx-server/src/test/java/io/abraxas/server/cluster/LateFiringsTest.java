package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.server.cluster.ScheduleNode.MINUTE;
import static io.abraxas.server.cluster.ScheduleNode.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.cluster.Firings.Verdict;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import io.abraxas.server.store.JobRecord;
import org.junit.jupiter.api.Test;

/** Firings that their servers do not go on with, or too late. */
class LateFiringsTest extends FiringServers {
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
  void whoSeesNobodyYetTakesNobodyForLost() {
    last(new Last(START, first.incarnation, 5, false));
    ScheduleNode third = new ScheduleNode(vertx, maps, 3, clock);
    third.firings.goOn(KEY);
    assertThat(last().node()).isEqualTo(first.incarnation);
  }

  @Test
  void aQueuedJobThatNobodyIsTheHomeOfStandsForNothing() {
    last(new Last(START, first.incarnation, 5, true));
    maps.jobMap()
        .set(first.incarnation + ".5", JobRecord.write(job(5, START), second.origins))
        .toCompletableFuture()
        .join();
    second.see();
    assertThat(fire(second, START + MINUTE)).as("it waits for its heir").isTrue();
    second.forget(first);
    assertThat(fire(second, START + 2 * MINUTE)).isFalse();
    assertThat(last().node()).isEqualTo(second.incarnation);
  }
}

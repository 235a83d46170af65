package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdoptionTest {
  private static final long FIRST = Origins.handle(1, 7);
  private static final long SECOND = Origins.handle(1, 3);

  private final Harness h = Harness.withStore();

  private StoredJob job(long handle, String unique, Priority priority, int retries, long due) {
    h.store.kept.add(handle);
    return new StoredJob(
        handle,
        Member.bytes("f"),
        Member.bytes(unique),
        false,
        priority,
        retries,
        h.clock.epochMillis,
        due,
        Member.bytes("p"),
        null);
  }

  private StoredJob job(long handle) {
    return job(handle, "", Priority.NORMAL, 0, 0);
  }

  private boolean adopt(StoredJob job, boolean ranBefore) {
    boolean adopted = h.broker.adoption().adopt(job, ranBefore);
    h.endTurn();
    return adopted;
  }

  private boolean adopt(StoredJob job) {
    return adopt(job, false);
  }

  private void forget(int origin) {
    h.broker.adoption().forget(origin);
    h.endTurn();
  }

  @Test
  void adoptedJobsKeepTheirHandlesAndTheOrderOfTheCallsBehindWhatIsQueued() {
    h.connect().background("f", "", "mine");
    h.store.answer(1);
    Member worker = h.sleeper("f").expect("noop");
    assertThat(adopt(job(FIRST))).isTrue();
    assertThat(adopt(job(SECOND))).isTrue();
    assertThat(adopt(job(9, "", Priority.HIGH, 0, 0))).isTrue();
    worker.grab().expect("assign 9 f p").grab().expect("assign 1 f mine");
    worker.grab().expect("assign " + FIRST + " f p").grab().expect("assign " + SECOND + " f p");
    worker.complete(FIRST, "r").complete(SECOND, "r").complete(9, "r").complete(1, "r");
    assertThat(h.store.kept).isEmpty();
    assertThat(h.store.pending).isEmpty();
    Audit.checkEmpty(h);
  }

  @Test
  void anAdoptedJobWakesASleeper() {
    Member worker = h.sleeper("f");
    adopt(job(FIRST));
    worker.expect("noop");
  }

  @Test
  void anAdoptedJobWaitsForItsTime() {
    Member worker = h.sleeper("f");
    adopt(job(FIRST, "", Priority.NORMAL, 0, h.clock.epochMillis + 1000));
    h.pass(999);
    worker.expectNothing();
    h.pass(1);
    worker.expect("noop").grab().expect("assign " + FIRST + " f p");
  }

  @Test
  void submitsCoalesceOntoAnAdoptedJob() {
    adopt(job(FIRST, "u", Priority.NORMAL, 0, 0));
    adopt(job(SECOND, "-", Priority.NORMAL, 0, 0));
    Member client = h.connect();
    client.submit("f", "u", "other").expect("created " + FIRST);
    client.background("f", "u", "other").expect("created " + FIRST);
    client.submit("f", "-", "p").expect("created " + SECOND);
    assertThat(h.statusOfUnique("u")).isEqualTo("1 0 0/0");
    h.worker("f").grab().complete(FIRST, "r");
    client.expect("complete " + FIRST + " r");
  }

  @Test
  void aJobThatRanOnTheLostServerHasOneRetryMoreWhichIsWritten() {
    adopt(job(FIRST, "", Priority.NORMAL, 4, 0), true);
    assertThat(h.broker.find(FIRST).retries()).isEqualTo(5);
    assertThat(h.store.pending).containsExactly(FIRST);
    h.store.answer(FIRST);
    adopt(job(SECOND, "", Priority.NORMAL, 4, 0), false);
    assertThat(h.broker.find(SECOND).retries()).isEqualTo(4);
    assertThat(h.store.pending).isEmpty();
  }

  @Test
  void aJobWhoseRetriesAreUsedUpIsRemovedAndTheStoreIsTold() {
    Harness once = Harness.withStore(Harness.retries(2));
    once.store.kept.addAll(List.of(FIRST, SECOND));
    assertThat(once.broker.adoption().adopt(job(FIRST, "u", Priority.NORMAL, 1, 0), true))
        .isFalse();
    assertThat(once.broker.adoption().adopt(job(SECOND, "", Priority.NORMAL, 2, 0), false))
        .isFalse();
    once.endTurn();
    assertThat(once.store.kept).isEmpty();
    Audit.checkEmpty(once);
  }

  @Test
  void adoptedJobsAreCountedEvenBeyondTheLimitOfMemory() {
    Harness small = new Harness(BrokerConfig.DEFAULT, Job.OVERHEAD + 2, true, false);
    for (int i = 1; i < 4; i++) {
      assertThat(small.broker.adoption().adopt(job(Origins.handle(1, i)), false)).isTrue();
    }
    small.endTurn();
    assertThat(small.memory.used()).isEqualTo(3 * (Job.OVERHEAD + 1));
    small.connect().submit("f", "", "").expect("refused OUT_OF_MEMORY");
  }

  @Test
  void aKnownJobIsLeftAsItIs() {
    adopt(job(FIRST));
    Member worker = h.worker("f").grab().expect("assign " + FIRST + " f p");
    assertThat(adopt(job(FIRST, "", Priority.HIGH, 3, 0), true)).isFalse();
    assertThat(h.broker.find(FIRST).retries()).isZero();
    assertThat(h.cancel(FIRST)).isTrue();
    assertThat(adopt(job(FIRST))).isFalse();
    worker.grab().expect("nojob");
  }

  @Test
  void aJobThatEndedSinceTheReadingBeganDoesNotComeBack() {
    h.broker.adoption().beginReading();
    adopt(job(FIRST));
    h.worker("f").grab().complete(FIRST, "r");
    h.store.answerRemoval(FIRST);
    assertThat(adopt(job(FIRST))).isFalse();
    h.broker.adoption().endReading();
    h.broker.adoption().beginReading();
    assertThat(adopt(job(FIRST))).isTrue();
  }

  @Test
  void aJobWhoseRemovalIsNotAnsweredDoesNotComeBack() {
    adopt(job(FIRST));
    h.worker("f").grab().complete(FIRST, "r");
    h.broker.adoption().beginReading();
    h.store.answerRemoval(FIRST);
    assertThat(adopt(job(FIRST))).isFalse();
    h.broker.adoption().endReading();
  }

  @Test
  void aForgottenJobIsGoneButStaysInTheStore() {
    adopt(job(FIRST));
    adopt(job(SECOND, "", Priority.NORMAL, 0, h.clock.epochMillis + 1000));
    long other = Origins.handle(2, 7);
    adopt(job(other));
    forget(1);
    assertThat(h.store.kept).containsExactly(FIRST, SECOND, other);
    assertThat(h.broker.jobs()).isEqualTo(1);
    h.worker("f").grab().expect("assign " + other + " f p").complete(other, "r");
    assertThat(adopt(job(FIRST))).as("adopted once more").isTrue();
  }

  @Test
  void aForgottenJobThatRunsEndsForThoseWhoWaitAndNotForTheStore() {
    adopt(job(FIRST, "u", Priority.NORMAL, 0, 0));
    Member client = h.connect().submit("f", "u", "").expect("created " + FIRST);
    Member worker = h.worker("f").grab();
    forget(1);
    worker.complete(FIRST, "r");
    client.expect("complete " + FIRST + " r");
    assertThat(h.store.kept).containsExactly(FIRST);
    Audit.check(h);
  }

  @Test
  void aForgottenJobWhoseWorkerIsLostIsNotQueuedAgain() {
    adopt(job(FIRST));
    Member worker = h.worker("f").grab();
    forget(1);
    worker.leave();
    assertThat(h.broker.jobs()).isZero();
    assertThat(h.store.kept).containsExactly(FIRST);
  }

  @Test
  void aForgottenJobThatRunsAndIsAdoptedAgainIsKeptAgain() {
    adopt(job(FIRST));
    Member worker = h.worker("f").grab();
    forget(1);
    assertThat(adopt(job(FIRST), true)).isFalse();
    worker.leave();
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    assertThat(h.store.pending).containsExactly(FIRST);
  }

  @Test
  void aForgottenJobThatAClientStillWaitsForIsKeptAgainWhenItIsAdoptedAgain() {
    adopt(job(FIRST, "u", Priority.NORMAL, 0, 0));
    Member client = h.connect().submit("f", "u", "").expect("created " + FIRST);
    Member worker = h.worker("f").grab();
    forget(1);
    worker.leave();
    assertThat(h.counts("f")).as("queued for the client").isEqualTo("1/0/0");
    adopt(job(FIRST));
    client.leave();
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    h.worker("f").grab().complete(FIRST, "r");
    assertThat(h.store.kept).isEmpty();
  }

  @Test
  void anAnswerToAWriteOfAJobGivenUpIsOfNoConsequence() {
    adopt(job(FIRST), true);
    Member worker = h.worker("f").grab();
    forget(1);
    h.store.answer(FIRST);
    worker.complete(FIRST, "r");
    assertThat(h.store.kept).containsExactly(FIRST);
  }

  @Test
  void jobsHandedOverAreGoneWithoutAWordAndThoseThatRunEndHere() {
    Member client = h.connect().background("f", "", "1").background("f", "u", "2");
    h.store.answerAll();
    client.expect("created 1", "created 2").submit("f", "u", "").expect("created 2");
    client.submit("f", "", "3").expect("created 3");
    Member worker = h.worker("f").grab().expect("assign 1 f 1");
    h.broker.leave();
    h.broker.adoption().handOver();
    h.endTurn();
    client.expectNothing();
    worker.grab().expect("nojob").complete(1, "r");
    assertThat(h.store.kept).containsExactly(2L);
    assertThat(h.broker.jobs()).as("what is left, foreground jobs too").isZero();
    assertThat(client.session.isOwed()).isFalse();
  }

  @Test
  void aServerThatLeavesAnswersNoSubmit() {
    Member client = h.connect();
    h.broker.leave();
    client.submit("f", "", "").background("f", "", "").schedule("f", "", "", from -> from + 1);
    client.expectNothing();
    Audit.checkEmpty(h);
    assertThat(h.store.batches).isZero();
  }

  @Test
  void aRetryIsWrittenAndAReturnThatDoesNotCountIsNot() {
    adopt(job(FIRST));
    h.worker("f").grab().leave();
    assertThat(h.store.pending).containsExactly(FIRST);
    h.store.answerAll();
    Member worker = h.worker("f").grab();
    h.broker.allowReturns(worker.session);
    worker.cantDo("f");
    assertThat(h.store.pending).isEmpty();
    assertThat(h.broker.find(FIRST).retries()).isEqualTo(1);
  }

  @Test
  void jobsAreWrittenAgainOrDiscardedOnRequest() {
    adopt(job(FIRST));
    job(SECOND);
    for (long handle : new long[] {FIRST, SECOND, 1}) {
      h.broker.adoption().writeAgain(handle);
      h.broker.adoption().discard(handle);
    }
    h.endTurn();
    assertThat(h.store.pending).containsExactly(FIRST);
    assertThat(h.store.kept).containsExactly(FIRST);
    assertThat(h.store.leaving).containsExactly(SECOND, 1L);
  }

  @Test
  void theWatchHearsOfStoredJobsThatBeginToRun() {
    List<Long> started = new ArrayList<>();
    h.broker.adoption().watch(job -> started.add(job.handle()));
    adopt(job(FIRST));
    Member client = h.connect().submit("f", "u", "").expect("created 1");
    h.worker("f").grab().grab();
    assertThat(started).containsExactly(FIRST);
    assertThat(running()).containsExactly(FIRST);
    client.background("f", "u", "");
    h.store.answer(1);
    assertThat(started).containsExactly(FIRST, 1L);
    assertThat(running()).containsExactlyInAnyOrder(FIRST, 1L);
    h.cancel(FIRST);
    assertThat(running()).containsExactly(1L);
  }

  private List<Long> running() {
    List<Long> running = new ArrayList<>();
    h.broker.adoption().forEachRunning(job -> running.add(job.handle()));
    return running;
  }
}

package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Schedules that belong to several servers, as the broker of one sees them. */
class SharedSchedulesTest {
  private static final long OTHER = Origins.handle(1, 7);

  private final Harness h = Harness.withStore();
  private final LateSchedules schedules = new LateSchedules(h);
  private final long now = h.clock.epochMillis;

  private static Recurrence every(long millis) {
    return from -> (from / millis + 1) * millis;
  }

  private static StoredSchedule schedule(long handle, String payload, Recurrence recurrence) {
    return new StoredSchedule(
        handle,
        Member.bytes("f"),
        Member.bytes("u"),
        "* * * * *",
        recurrence,
        Member.bytes(payload));
  }

  private void set(StoredSchedule schedule) {
    h.broker.scheduleImage().set(schedule);
    h.endTurn();
  }

  private List<Long> handles() {
    List<Long> handles = new ArrayList<>();
    h.broker.schedules().forEach(schedule -> handles.add(schedule.handle()));
    return handles;
  }

  @Test
  void aSubmitIsAnsweredWhenItIsKept() {
    Member client = h.connect().schedule("f", "u", "p", every(1000)).expectNothing();
    client.submit("f", "", "p").expectNothing();
    assertThat(handles()).isEmpty();
    schedules.keep();
    client.expect("created 1", "created 2");
    assertThat(handles()).containsExactly(1L);
    h.cancel(1);
    schedules.forget();
    h.worker("f").grab().complete(2, "");
    Audit.checkEmpty(h);
  }

  @Test
  void aSubmitThatReplacesGetsTheHandleOfTheFirst() {
    set(schedule(OTHER, "old", every(1000)));
    Member client = h.connect().schedule("f", "u", "new and longer", every(5000));
    h.broker.scheduleImage().set(schedule(OTHER, "new and longer", every(5000)));
    h.broker.scheduleImage().kept(1, OTHER);
    h.endTurn();
    client.expect("created " + OTHER);
    assertThat(handles()).containsExactly(OTHER);
    h.pass(4999);
    assertThat(schedules.due).isEmpty();
    h.pass(1);
    assertThat(schedules.due).containsExactly(new LateSchedules.Due(OTHER, now + 5000));
  }

  @Test
  void aSubmitThatCannotBeKeptIsRefusedAndCostsNothing() {
    Member client = h.connect().schedule("f", "u", "p", every(1000));
    assertThat(h.memory.used()).isPositive();
    schedules.refuse();
    client.expect("refused STORE_FAILED");
    Member gone = h.connect().schedule("f", "u", "p", every(1000));
    gone.leave();
    schedules.refuse();
    Audit.checkEmpty(h);
  }

  @Test
  void whatIsDueIsLeftToTheStoreAndItsJobRunsWhenTheFiringIsDone() {
    set(schedule(OTHER, "p", every(1000)));
    Member worker = h.sleeper("f");
    h.pass(1000);
    assertThat(h.broker.jobs()).isZero();
    assertThat(schedules.due).containsExactly(new LateSchedules.Due(OTHER, now + 1000));
    schedules.fire(schedule(OTHER, "p", every(1000)), now + 1000, 1);
    assertThat(h.store.pending).containsExactly(1L);
    assertThat(schedules.stored).isEmpty();
    h.store.answer(1);
    worker.expectNothing().grab().expect("nojob").sleep();
    assertThat(schedules.stored).containsExactly(1L);
    schedules.queue();
    worker.expect("noop").grab().expect("assign 1 f p").complete(1, "");
    assertThat(h.store.kept).isEmpty();
    h.broker.scheduleImage().remove(OTHER);
    Audit.checkEmpty(h);
  }

  @Test
  void aRecordTellsOfTheFiringUntilThatIsDone() {
    StoredSchedule schedule = schedule(OTHER, "p", every(1000));
    schedules.fire(schedule, now, 1);
    Job job = h.broker.ledger.jobs.get(1);
    assertThat(StoredJob.of(job, now).firing()).isEqualTo(new Firing("here", 7, now));
    h.store.answer(1);
    assertThat(StoredJob.of(job, now).firing()).isNotNull();
    schedules.queue();
    assertThat(StoredJob.of(job, now).firing()).isNull();
    assertThat(StoredJob.of(job, now).fromSchedule()).isTrue();
  }

  @Test
  void aFiringThatIsBegunAgainMakesNoSecondJob() {
    StoredSchedule schedule = schedule(OTHER, "p", every(1000));
    schedules.fire(schedule, now, 1);
    schedules.fire(schedule, now, 1);
    assertThat(h.store.pending).containsExactly(1L);
    assertThat(schedules.stored).isEmpty();
    h.store.answer(1);
    schedules.fire(schedule, now, 1);
    assertThat(schedules.stored).as("told again").containsExactly(1L, 1L);
    schedules.queue();
    schedules.queue();
    schedules.fire(schedule, now, 1);
    assertThat(schedules.stored).isEmpty();
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    h.worker("f").grab().expect("assign 1 f p").complete(1, "");
    Audit.checkEmpty(h);
  }

  @Test
  void aJobThatCouldNotBeStoredIsMadeAgainUnderTheSameHandle() {
    StoredSchedule schedule = schedule(OTHER, "p", every(1000));
    schedules.fire(schedule, now, 1);
    h.store.fail(1);
    assertThat(h.broker.jobs()).isZero();
    schedules.fire(schedule, now, 1);
    h.store.answer(1);
    schedules.queue();
    h.worker("f").grab().expect("assign 1 f p").complete(1, "");
    Audit.checkEmpty(h);
  }

  @Test
  void aJobIsNotMadeAgainWhileItsRemovalIsUnderWay() {
    StoredSchedule schedule = schedule(OTHER, "p", every(1000));
    schedules.fire(schedule, now, 1);
    h.store.answer(1);
    // In the turn of the removal, which the store does after all puts.
    h.broker.scheduleImage().drop(schedules.stored.remove(0));
    schedules.fire(schedule, now, 1);
    assertThat(h.store.pending).isEmpty();
    assertThat(h.store.leaving).containsExactly(1L);
    schedules.fire(schedule, now, 1);
    assertThat(h.broker.jobs()).isZero();
    h.store.answerRemoval(1);
    schedules.fire(schedule, now, 1);
    h.store.answer(1);
    schedules.queue();
    assertThat(h.store.kept).containsExactly(1L);
    h.worker("f").grab().expect("assign 1 f p").complete(1, "");
    Audit.checkEmpty(h);
  }

  @Test
  void aJobThatAnotherServerFiredInsteadIsGoneFromTheStore() {
    schedules.fire(schedule(OTHER, "p", every(1000)), now, 1);
    Member client = h.connect().background("f", "u", "p").expectNothing();
    h.store.answer(1);
    schedules.drop();
    client.expect("refused STORE_FAILED");
    assertThat(h.store.kept).isEmpty();
    h.broker.scheduleImage().drop(1);
    Audit.checkEmpty(h);
  }

  @Test
  void aScheduleThatEndedDoesNotComeBackByWhatWasReadBefore() {
    set(schedule(OTHER, "p", every(1000)));
    assertThat(h.cancel(OTHER)).isTrue();
    assertThat(h.cancel(OTHER)).isFalse();
    assertThat(schedules.cancelled).containsExactly(OTHER);
    set(schedule(OTHER, "p", every(1000)));
    assertThat(handles()).isEmpty();
    schedules.forget();
    Audit.checkEmpty(h);
    set(schedule(OTHER, "p", every(1000)));
    assertThat(handles()).as("back after a merge").containsExactly(OTHER);
  }

  @Test
  void whatTheImageHasIsCountedEvenBeyondTheLimitOfMemory() {
    Harness small = Harness.withMemory(10);
    new LateSchedules(small);
    small.broker.scheduleImage().set(schedule(OTHER, "p", every(1000)));
    small.endTurn();
    small.connect().schedule("f", "", "", every(1000)).expect("refused OUT_OF_MEMORY");
    assertThat(small.memory.used()).isEqualTo(Schedule.cost(1, 1));
  }

  @Test
  void aFunctionIsKnownAsLongAsItHasASchedule() {
    set(schedule(OTHER, "p", every(1000)));
    assertThat(h.counts("f")).isEqualTo("0/0/0");
    assertThat(h.drop("f")).isNull();
    assertThat(schedules.cancelled).containsExactly(OTHER);
    assertThat(h.counts("f")).isNull();
  }

  @Test
  void aServerThatLeavesFiresNothing() {
    set(schedule(OTHER, "p", every(1000)));
    // What was due is planned no more.
    h.auditEvery = Integer.MAX_VALUE;
    h.broker.leave();
    h.pass(1000);
    schedules.fire(schedule(OTHER, "p", every(1000)), now + 1000, 1);
    assertThat(schedules.due).isEmpty();
    assertThat(h.broker.jobs()).isZero();
    assertThat(h.store.pending).isEmpty();
  }
}

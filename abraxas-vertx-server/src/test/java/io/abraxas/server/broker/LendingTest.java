package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Node a has the jobs, node b the workers, unless a test says otherwise. */
class LendingTest {
  private final Harness.ManualClock clock = new Harness.ManualClock();
  private final Harness a = new Harness(Harness.retries(2), clock, 1);
  private final Harness b = new Harness(Harness.retries(2), clock, 2);
  private TestLink link = new TestLink(a, b);

  /** The handle that the first job of node a has at node b. */
  private long first() {
    return atB(1);
  }

  private long atB(long number) {
    return Origins.handle(b.origins.find(a.origins.incarnation(0)), number);
  }

  private void pass(long millis) {
    clock.epochMillis += millis;
    clock.nanos += millis * 1_000_000;
    a.pass(0);
    b.pass(0);
  }

  @AfterEach
  void nothingIsLeft() {
    link.settle();
    a.leaveAll();
    b.leaveAll();
    link.settle();
    a.broker.forEachJob(job -> assertThat(job.isBackground()).isTrue());
    link.lose();
    Audit.check(a);
    Audit.checkEmpty(b);
  }

  @Test
  void runsAJobOnAWorkerOfAnotherNode() {
    Member worker = b.sleeper("f");
    link.settle();
    Member client = a.connect().withExceptions().submit("f", "u", "payload");
    client.expect("created 1");
    link.settle();
    worker.expect("noop");
    assertThat(a.status(1)).isEqualTo("1 1 0/0");

    worker.grab(Grab.WITH_UNIQUE).expect("assign " + first() + " f u payload");
    worker.status(first(), 1, 4).data(first(), "d").report(WorkReport.WARNING, first(), "w");
    link.settle();
    client.expect("status 1 1 4", "data 1 d", "warning 1 w");
    assertThat(a.status(1)).isEqualTo("1 1 1/4");

    worker.complete(first(), "result");
    link.settle();
    client.expect("complete 1 result");
    assertThat(a.broker.jobs()).isZero();
    worker.expectNothing();
  }

  @Test
  void countsABorrowedJobAtItsHomeOnly() {
    Member worker = b.sleeper("f");
    link.settle();
    a.connect().background("f", "u", "p");
    link.settle();
    worker.grab();
    assertThat(a.counts("f")).isEqualTo("1/1/0");
    assertThat(b.counts("f")).isEqualTo("0/0/1");
    assertThat(b.broker.jobs()).isZero();
    assertThat(b.broker.running()).isOne();
    b.broker.forEachJob(
        job -> {
          throw new AssertionError("shown: " + job.handle());
        });
    assertThat(b.statusOfUnique("u")).isEqualTo("0 0 0/0");
    worker.complete(first(), "r");
  }

  @Test
  void hidesFunctionsThatOnlyOtherNodesHaveWorkersFor() {
    b.worker("f");
    link.settle();
    assertThat(a.counts("f")).isNull();
  }

  @Test
  void endsAJobWithAnExceptionForEachClientAsItAsked() {
    Member worker = b.sleeper("f");
    link.settle();
    Member plain = a.connect().submit("f", "u", "p");
    Member other = a.connect().withExceptions().submit("f", "u", "p");
    link.settle();
    worker.grab().exception(first(), "boom").failed(first());
    link.settle();
    plain.expect("created 1", "fail 1");
    other.expect("created 1", "exception 1 boom");
    assertThat(worker.seen()).as("the FAIL after it is swallowed").hasSize(2);
  }

  @Test
  void doesLocalWorkWithLocalWorkers() {
    Member here = a.sleeper("f");
    Member there = b.sleeper("f");
    link.settle();
    link.saidNow();
    a.connect().background("f", "", "p");
    link.settle();
    assertThat(link.saidNow()).isEmpty();
    here.expect("noop").grab().expect("assign 1 f p").complete(1, "");
    there.expectNothing();
  }

  @Test
  void lendsWhatAWokenWorkerDidNotComeFor() {
    Member hung = a.sleeper("f");
    Member there = b.sleeper("f");
    link.settle();
    a.connect().background("f", "", "p");
    link.settle();
    pass(99);
    link.settle();
    there.expectNothing();
    assertThat(a.broker.millisToNext()).isEqualTo(1);
    pass(1);
    link.settle();
    there.expect("noop").grab().expect("assign " + first() + " f p");
    hung.expect("noop").grab().expect("nojob");
    there.complete(first(), "");
  }

  @Test
  void lendsWhatIsLeftWhenTheWokenWorkerTookSomethingElse() {
    Member here = a.sleeper("f", "g");
    Member there = b.sleeper("g");
    link.settle();
    Member client = a.connect().background("f", "", "p");
    client.background("g", "", "q");
    link.settle();
    there.expectNothing();
    here.expect("noop").grab().expect("assign 1 f p");
    link.settle();
    there.expect("noop").grab().expect("assign " + atB(2) + " g q").complete(atB(2), "");
    here.complete(1, "");
  }

  @Test
  void lendsTheMoreUrgentOfSeveralFunctions() {
    Member there = b.worker("f", "g");
    link.settle();
    Member client = a.connect();
    client.submit(Priority.LOW, true, "f", "", "low");
    client.submit(Priority.HIGH, true, "g", "", "high");
    link.settle();
    there.sleep();
    link.settle();
    there.expect("noop").grab().expect("assign " + atB(2) + " g high");
    there.complete(atB(2), "").sleep();
    link.settle();
    there.expect("noop").grab().expect("assign " + atB(1) + " f low");
    there.complete(atB(1), "");
  }

  @Test
  void asksNobodyInVain() {
    Member worker = b.sleeper("f");
    link.settle();
    assertThat(link.saidNow()).containsExactly("b want f");
    for (int i = 0; i < 10; i++) {
      worker.grab().sleep();
      pass(1000);
    }
    link.settle();
    assertThat(link.saidNow()).isEmpty();
    assertThat(a.broker.millisToNext()).isEqualTo(-1);
    assertThat(b.broker.millisToNext()).isEqualTo(-1);

    a.connect().background("f", "", "p");
    link.settle();
    assertThat(link.saidNow())
        .containsExactly("a surplus f 1", "b borrow f", "a lend 1 0", "b want f");
    worker.grab().complete(first(), "");
    link.settle();
    assertThat(link.saidNow()).containsExactly("b complete");
    worker.leave();
    link.settle();
    assertThat(link.saidNow()).containsExactly("b unwant f");
  }

  @Test
  void borrowsForEachWorkerThatIsFreeAndGoesOnWhileThereIsSurplus() {
    Member one = b.sleeper("f");
    Member two = b.sleeper("f");
    link.settle();
    Member client = a.connect();
    for (int i = 0; i < 3; i++) {
      client.background("f", "", "p" + i);
    }
    link.settle();
    one.expect("noop").grab().complete(atB(1), "");
    two.expect("noop").grab();
    one.sleep();
    link.settle();
    assertThat(one.seen()).containsExactly("assign " + atB(1) + " f p0", "noop");
    one.grab().expect("assign " + atB(3) + " f p2").complete(atB(3), "");
    two.complete(atB(2), "");
    link.saidNow();
    one.sleep();
    link.settle();
    assertThat(link.saidNow()).as("of a node that has nothing left").doesNotContain("b borrow f");
  }

  @Test
  void aWorkerThatAsksForAJobAndDoesNotSleepBorrowsNothing() {
    Member worker = b.worker("f");
    link.settle();
    a.connect().background("f", "", "p");
    link.settle();
    worker.grab().expect("nojob");
    link.settle();
    worker.expectNothing();
    assertThat(a.status(1)).isEqualTo("1 0 0/0");
  }

  @Test
  void takesAJobBackFromALostWorkerAsARetry() {
    Member worker = b.sleeper("f");
    Member next = b.worker("f");
    link.settle();
    Member client = a.connect().submit("f", "", "p");
    link.settle();
    worker.grab();
    worker.leave();
    link.settle();
    assertThat(a.broker.find(1).retries()).isOne();
    assertThat(a.broker.find(1).isRunning()).isFalse();
    next.sleep();
    link.settle();
    next.expect("noop").grab().leave();
    link.settle();
    client.expect("created 1", "fail 1");
  }

  @Test
  void takesAJobBackThatTimedOutOrThatItsWorkerCannotDo() {
    Member slow = b.connect().canDo("f", 1000).sleep();
    link.settle();
    a.connect().background("f", "", "p");
    link.settle();
    slow.grab();
    pass(1000);
    link.settle();
    assertThat(a.broker.find(1).retries()).isOne();
    assertThat(slow.complete(first(), "late").seen())
        .last()
        .isEqualTo("refused RESULT_WITHOUT_JOB");
    slow.leave();
    link.settle();
    Member unable = b.sleeper("f");
    link.settle();
    unable.grab().cantDo("f");
    link.settle();
    assertThat(a.broker.find(1)).as("a second retry is one too many").isNull();
  }

  @Test
  void givesBackAsGoodAsNewWhatNobodyCameFor() {
    Member hung = b.sleeper("f");
    link.settle();
    a.connect().background("f", "", "p");
    link.settle();
    hung.expect("noop");
    assertThat(b.broker.millisToNext()).isEqualTo(100);
    pass(100);
    link.settle();
    assertThat(a.status(1)).isEqualTo("1 0 0/0");
    assertThat(a.broker.find(1).retries()).isZero();
    assertThat(a.queued("f")).isEqualTo("0/1/0");
    hung.grab().expect("nojob").sleep();
    link.settle();
    hung.expect("noop").grab().complete(first(), "");
  }

  @Test
  void givesBackWhatCameForAWorkerThatIsBusyOrGone() {
    Member gone = b.sleeper("f");
    link.settle();
    a.connect().background("f", "", "p");
    assertThat(link.b.hear()).isTrue(); // surplus; the worker asks
    assertThat(link.a.hear()).isTrue(); // lends
    gone.leave();
    link.settle();
    assertThat(a.status(1)).isEqualTo("1 0 0/0");
    assertThat(a.broker.find(1).retries()).isZero();

    Member reserved = b.sleeper("f");
    link.settle();
    reserved.expect("noop").resetAbilities();
    link.settle();
    assertThat(a.broker.find(1).retries()).isZero();
  }

  @Test
  void givesWhatCameToAnotherWorkerWhenTheFirstOneFoundSomethingHere() {
    Member one = b.sleeper("f", "g");
    Member two = b.worker("f");
    link.settle();
    a.connect().background("f", "", "p");
    assertThat(link.b.hear()).isTrue();
    b.connect().background("g", "", "local");
    two.sleep();
    link.settle();
    one.expect("noop").grab().expect("assign 1 g local");
    two.expect("noop").grab().expect("assign " + first() + " f p").complete(first(), "");
    one.complete(1, "");
  }

  @Test
  void wakesAWorkerAgainThatSleepsBesideItsJob() {
    Member worker = b.sleeper("f");
    link.settle();
    a.connect().background("f", "", "p");
    link.settle();
    worker.expect("noop").sleep().expect("noop").grab().complete(first(), "");
  }

  @Test
  void aLostLinkGivesTheHomeItsJobsBackAsRetries() {
    Member worker = b.sleeper("f");
    Member reserved = b.sleeper("f");
    link.settle();
    Member client = a.connect().background("f", "", "p");
    client.background("f", "", "q");
    link.settle();
    worker.grab().expect("noop", "assign " + first() + " f p");
    reserved.expect("noop");
    link.lose();
    assertThat(a.queued("f")).isEqualTo("0/2/0");
    assertThat(a.broker.find(1).retries()).isOne();
    assertThat(a.broker.find(2).retries()).isOne();
    reserved.grab().expect("nojob");
    worker.complete(first(), "unheard").expectNothing();
    assertThat(a.broker.jobs()).isEqualTo(2);
  }

  @Test
  void aJobThatRunsThereStillIsNotBegunASecondTime() {
    Member worker = b.sleeper("f");
    Member other = b.sleeper("f");
    link.settle();
    Member client = a.connect().submit("f", "", "p");
    link.settle();
    worker.grab().expect("noop", "assign " + first() + " f p");
    link.lose();
    link = new TestLink(a, b);
    link.settle();
    assertThat(a.status(1)).isEqualTo("1 1 0/0");
    other.expectNothing();
    worker.complete(first(), "r");
    link.settle();
    client.expect("created 1", "complete 1 r");
  }

  @Test
  void swallowsWhatComesForACancelledJob() {
    Member worker = b.sleeper("f");
    link.settle();
    Member client = a.connect().submit("f", "", "p");
    link.settle();
    worker.grab();
    assertThat(a.cancel(1)).isTrue();
    client.expect("created 1", "fail 1");
    worker.complete(first(), "r");
    link.settle();
    client.expectNothing();
    assertThat(a.broker.ledger.jobs.get(1)).isNull();
  }

  @Test
  void aJobWhoseClientsLeftRunsToItsEnd() {
    Member worker = b.sleeper("f");
    link.settle();
    a.connect().submit("f", "", "p").leave();
    link.settle();
    worker.expectNothing();
    Member client = a.connect().submit("f", "", "p");
    link.settle();
    worker.expect("noop").grab();
    client.leave();
    worker.complete(atB(2), "r").expect("assign " + atB(2) + " f p");
    link.settle();
    assertThat(a.broker.jobs()).isZero();
  }

  @Test
  void failsAForegroundJobOfALostStreamingWorker() {
    Member worker = b.worker("f").withStreaming().sleep();
    link.settle();
    Member client = a.connect().submit("f", "", "p");
    link.settle();
    worker.grab().leave();
    link.settle();
    client.expect("created 1", "fail 1");
  }

  @Test
  void aDrainingNodeNeitherLendsNorBorrows() {
    Member worker = b.sleeper("f");
    link.settle();
    a.connect().background("f", "", "p");
    link.settle();
    worker.expect("noop");
    b.broker.drain();
    link.settle();
    assertThat(a.broker.find(1).retries()).isZero();
    assertThat(a.status(1)).isEqualTo("1 0 0/0");
    worker.grab().expect("nojob").sleep();
    link.settle();
    worker.expectNothing();

    Member local = b.connect().background("f", "", "q");
    a.sleeper("f");
    link.settle();
    local.expect("refused SHUTTING_DOWN");
  }

  @Test
  void aNodeThatJoinsIsToldOfWhatIsWantedAndOffered() {
    link.lose();
    Member worker = b.sleeper("f");
    a.connect().background("f", "", "p");
    link = new TestLink(a, b);
    link.settle();
    worker.expect("noop").grab().complete(first(), "");
  }

  @Test
  void ofTwoNodesThatWantAJobOneGetsIt() {
    Harness c = new Harness(Harness.retries(2), clock, 3);
    TestLink second = new TestLink(a, c);
    Member atB = b.sleeper("f");
    Member atC = c.sleeper("f");
    link.settle();
    second.settle();
    a.connect().background("f", "", "p");
    second.settle();
    link.settle();
    atB.expectNothing();
    long handle = Origins.handle(c.origins.find(a.origins.incarnation(0)), 1);
    atC.expect("noop").grab().expect("assign " + handle + " f p").complete(handle, "");
    second.settle();
    second.lose();
    assertThat(link.saidNow()).endsWith("b borrow f", "a nothing", "b want f");
    Audit.checkEmpty(c);
  }

  @Test
  void aWorkerIsAskedForOneJobAtATimeWhateverNodesHave() {
    Harness c = new Harness(Harness.retries(2), clock, 3);
    TestLink second = new TestLink(b, c);
    Member worker = b.sleeper("f");
    link.settle();
    second.settle();
    a.connect().background("f", "", "from a");
    c.connect().background("f", "", "from c");
    link.settle();
    second.settle();
    assertThat(worker.seen()).containsExactly("noop");
    worker.grab().complete(first(), "").sleep();
    second.settle();
    assertThat(worker.seen()).containsExactly("assign " + first() + " f from a", "noop");
    worker.grab();
    long handle = Origins.handle(b.origins.find(c.origins.incarnation(0)), 1);
    worker.expect("assign " + handle + " f from c").complete(handle, "");
    second.settle();
    second.lose();
    Audit.checkEmpty(c);
  }
}

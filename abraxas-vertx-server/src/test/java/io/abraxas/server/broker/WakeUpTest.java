package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WakeUpTest {
  private final Harness h = new Harness();

  @Test
  void wakesEverySleepingWorkerThatCanDoTheFunction() {
    Member first = h.sleeper("f");
    Member second = h.sleeper("g", "f");
    Member other = h.sleeper("g");
    Member awake = h.worker("f");
    h.connect().submit("f", "", "p");
    first.expect("noop");
    second.expect("noop");
    other.expectNothing();
    awake.expectNothing();
  }

  @Test
  void sendsOneNoopForASleep() {
    Member worker = h.sleeper("f");
    h.connect().submit("f", "", "1").submit("f", "", "2");
    worker.expect("noop");
    worker.grab().expect("assign 1 f 1");
    h.connect().submit("f", "", "3");
    worker.expectNothing();
  }

  @Test
  void wakesAtOnceWhenThereIsAJobAlready() {
    h.connect().submit("f", "", "p");
    Member worker = h.worker("f").sleep().expect("noop");
    h.connect().submit("f", "", "p");
    worker.expectNothing();
    worker.sleep().expect("noop");
  }

  @Test
  void sleepingTwiceIsOnce() {
    Member worker = h.sleeper("f").sleep().sleep();
    h.connect().submit("f", "", "p");
    worker.expect("noop");
  }

  @Test
  void aGrabEndsTheSleep() {
    Member worker = h.sleeper("f").grab().expect("nojob");
    h.connect().submit("f", "", "p");
    worker.expectNothing();
  }

  @Test
  void wakesWhenASleepingWorkerLearnsAFunctionThatHasJobs() {
    h.connect().submit("f", "", "p");
    Member worker = h.connect().sleep().canDo("g").expectNothing();
    worker.canDo("f").expect("noop").canDo("f").expectNothing();
    h.connect().submit("g", "", "p");
    worker.expectNothing();
  }

  @Test
  void aSleepingWorkerThatForgotAFunctionIsNotWokenForIt() {
    Member worker = h.sleeper("f", "g").cantDo("f");
    h.connect().submit("f", "", "p");
    worker.expectNothing();
    worker.resetAbilities();
    h.connect().submit("g", "", "p");
    worker.expectNothing();
    worker.canDo("g").expect("noop");
  }

  @Test
  void wakesForARequeuedJob() {
    h.connect().background("f", "", "p");
    Member first = h.worker("f").grab();
    Member second = h.sleeper("f");
    first.leave();
    second.expect("noop").grab().expect("assign 1 f p");
  }

  @Test
  void aWorkerThatGivesAJobBackIsNotWokenForIt() {
    h.connect().background("f", "", "p");
    Member worker = h.worker("f").grab().expect("assign 1 f p").sleep().cantDo("f");
    worker.expectNothing();
  }

  @Test
  void wakesAsManyAsConfiguredInTurn() {
    Harness h = new Harness(Harness.wakeup(2));
    Member[] workers = {h.sleeper("f"), h.sleeper("f"), h.sleeper("f"), h.sleeper("f")};
    h.connect().submit("f", "", "1");
    workers[0].expect("noop");
    workers[1].expect("noop");
    workers[2].expectNothing();
    workers[0].grab().complete(1, "").sleep();
    workers[1].grab().sleep();
    h.connect().submit("f", "", "2");
    workers[2].expect("noop");
    workers[3].expect("noop");
    workers[0].expect("assign 1 f 1");
    workers[1].expect("nojob");
  }

  @Test
  void wakesAnotherWhenTheWokenWorkerDies() {
    Harness h = new Harness(Harness.wakeup(1));
    Member first = h.sleeper("f");
    Member second = h.sleeper("f");
    Member third = h.sleeper("f");
    h.connect().submit("f", "", "p");
    first.expect("noop").leave();
    second.expect("noop").cantDo("f");
    third.expect("noop").resetAbilities();
    assertThat(h.counts("f")).isEqualTo("1/0/0");
  }

  @Test
  void wakesAnotherWhenTheWokenWorkerTakesAnotherJob() {
    Harness h = new Harness(Harness.wakeup(1));
    Member first = h.sleeper("f", "g");
    Member second = h.sleeper("f");
    h.connect().submit(Priority.LOW, true, "f", "", "low");
    h.connect().submit(Priority.HIGH, true, "g", "", "high");
    first.expect("noop").grab().expect("assign 2 g high");
    second.expect("noop").grab().expect("assign 1 f low");
  }

  @Test
  void sendsOneNoopThoughAWorkerSaysTwiceThatItSleeps() {
    Harness h = new Harness(Harness.wakeup(1));
    h.sleeper("f");
    Member second = h.sleeper("f");
    h.connect().submit("f", "", "1");
    second.expectNothing().sleep().expect("noop");
    h.connect().submit("f", "", "2");
    second.expectNothing();
  }

  @Test
  void wakesOneForEachJob() {
    Harness h = new Harness(Harness.wakeup(1));
    Member first = h.sleeper("f");
    Member second = h.sleeper("f");
    h.connect().submit("f", "", "1");
    first.expect("noop");
    second.expectNothing();
    h.connect().submit("f", "", "2");
    first.expectNothing();
    second.expect("noop");
  }

  @Test
  void survivesManyWorkersThatComeAndGo() {
    Harness h = new Harness(Harness.wakeup(1));
    for (int round = 0; round < 50; round++) {
      Member first = h.sleeper("f");
      Member second = h.sleeper("f");
      Member third = h.sleeper("f");
      h.connect().background("f", "", "p");
      second.leave();
      Member woken = first.seen().isEmpty() ? third : first;
      woken.grab().complete(round + 1, "");
      first.leave();
      third.leave();
    }
    Audit.checkEmpty(h);
  }
}

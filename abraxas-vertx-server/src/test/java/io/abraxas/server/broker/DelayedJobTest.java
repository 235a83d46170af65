package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DelayedJobTest {
  private final Harness h = new Harness();
  private final long now = h.clock.epochMillis;

  @Test
  void wakesAWorkerWhenTheJobIsDueAndNotBefore() {
    Member client = h.connect().submitAt("f", "u", "p", now + 5000).expect("created 1");
    Member worker = h.sleeper("f");
    assertThat(h.counts("f")).isEqualTo("1/0/1");
    assertThat(h.queued("f")).isEqualTo("0/0/0");
    assertThat(h.status(1)).isEqualTo("1 0 0/0");
    assertThat(h.statusOfUnique("u")).isEqualTo("1 0 0/0");
    assertThat(h.broker.millisToNext()).isEqualTo(5000);
    h.pass(4999);
    worker.expectNothing().grab().expect("nojob").sleep();
    assertThat(h.broker.millisToNext()).isEqualTo(1);
    h.pass(1);
    worker.expect("noop").grab().expect("assign 1 f p").complete(1, "");
    assertThat(h.broker.millisToNext()).isEqualTo(-1);
    client.expectNothing();
    Audit.checkEmpty(h);
  }

  @Test
  void runsAtOnceWhatIsDueAlready() {
    h.connect().submitAt("f", "", "1", now).submitAt("f", "", "2", now - 1);
    h.connect().submitAt("f", "", "3", 0).submitAt("f", "", "4", Long.MIN_VALUE);
    assertThat(h.queued("f")).isEqualTo("0/4/0");
  }

  @Test
  void survivesTheEndOfTime() {
    h.connect().submitAt("f", "", "p", Long.MAX_VALUE).submitAt("f", "", "p", now + 1);
    assertThat(h.broker.millisToNext()).isEqualTo(1);
    h.pass(1);
    assertThat(h.counts("f")).isEqualTo("2/0/0");
    assertThat(h.queued("f")).isEqualTo("0/1/0");
    assertThat(h.broker.millisToNext()).isPositive();
  }

  @Test
  void outlivesItsClient() {
    h.connect().submitAt("f", "u", "p", now + 5000).leave();
    h.connect().submit("f", "u", "p").expect("created 1").leave();
    h.pass(5000);
    h.worker("f").grab().expect("assign 1 f p");
  }

  @Test
  void dueTogetherIsFirstInFirstOut() {
    Member client = h.connect();
    for (int i = 0; i < 100; i++) {
      client.submitAt("f", "", "p", now + 1000);
    }
    h.pass(1000);
    Member worker = h.worker("f");
    for (int i = 1; i <= 100; i++) {
      worker.grab().expect("assign " + i + " f p");
    }
  }

  @Test
  void comesDueInTheOrderOfTime() {
    Member client = h.connect();
    client.submitAt("f", "", "p", now + 3000);
    client.submitAt("f", "", "p", now + 1000);
    client.submitAt("f", "", "p", now + 2000);
    h.pass(5000);
    h.worker("f").grab().grab().grab().expect("assign 2 f p", "assign 3 f p", "assign 1 f p");
  }

  @Test
  void aScheduleFiresJobsOfItsOwn() {
    Member client = h.connect().schedule("f", "u", "p", every(60_000)).expect("created 1");
    Member worker = h.sleeper("f");
    assertThat(h.broker.findSchedule(1).nextMillis()).isEqualTo(now + 60_000);
    assertThat(h.counts("f")).isEqualTo("0/0/1");
    h.pass(60_000);
    worker.expect("noop").grab().expect("assign 2 f p").complete(2, "r").sleep();
    h.pass(60_000);
    worker.expect("noop").grab().expect("assign 3 f p");
    client.expectNothing();
    // The run of before goes on: the next firing is a job all the same.
    h.pass(60_000);
    worker.grab().expect("assign 4 f p").complete(3, "").complete(4, "");
    assertThat(h.cancel(1)).isTrue();
    assertThat(h.cancel(1)).isFalse();
    h.pass(600_000);
    Audit.checkEmpty(h);
  }

  @Test
  void missedFiringsCoalesceWhileTheLastIsQueued() {
    h.connect().schedule("f", "", "p", every(1000));
    h.pass(1000);
    h.pass(1000);
    h.pass(10_500);
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    assertThat(h.broker.findSchedule(1).nextMillis()).isGreaterThan(h.clock.epochMillis);
    h.worker("f").grab().expect("assign 2 f p");
    h.pass(1000);
    assertThat(h.counts("f")).isEqualTo("2/1/1");
  }

  @Test
  void aScheduleWithTheSameKeyReplacesTheEarlierAndKeepsItsHandle() {
    Member client = h.connect().schedule("f", "u", "old", every(1000)).expect("created 1");
    client.schedule("f", "u", "new and longer", every(5000)).expect("created 1");
    client.schedule("g", "u", "p", every(1000)).expect("created 2");
    client.schedule("f", "", "p", every(1000)).expect("created 3");
    client.schedule("f", "", "p", every(1000)).expect("created 4");
    assertThat(h.broker.schedules()).hasSize(4);
    h.cancel(2);
    h.cancel(3);
    h.cancel(4);
    h.pass(4999);
    assertThat(h.broker.jobs()).isZero();
    h.pass(1);
    h.worker("f").grab().expect("assign 5 f new and longer").complete(5, "");
    h.cancel(1);
    client.schedule("f", "u", "p", every(1000)).expect("created 6");
    h.cancel(6);
    Audit.checkEmpty(h);
  }

  @Test
  void aScheduleWithoutAnotherTimeEnds() {
    h.connect().schedule("f", "u", "p", at -> at < now + 1000 ? now + 1000 : -1);
    h.pass(1000);
    assertThat(h.broker.schedules()).isEmpty();
    h.worker("f").grab().expect("assign 2 f p").complete(2, "");
    Audit.checkEmpty(h);
  }

  @Test
  void droppingAFunctionEndsItsSchedulesAndJobs() {
    Member client = h.connect().schedule("f", "u", "p", every(1000));
    client.submitAt("f", "", "p", now + 500).submit("f", "", "p").submit("g", "", "p");
    h.pass(0);
    client.seen();
    assertThat(h.drop("f")).isNull();
    client.expect("fail 3");
    assertThat(h.counts("f")).isNull();
    assertThat(h.counts("g")).isEqualTo("1/0/0");
    h.pass(5000);
    client.leave();
    Audit.checkEmpty(h);
  }

  @Test
  void aJobOfAScheduleCanBeJoinedByItsUniqueId() {
    h.connect().schedule("f", "u", "p", every(1000));
    h.pass(1000);
    Member client = h.connect().submit("f", "u", "p").expect("created 2");
    h.worker("f").grab().complete(2, "r");
    client.expect("complete 2 r");
  }

  @Test
  void aDashStandsForThePayloadOfASchedule() {
    Member client = h.connect().schedule("f", "-", "p", every(1000)).expect("created 1");
    long other = client.schedule("f", "-", "q", every(1000)).handleOfCreated();
    assertThat(client.schedule("f", "-", "p", every(1000)).handleOfCreated()).isEqualTo(1);
    assertThat(client.schedule("f", "-", "", every(1000)).handleOfCreated()).isGreaterThan(other);
    client.schedule("f", "-", "", every(1000)).seen();
    assertThat(h.broker.schedules()).hasSize(4);
    h.pass(1000);
    assertThat(h.statusOfUnique("-")).isEqualTo("0 0 0/0");
    assertThat(client.submit("f", "-", "p").handleOfCreated())
        .isLessThan(client.submit("f", "", "p").handleOfCreated());
    assertThat(h.counts("f")).isEqualTo("5/0/0");
  }

  private static Recurrence every(long millis) {
    return at -> (at / millis + 1) * millis;
  }
}

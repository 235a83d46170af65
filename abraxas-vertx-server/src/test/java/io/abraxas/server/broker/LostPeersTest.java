package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LostPeersTest {
  private final Harness h = new Harness();

  @Test
  void requeuesAtTheTailWhenTheWorkerIsLost() {
    Member client = h.connect().submit("f", "", "1").submit("f", "", "2");
    client.expect("created 1", "created 2");
    Member worker = h.worker("f").grab().expect("assign 1 f 1").data(1, "d").status(1, 5, 10);
    worker.leave();
    assertThat(h.status(1)).isEqualTo("1 0 0/0");
    assertThat(h.broker.find(1).retries()).isEqualTo(1);
    h.worker("f")
        .grab()
        .grab()
        .expect("assign 2 f 2", "assign 1 f 1")
        .data(1, "d")
        .complete(1, "r");
    client.expect("data 1 d", "status 1 5 10", "data 1 d", "complete 1 r");
  }

  @Test
  void requeuesSeveralJobsInTheirOrder() {
    h.connect().background("f", "", "1").background("f", "", "2").background("f", "", "3");
    h.worker("f").grab().grab().leave();
    h.worker("f").grab().grab().grab().expect("assign 3 f 3", "assign 1 f 1", "assign 2 f 2");
  }

  @Test
  void failsAJobAfterItsLastRetry() {
    Harness h = new Harness(Harness.retries(2));
    Member client = h.connect().submit("f", "u", "p").expect("created 1");
    h.worker("f").grab().leave();
    client.expectNothing();
    h.worker("f").grab().leave();
    client.expect("fail 1");
    assertThat(h.counts("f")).isEqualTo("0/0/0");
    assertThat(h.status(1)).isEqualTo("0 0 0/0");
    client.submit("f", "u", "p").expect("created 2").leave();
    Audit.checkEmpty(h);
  }

  @Test
  void countsEveryWayOfLosingAWorkerAsARetry() {
    Harness h = new Harness(Harness.retries(4));
    Member client = h.connect().submit("f", "", "p").expect("created 1");
    h.worker("f").grab().leave();
    Member worker = h.worker("f").grab().cantDo("f");
    worker.canDo("f", 1000).grab().resetAbilities();
    client.expectNothing();
    worker.canDo("f", 1000).grab();
    h.pass(1000);
    client.expect("fail 1");
    Audit.checkEmpty(h);
  }

  @Test
  void anUnheardJobGoesWhenItsWorkerIsLostToo() {
    Member client = h.connect().submit("f", "u", "p");
    Member worker = h.worker("f").grab();
    client.leave();
    assertThat(h.counts("f")).isEqualTo("1/1/1");
    worker.leave();
    Audit.checkEmpty(h);
  }

  @Test
  void aRunningJobFinishesUnheard() {
    Member client = h.connect().submit("f", "u", "p");
    Member worker = h.worker("f").grab().expect("assign 1 f p");
    client.leave();
    worker.data(1, "d").complete(1, "r").expectNothing();
    Audit.checkEmpty(h);
  }

  @Test
  void aNewClientMayJoinAnUnheardJob() {
    Member client = h.connect().submit("f", "u", "p");
    Member worker = h.worker("f").grab();
    client.leave();
    Member late = h.connect().submit("f", "u", "p").expect("created 1");
    worker.leave();
    h.worker("f").grab().expect("assign 1 f p").complete(1, "r");
    late.expect("complete 1 r");
  }

  @Test
  void returnsOfAWorkerThatMayDoSoAreNoRetries() {
    Harness h = new Harness(Harness.retries(1));
    Member client = h.connect().submit("f", "", "p").expect("created 1");
    Member worker = h.connect();
    h.broker.allowReturns(worker.session);
    for (int i = 0; i < 3; i++) {
      worker.canDo("f").grab().expect("assign 1 f p").cantDo("f");
      assertThat(h.broker.find(1).retries()).isZero();
    }
    client.expectNothing();
    worker.canDo("f").grab().expect("assign 1 f p").leave();
    client.expect("fail 1");
    Audit.checkEmpty(h);
  }

  @Test
  void tellsNothingToAClientThatWasItsOwnWorker() {
    Harness h = new Harness(Harness.retries(1));
    h.worker("f").submit("f", "", "p").grab().leave();
    Audit.checkEmpty(h);
    h.worker("f").withStreaming().submit("f", "", "p").grab().leave();
    Audit.checkEmpty(h);
  }

  @Test
  void wakesNobodyForAJobThatGoesWithItsConnection() {
    Member other = h.worker("f");
    Member both = h.worker("f").submit("f", "", "p").grab();
    other.sleep().expectNothing();
    both.leave();
    other.expectNothing();
    Audit.checkEmpty(h);
  }

  @Test
  void cantDoTakesBackTheJobsOfThatFunctionOnly() {
    h.connect().background("f", "", "1").background("g", "", "2").background("f", "", "3");
    Member worker = h.worker("f", "g").grab().grab().grab();
    worker.seen();
    worker.cantDo("f");
    assertThat(h.counts("f")).isEqualTo("2/0/0");
    assertThat(h.counts("g")).isEqualTo("1/1/1");
    worker.complete(1, "late").expect("refused RESULT_WITHOUT_JOB");
    worker.complete(2, "r").expectNothing();
    h.worker("f").grab().grab().expect("assign 1 f 1", "assign 3 f 3");
  }

  @Test
  void resetAbilitiesTakesBackAllJobs() {
    h.connect().background("f", "", "1").background("g", "", "2");
    Member worker = h.worker("f", "g").grab().grab();
    worker.resetAbilities();
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    assertThat(h.counts("g")).isEqualTo("1/0/0");
    worker.grab().expect("assign 1 f 1", "assign 2 g 2", "nojob");
  }

  @Test
  void disconnectingTwiceIsOnce() {
    Member worker = h.worker("f");
    worker.leave().leave();
    assertThat(h.counts("f")).isEqualTo("0/0/0");
  }

  @Test
  void timesOutEachJobOfAConnectionByItself() {
    h.connect().background("f", "", "1").background("f", "", "2").background("g", "", "3");
    Member worker = h.connect().canDo("f", 5000).canDo("g");
    worker.grab().grab();
    h.pass(3000);
    worker.grab();
    worker.seen();
    assertThat(h.broker.millisToNext()).isEqualTo(2000);
    h.pass(1999);
    assertThat(h.broker.running()).isEqualTo(3);
    h.pass(1);
    // The first two grabs took one job of each function; the last one is younger.
    assertThat(h.counts("f")).isEqualTo("2/1/1");
    assertThat(h.counts("g")).isEqualTo("1/1/1");
    worker.complete(1, "late").expect("refused RESULT_WITHOUT_JOB");
    assertThat(h.broker.millisToNext()).isEqualTo(3000);
    worker.complete(2, "in time").complete(3, "r").expectNothing();
    assertThat(h.broker.millisToNext()).isEqualTo(-1);
    assertThat(h.broker.find(1).retries()).isEqualTo(1);
  }

  @Test
  void aTimeoutIsASecondAtLeast() {
    h.connect().background("f", "", "p");
    h.connect().canDo("f", 1).grab().expect("assign 1 f p");
    h.pass(999);
    assertThat(h.broker.running()).isEqualTo(1);
    h.pass(1);
    assertThat(h.broker.running()).isZero();
  }

  @Test
  void survivesAnyTimeout() {
    for (long timeout : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000 + 1, -1, -5000}) {
      Harness h = new Harness();
      h.connect().background("f", "", "p");
      h.connect().canDo("f", timeout).grab();
      h.pass(1_000_000);
      assertThat(h.broker.running()).as("timeout %d", timeout).isEqualTo(1);
    }
  }

  @Test
  void aNewTimeoutCountsFromTheNextJobOn() {
    h.connect().background("f", "", "1").background("f", "", "2");
    Member worker = h.connect().canDo("f", 5000).grab().canDo("f").grab();
    worker.expect("assign 1 f 1", "assign 2 f 2");
    h.pass(5000);
    assertThat(h.broker.running()).isEqualTo(1);
    assertThat(h.broker.find(2).isRunning()).isTrue();
  }
}

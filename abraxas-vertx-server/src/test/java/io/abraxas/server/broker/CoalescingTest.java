package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoalescingTest {
  private final Harness h = new Harness();

  @Test
  void aSecondSubmitWithTheSameKeyGetsTheFirstJob() {
    Member first = h.connect().submit("f", "u", "first").expect("created 1");
    Member second =
        h.connect().submit(Priority.HIGH, false, "f", "u", "second").expect("created 1");
    h.worker("f").grab().expect("assign 1 f first").complete(1, "r").grab().expect("nojob");
    first.expect("complete 1 r");
    second.expect("complete 1 r");
    Audit.checkEmpty(h);
  }

  @Test
  void theKeyIsFunctionAndUniqueId() {
    h.connect().submit("f", "u", "").submit("g", "u", "").submit("f", "v", "");
    assertThat(h.broker.jobs()).isEqualTo(3);
  }

  @Test
  void anEmptyUniqueIdNeverCoalesces() {
    h.connect().submit("f", "", "p").submit("f", "", "p").expect("created 1", "created 2");
  }

  @Test
  void aDashCoalescesEqualPayloadsOfAFunction() {
    Member client = h.connect();
    client.submit("f", "-", "same").submit("f", "-", "same").expect("created 1", "created 1");
    client.submit("f", "-", "other").expect("created 2");
    client.submit("g", "-", "same").expect("created 3");
    client.submit("f", "same", "same").expect("created 4");
    assertThat(h.statusOfUnique("-")).isEqualTo("0 0 0/0");
  }

  @Test
  void aDashWithAnEmptyPayloadNeverCoalesces() {
    h.connect().submit("f", "-", "").submit("f", "-", "").expect("created 1", "created 2").leave();
    Audit.checkEmpty(h);
  }

  @Test
  void aLateClientGetsNoHistoryAndTheEnding() {
    Member first = h.connect().submit("f", "u", "p").expect("created 1");
    Member worker = h.worker("f").grab().data(1, "early").status(1, 1, 2);
    Member late = h.connect().submit("f", "u", "p").expect("created 1");
    worker.data(1, "late").complete(1, "r");
    first.expect("data 1 early", "status 1 1 2", "data 1 late", "complete 1 r");
    late.expect("data 1 late", "complete 1 r");
  }

  @Test
  void aClientThatSubmitsTwiceGetsEverythingTwice() {
    Member client = h.connect().submit("f", "u", "p").submit("f", "u", "p");
    client.expect("created 1", "created 1");
    assertThat(h.broker.find(1).clientCount()).isEqualTo(2);
    h.worker("f").grab().complete(1, "r");
    client.expect("complete 1 r", "complete 1 r");
  }

  @Test
  void aForegroundClientThatLeavesABackgroundJobDoesNotTakeItAlong() {
    h.connect().background("f", "u", "p").expect("created 1");
    h.connect().submit("f", "u", "p").expect("created 1").leave();
    h.worker("f").grab().expect("assign 1 f p");
  }

  @Test
  void aForegroundJobThatABackgroundSubmitJoinedOutlivesItsClients() {
    Member client = h.connect().submit("f", "u", "p");
    h.connect().background("f", "u", "p").expect("created 1").leave();
    client.leave();
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    h.worker("f").grab().expect("assign 1 f p");
  }

  @Test
  void aJobStaysWhileOneOfItsClientsStays() {
    Member first = h.connect().submit("f", "u", "p");
    Member second = h.connect().submit("f", "u", "p");
    Member third = h.connect().submit("f", "u", "p");
    second.leave();
    first.leave();
    third.expect("created 1");
    h.worker("f").grab().complete(1, "r");
    third.expect("complete 1 r");
  }

  @Test
  void aUniqueIdWorksAgainAfterItsJobWasDropped() {
    h.connect().submit("f", "u", "first").leave();
    assertThat(h.statusOfUnique("u")).isEqualTo("0 0 0/0");
    Member client = h.connect().submit("f", "u", "again").expect("created 2");
    h.worker("f").grab().expect("assign 2 f again").complete(2, "r");
    client.expect("complete 2 r");
  }

  @Test
  void aUniqueIdIsFreeWhenItsJobIsOver() {
    Member client = h.connect().submit("f", "u", "1");
    Member worker = h.worker("f").grab().complete(1, "");
    client.submit("f", "u", "2").expect("created 1", "complete 1", "created 2");
    worker.grab().expect("assign 1 f 1", "assign 2 f 2").failed(2);
    client.submit("f", "u", "3").expect("fail 2", "created 3");
  }

  @Test
  void droppedJobsAreNotCounted() {
    Member client = h.connect();
    for (int i = 0; i < 10; i++) {
      client.submit("f", "u" + i, "p").submit("g", "", "p");
    }
    h.worker("f");
    assertThat(h.counts("f")).isEqualTo("10/0/1");
    client.leave();
    assertThat(h.counts("f")).isEqualTo("0/0/1");
    assertThat(h.queued("f")).isEqualTo("0/0/0");
    assertThat(h.counts("g")).isNull();
    Audit.checkEmpty(h);
  }

  @Test
  void findsAJobByItsUniqueIdWhateverItsFunction() {
    h.connect().submit("f", "u", "p");
    h.worker("f").grab().status(1, 3, 10);
    assertThat(h.statusOfUnique("u")).isEqualTo("1 1 3/10");
    assertThat(h.statusOfUnique("v")).isEqualTo("0 0 0/0");
    assertThat(h.statusOfUnique("")).isEqualTo("0 0 0/0");
  }

  @Test
  void keepsManyUniqueIdsApart() {
    Member client = h.connect();
    for (int i = 0; i < 1000; i++) {
      client.background("f", "u" + i, "p");
    }
    client.seen();
    for (int i = 0; i < 1000; i++) {
      client.background("f", "u" + i, "p").expect("created " + (i + 1));
    }
    Member worker = h.worker("f");
    for (int i = 1; i <= 1000; i++) {
      worker.grab().complete(i, "");
    }
    Audit.checkEmpty(h);
  }
}

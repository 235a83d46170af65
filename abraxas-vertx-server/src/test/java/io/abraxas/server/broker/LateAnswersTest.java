package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LateAnswersTest {
  @Test
  void tellsNobodyOfAJobBeforeTheStoreHasIt() {
    Harness h = Harness.withStore();
    Member worker = h.sleeper("f");
    Member client = h.connect().background("f", "u", "p").expectNothing();
    worker.expectNothing().grab().expect("nojob").sleep();
    assertThat(h.counts("f")).isEqualTo("1/0/1");
    h.store.answer(1);
    client.expect("created 1");
    worker.expect("noop").grab().expect("assign 1 f p").complete(1, "");
    Audit.checkEmpty(h);
  }

  @Test
  void foregroundJobsAreNotStored() {
    Harness h = Harness.withStore();
    h.connect().submit("f", "u", "p").expect("created 1").leave();
    assertThat(h.store.batches).isZero();
  }

  @Test
  void repliesKeepTheirOrderWhenTheStoreAnswersOutOfOrder() {
    Harness h = Harness.withStore();
    Member client = h.connect();
    client.background("f", "", "1").background("f", "", "2").submit("g", "", "3");
    h.worker("g").grab().complete(3, "r");
    h.store.answer(2);
    client.expectNothing();
    h.store.answer(1);
    client.expect("created 1", "created 2", "created 3", "complete 3 r");
    h.worker("f").grab().expect("assign 2 f 2");
  }

  @Test
  void oneTurnIsOneBatch() {
    Harness h = Harness.withStore();
    Submit submit = new Submit();
    io.netty.buffer.ByteBuf f = io.netty.buffer.Unpooled.wrappedBuffer(Member.bytes("f"));
    Member client = h.connect();
    for (int i = 0; i < 5; i++) {
      submit.set(f, Priority.NORMAL, true).function(0, 1).unique(0, 0).payload(0, 1);
      h.broker.submit(client.session, submit);
    }
    assertThat(h.store.batches).isZero();
    h.endTurn();
    h.endTurn();
    assertThat(h.store.batches).isEqualTo(1);
    assertThat(h.store.pending).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aFailedStoreRefusesAllWhoWait() {
    Harness h = Harness.withStore();
    Member first = h.connect().background("f", "u", "p");
    Member second = h.connect().submit("f", "u", "p").expectNothing();
    Member gone = h.connect().submit("f", "u", "p").leave();
    h.store.fail(1);
    first.expect("refused STORE_FAILED");
    second.expect("refused STORE_FAILED");
    gone.expectNothing();
    Audit.checkEmpty(h);
    first.background("f", "u", "p");
    h.store.answer(2);
    first.expect("created 2");
  }

  @Test
  void othersCoalesceOntoAJobThatAwaitsItsStore() {
    Harness h = Harness.withStore();
    Member first = h.connect().background("f", "u", "p");
    Member second = h.connect().submit("f", "u", "p").expectNothing();
    first.leave();
    h.store.answer(1);
    second.expect("created 1");
    h.worker("f").grab().complete(1, "r");
    second.expect("complete 1 r");
    Audit.checkEmpty(h);
  }

  @Test
  void aBackgroundSubmitThatJoinsAForegroundJobAwaitsTheStore() {
    Harness h = Harness.withStore();
    Member first = h.connect().submit("f", "u", "p").expect("created 1");
    Member second = h.connect().background("f", "u", "p").expectNothing();
    Member third = h.connect().background("f", "u", "p").expectNothing();
    assertThat(h.store.pending).containsExactly(1L);
    first.leave();
    h.store.answer(1);
    second.expect("created 1");
    third.expect("created 1");
    h.connect().background("f", "u", "p").expect("created 1");
    h.worker("f").grab().expect("assign 1 f p").complete(1, "");
    Audit.checkEmpty(h);
  }

  @Test
  void aForegroundJobThatCouldNotBeStoredStaysAForegroundJob() {
    Harness h = Harness.withStore();
    Member first = h.connect().submit("f", "u", "p").expect("created 1");
    Member second = h.connect().background("f", "u", "p");
    h.store.fail(1);
    second.expect("refused STORE_FAILED");
    Member third = h.connect().background("f", "u", "p");
    first.leave();
    h.store.fail(1);
    third.expect("refused STORE_FAILED");
    Audit.checkEmpty(h);
  }

  @Test
  void aJobMayEndBeforeItsStoreAnswers() {
    Harness h = Harness.withStore();
    Member first = h.connect().submit("f", "u", "p").expect("created 1");
    Member worker = h.worker("f").grab();
    Member second = h.connect().background("f", "u", "p").expectNothing();
    worker.complete(1, "r");
    first.expect("complete 1 r");
    second.expect("created 1");
    h.store.answer(1);
    second.expectNothing();
    Audit.checkEmpty(h);
  }

  @Test
  void aCancelledJobIgnoresItsStore() {
    Harness h = Harness.withStore();
    Member first = h.connect().submit("f", "u", "p").expect("created 1");
    Member worker = h.worker("f").grab();
    Member second = h.connect().background("f", "u", "p");
    h.cancel(1);
    first.expect("fail 1");
    second.expect("created 1");
    h.store.answer(1);
    worker.complete(1, "late");
    first.expectNothing();
    second.expectNothing();
    Audit.checkEmpty(h);
  }

  @Test
  void storesTheRetriesOfAStoredJob() {
    Harness h = Harness.withStore(Harness.retries(3));
    h.connect().background("f", "", "p");
    h.store.answer(1);
    h.worker("f").grab().leave();
    h.worker("f").grab().leave();
    assertThat(h.store.pending).containsExactly(1L, 1L);
    h.store.fail(1);
    h.store.answer(1);
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    h.worker("f").grab().leave();
    Audit.checkEmpty(h);
  }

  @Test
  void aDelayedJobIsStoredFirst() {
    Harness h = Harness.withStore();
    long now = h.clock.epochMillis;
    Member client = h.connect().submitAt("f", "", "p", now + 1000).expectNothing();
    h.pass(2000);
    h.store.answer(1);
    client.expect("created 1");
    h.worker("f").grab().expect("assign 1 f p");
  }

  @Test
  void asksWhoOwnsAUniqueId() {
    Harness h = Harness.withOwners();
    Member first = h.connect().submit("f", "u", "p").expectNothing();
    Member second = h.connect().submit("f", "u", "p").expectNothing();
    assertThat(h.owners.pending).containsExactly(1L);
    h.worker("f").grab().expect("nojob");
    h.owners.ours(1);
    first.expect("created 1");
    second.expect("created 1");
    h.connect().submit("f", "u", "p").expect("created 1");
    h.worker("f").grab().complete(1, "r");
    first.expect("complete 1 r");
  }

  @Test
  void asksOnlyForIdsThatCoalesce() {
    Harness h = Harness.withOwners();
    h.connect().submit("f", "", "p").submit("f", "-", "").expect("created 1", "created 2");
    assertThat(h.owners.pending).isEmpty();
    h.connect().submit("f", "-", "p").expectNothing();
    assertThat(h.owners.pending).containsExactly(3L);
  }

  @Test
  void refusesWhenItCannotBeKnownWhoOwnsTheUniqueId() {
    Harness h = Harness.withOwners();
    Member first = h.connect().submit("f", "u", "p");
    Member second = h.connect().background("f", "u", "p");
    h.owners.unknown(1);
    first.expect("refused OWNER_UNKNOWN");
    second.expect("refused OWNER_UNKNOWN");
    Audit.checkEmpty(h);
  }

  @Test
  void dropsAJobWhoseClientLeftWhileItsOwnerWasAskedFor() {
    Harness h = Harness.withStoreAndOwners();
    h.connect().submit("f", "u", "p").leave();
    Member late = h.connect().background("f", "u", "p");
    h.owners.ours(1);
    late.expectNothing();
    h.store.answer(1);
    late.expect("created 1");
    h.connect().submit("f", "v", "p").leave();
    h.owners.ours(2);
    assertThat(h.broker.jobs()).isEqualTo(1);
  }

  @Test
  void findsAnAcceptedJobBehindOneThatIsNot() {
    Harness h = Harness.withStore();
    h.connect().submit("f", "u", "p").background("g", "u", "p");
    assertThat(h.statusOfUnique("u")).isEqualTo("1 0 0/0");
  }

  @Test
  void aJobThatIsWrittenTwiceIsAnsweredOnce() {
    Harness h = Harness.withStore();
    Member client = h.connect().background("f", "", "1").background("f", "", "2");
    h.broker.adoption().writeAgain(1);
    h.broker.adoption().writeAgain(2);
    h.endTurn();
    h.store.answer(1);
    h.store.answer(1);
    h.store.fail(2);
    client.expect("created 1", "refused STORE_FAILED");
    assertThat(h.store.pending).isEmpty();
    h.worker("f").grab().complete(1, "r");
    Audit.checkEmpty(h);
  }

  @Test
  void aJobThatIsRefusedInTheTurnInWhichItIsWrittenAgainIsNotWritten() {
    Harness h = Harness.withStore();
    Member client = h.connect().background("f", "", "1");
    h.broker.adoption().writeAgain(1);
    h.store.fail(1);
    client.expect("refused STORE_FAILED");
    assertThat(h.store.pending).isEmpty();
    Audit.checkEmpty(h);
  }
}

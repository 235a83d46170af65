package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CancelTest {
  private final Harness h = new Harness();
  private final Member client = h.connect();

  @Test
  void cancelsAQueuedJob() {
    client.submit("f", "u", "p").expect("created 1");
    assertThat(h.cancel(1)).isTrue();
    client.expect("fail 1");
    assertThat(h.cancel(1)).isFalse();
    h.worker("f").grab().expect("nojob");
    client.submit("f", "u", "p").expect("created 2").leave();
    Audit.checkEmpty(h);
  }

  @Test
  void cancelsADelayedJob() {
    client.submitAt("f", "u", "p", h.clock.epochMillis + 5000).expect("created 1");
    assertThat(h.cancel(1)).isTrue();
    client.expectNothing();
    h.pass(10_000);
    Audit.checkEmpty(h);
  }

  @Test
  void swallowsLateReportsOfACancelledJob() {
    client.submit("f", "u", "p").expect("created 1");
    Member worker = h.worker("f").grab().expect("assign 1 f p").status(1, 1, 2);
    assertThat(h.cancel(1)).isTrue();
    client.expect("status 1 1 2", "fail 1");
    assertThat(h.status(1)).isEqualTo("0 0 0/0");
    assertThat(h.statusOfUnique("u")).isEqualTo("0 0 0/0");
    assertThat(h.counts("f")).isEqualTo("0/0/1");
    assertThat(h.cancel(1)).isFalse();
    client.submit("f", "u", "again").expect("created 2");
    worker.status(1, 2, 2).data(1, "late").complete(1, "late").expectNothing();
    client.expectNothing();
    assertThat(h.status(1)).isEqualTo("0 0 0/0");
    worker.complete(1, "again").expect("refused RESULT_WITHOUT_JOB");
    worker.grab().expect("assign 2 f again").complete(2, "r");
    client.expect("complete 2 r");
    Audit.checkEmpty(h);
  }

  @Test
  void swallowsAnExceptionAndItsFailureOfACancelledJob() {
    client.submit("f", "", "p");
    Member worker = h.worker("f").grab().expect("assign 1 f p");
    h.cancel(1);
    worker.exception(1, "x").failed(1).expectNothing();
    client.expect("created 1", "fail 1");
    Audit.checkEmpty(h);
  }

  @Test
  void forgetsACancelledJobWithItsWorker() {
    client.background("f", "", "1").background("f", "", "2").background("f", "", "3");
    Member first = h.worker("f").grab();
    Member second = h.connect().canDo("f", 1000).grab().grab();
    h.cancel(1);
    h.cancel(2);
    first.leave();
    second.cantDo("f");
    h.pass(5000);
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    h.cancel(3);
    Audit.checkEmpty(h);
  }

  @Test
  void tellsEveryClientOnce() {
    Member other = h.connect().submit("f", "u", "p");
    client.submit("f", "u", "p").expect("created 1");
    Member worker = h.worker("f").grab();
    h.cancel(1);
    worker.failed(1);
    client.expect("fail 1");
    other.expect("created 1", "fail 1");
  }

  @Test
  void cannotCancelWhatNobodyWasToldOf() {
    Harness h = Harness.withStore();
    Member client = h.connect().background("f", "u", "p");
    assertThat(h.cancel(1)).isFalse();
    assertThat(h.status(1)).isEqualTo("0 0 0/0");
    h.store.answer(1);
    client.expect("created 1");
    assertThat(h.cancel(1)).isTrue();
    Audit.checkEmpty(h);
  }
}

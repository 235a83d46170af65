package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitsTest {
  @Test
  void limitsTheTotalOfAFunctionByThePriorityOfTheSubmit() {
    Harness h = new Harness();
    h.limit("f", 3, 2, 1);
    Member client = h.connect();
    client.submit(Priority.LOW, true, "f", "u", "p").expect("created 1");
    client.submit(Priority.LOW, true, "f", "", "p").expect("refused QUEUE_FULL");
    client.submit(Priority.NORMAL, true, "f", "", "p").expect("created 2");
    h.worker("f").grab().seen();
    client.submit(Priority.NORMAL, true, "f", "", "p").expect("refused QUEUE_FULL");
    client.submit(Priority.HIGH, true, "f", "", "p").expect("created 3");
    client.submit(Priority.HIGH, true, "f", "", "p").expect("refused QUEUE_FULL");
    // Joining adds no job.
    client.submit(Priority.LOW, true, "f", "u", "p").expect("created 1");
    client.submit(Priority.LOW, true, "g", "", "p").expect("created 4");
    h.limit("f", 0, 0, -1);
    client.submit(Priority.LOW, true, "f", "", "p").expect("created 5");
  }

  @Test
  void countsWhatIsNotDueYet() {
    Harness h = new Harness();
    h.limit("f", 1, 1, 1);
    h.connect().submitAt("f", "", "p", h.clock.epochMillis + 1000).expect("created 1");
    h.connect().background("f", "", "p").expect("refused QUEUE_FULL");
  }

  @Test
  void boundsTheMemoryOfJobs() {
    Harness h = Harness.withMemory(3 * (Job.OVERHEAD + 100));
    Member client = h.connect();
    String payload = "x".repeat(100);
    client.submit("f", "", payload).submit("f", "", payload).submit("f", "", payload);
    client.expect("created 1", "created 2", "created 3");
    client.submit("f", "", "").expect("refused OUT_OF_MEMORY");
    client.submit("other", "", "").expect("refused OUT_OF_MEMORY");
    assertThat(h.counts("other")).isNull();
    client.schedule("f", "", "", at -> at + 1).expect("refused OUT_OF_MEMORY");
    h.worker("f").grab().complete(1, "");
    client.expect("complete 1").submit("f", "", payload).expect("created 4");
    h.cancel(2);
    client.expect("fail 2").submit("f", "", payload).expect("created 5").leave();
    assertThat(h.memory.used()).isZero();
  }

  @Test
  void dropsAFunctionThatNobodyIsAtWorkOn() {
    Harness h = new Harness();
    assertThat(h.drop("f")).isEqualTo(FunctionAdmin.DropRefusal.NOT_FOUND);
    Member client = h.connect().submit("f", "u", "p").expect("created 1");
    Member worker = h.worker("f");
    assertThat(h.drop("f")).isEqualTo(FunctionAdmin.DropRefusal.IN_USE);
    worker.leave();
    assertThat(h.drop("f")).isNull();
    client.expect("fail 1");
    assertThat(h.broker.functions()).isEmpty();
    client.submit("f", "u", "p").expect("created 2");
    assertThat(h.drop("f")).isNull();
    client.expect("fail 2");
    Audit.checkEmpty(h);
  }

  @Test
  void createsAFunctionThatStays() {
    Harness h = new Harness();
    h.broker.functionAdmin().create(Member.bytes("f"));
    h.connect().submit("f", "", "p").leave();
    assertThat(h.counts("f")).isEqualTo("0/0/0");
    assertThat(h.drop("f")).isNull();
    assertThat(h.counts("f")).isNull();
  }

  @Test
  void acceptsAndAssignsNothingWhileItDrains() {
    Harness h = new Harness();
    Member client = h.connect().submit("f", "", "1").submit("f", "", "2");
    Member worker = h.worker("f").grab();
    h.broker.drain();
    client.seen();
    worker.seen();
    client.submit("f", "", "3").expect("refused SHUTTING_DOWN");
    client.schedule("f", "", "", at -> at + 1).expect("refused SHUTTING_DOWN");
    worker.grab().expect("nojob").sleep().expectNothing();
    assertThat(h.broker.running()).isEqualTo(1);
    worker.complete(1, "r");
    client.expect("complete 1 r");
    assertThat(h.broker.running()).isZero();
  }

  @Test
  void wakesNobodyWhileItDrains() {
    Harness h = new Harness();
    Member worker = h.sleeper("f");
    h.connect().submitAt("f", "", "p", h.clock.epochMillis + 1000);
    h.broker.drain();
    h.pass(1000);
    worker.expectNothing().canDo("g").expectNothing();
  }
}

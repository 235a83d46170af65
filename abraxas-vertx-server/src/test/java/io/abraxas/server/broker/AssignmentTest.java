package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AssignmentTest {
  private final Harness h = new Harness();

  @Test
  void runsAForegroundJob() {
    Member client = h.connect().submit("f", "u", "payload").expect("created 1");
    assertThat(h.counts("f")).isEqualTo("1/0/0");
    Member worker = h.worker("f").grab().expect("assign 1 f payload");
    assertThat(h.counts("f")).isEqualTo("1/1/1");
    worker.data(1, "part").status(1, 3, 10).complete(1, "result").expectNothing();
    client.expect("data 1 part", "status 1 3 10", "complete 1 result");
    assertThat(h.counts("f")).isEqualTo("0/0/1");
    worker.grab().expect("nojob");
    Audit.checkEmpty(h);
  }

  @Test
  void runsABackgroundJobUnheard() {
    Member client = h.connect().background("f", "u", "payload").expect("created 1");
    h.worker("f").grab().expect("assign 1 f payload").data(1, "x").complete(1, "r").expectNothing();
    client.expectNothing();
    Audit.checkEmpty(h);
  }

  @Test
  void tellsAWorkerWhatItsGrabAsksFor() {
    h.connect().submit("f", "u", "a").submit("f", "v", "b").submit("f", "w", "c");
    h.connect().reduce("f", "x", "r", "d").reduce("f", "y", "r", "e");
    Member worker = h.worker("f");
    worker.grab(Grab.PLAIN).expect("assign 1 f a");
    worker.grab(Grab.WITH_UNIQUE).expect("assign 2 f v b");
    worker.grab(Grab.WITH_REDUCER).expect("assign 3 f w c");
    worker.grab(Grab.WITH_UNIQUE).expect("assign 4 f x d");
    worker.grab(Grab.WITH_REDUCER).expect("assign 5 f y r e");
  }

  @Test
  void assignsOnlyWhatTheWorkerCanDo() {
    h.connect().submit("f", "", "p");
    h.worker("g").grab().expect("nojob");
    h.connect().grab().expect("nojob");
  }

  @Test
  void isFirstInFirstOutWithinAFunctionAndPriority() {
    Member client = h.connect();
    for (int i = 1; i <= 5; i++) {
      client.submit("f", "", "p" + i);
    }
    Member worker = h.worker("f");
    for (int i = 1; i <= 5; i++) {
      worker.grab().expect("assign " + i + " f p" + i);
    }
  }

  @Test
  void prioritiesAreGlobalOverTheFunctionsOfAWorker() {
    Member client = h.connect();
    client.submit(Priority.LOW, false, "f", "", "l");
    client.submit(Priority.NORMAL, false, "f", "", "n");
    client.submit(Priority.HIGH, false, "g", "", "h");
    client.submit(Priority.NORMAL, false, "g", "", "n");
    client.submit(Priority.LOW, false, "g", "", "l");
    client.submit(Priority.HIGH, false, "f", "", "h");
    assertThat(h.queued("f")).isEqualTo("1/1/1");
    Member worker = h.worker("f", "g");
    for (int i = 0; i < 6; i++) {
      worker.grab();
    }
    assertThat(worker.seen())
        .extracting(line -> line.substring(line.length() - 1))
        .containsExactly("h", "h", "n", "n", "l", "l");
  }

  @Test
  void functionsTakeTurnsWithinALevel() {
    Member client = h.connect();
    for (String function : new String[] {"f", "f", "f", "g", "g", "k"}) {
      client.background(function, "", "p");
    }
    Member worker = h.worker("f", "g", "k");
    for (int i = 0; i < 6; i++) {
      worker.grab();
    }
    worker.expect(
        "assign 1 f p",
        "assign 4 g p",
        "assign 6 k p",
        "assign 2 f p",
        "assign 5 g p",
        "assign 3 f p");
  }

  @Test
  void functionsTakeTurnsBeforePrioritiesInRoundRobin() {
    Harness h = new Harness(new BrokerConfig(0, true, 0, false));
    Member client = h.connect();
    client.submit(Priority.LOW, true, "f", "", "l");
    client.submit(Priority.HIGH, true, "g", "", "h1");
    client.submit(Priority.NORMAL, true, "f", "", "n");
    client.submit(Priority.HIGH, true, "g", "", "h2");
    h.worker("f", "g", "k")
        .grab()
        .grab()
        .grab()
        .grab()
        .grab()
        .expect("assign 3 f n", "assign 2 g h1", "assign 1 f l", "assign 4 g h2", "nojob");
  }

  @Test
  void grabsMayBePipelined() {
    h.connect().background("f", "", "a").background("f", "", "b");
    Member worker = h.worker("f").grab().grab().grab();
    worker.expect("assign 1 f a", "assign 2 f b", "nojob");
    assertThat(worker.session.running()).isEqualTo(2);
    worker.complete(2, "").complete(1, "").expectNothing();
    Audit.checkEmpty(h);
  }

  @Test
  void aConnectionMayBeClientAndWorkerOfOneJob() {
    h.worker("f")
        .submit("f", "", "p")
        .grab()
        .complete(1, "r")
        .expect("created 1", "assign 1 f p", "complete 1 r");
    Audit.checkEmpty(h);
  }

  @Test
  void canDoTwiceIsOnce() {
    Member worker = h.worker("f", "f");
    assertThat(worker.session.functionNames()).hasSize(1);
    assertThat(h.counts("f")).isEqualTo("0/0/1");
    worker.cantDo("f").cantDo("f").cantDo("unheard of");
    assertThat(h.counts("f")).isEqualTo("0/0/0");
  }

  @Test
  void misspeltFunctionsLeaveNothingBehind() {
    Member client = h.connect().submit("mispelt", "", "p");
    assertThat(h.counts("mispelt")).isEqualTo("1/0/0");
    client.leave();
    assertThat(h.counts("mispelt")).isNull();
  }

  @Test
  void knowsFunctionsApartWhateverTheirNumber() {
    Member client = h.connect();
    for (int i = 0; i < 500; i++) {
      client.background("f" + i, "", "p" + i);
    }
    for (int i = 499; i >= 0; i--) {
      h.worker("f" + i).grab().expect("assign " + (i + 1) + " f" + i + " p" + i).leave();
    }
  }

  @Test
  void refusesNamesAndUniqueIdsThatAreTooLong() {
    Member client = h.connect();
    client.submit("f".repeat(512), "u".repeat(64), "").expect("created 1");
    client.submit("f".repeat(513), "", "").expect("refused FUNCTION_TOO_LARGE");
    client.submit("f", "u".repeat(65), "").expect("refused UNIQUE_TOO_LARGE");
    client.canDo("f".repeat(513)).expect("refused FUNCTION_TOO_LARGE");
    assertThat(h.broker.jobs()).isEqualTo(1);
    assertThat(h.function("f")).isNull();
  }

  @Test
  void sessionsHaveNumbersThatNeverRepeat() {
    Member first = h.connect();
    Member second = h.connect();
    second.leave();
    assertThat(h.connect().session.number()).isGreaterThan(second.session.number());
    assertThat(h.broker.sessions()).first().isSameAs(first.session);
    assertThat(h.broker.sessions()).hasSize(2);
  }
}

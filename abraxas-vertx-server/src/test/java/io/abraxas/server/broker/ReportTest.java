package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTest {
  private final Harness h = new Harness();
  private final Member client = h.connect();
  private final Member worker = h.worker("f");

  private void runJob() {
    client.submit("f", "u", "p").expect("created 1");
    worker.grab().expect("assign 1 f p");
  }

  @Test
  void relaysEveryKindOfReport() {
    runJob();
    worker
        .data(1, "d")
        .report(WorkReport.WARNING, 1, "w")
        .status(1, 1, 4)
        .failed(1)
        .expectNothing();
    client.expect("data 1 d", "warning 1 w", "status 1 1 4", "fail 1");
    Audit.checkEmpty(h);
  }

  @Test
  void remembersProgress() {
    runJob();
    worker.status(1, 1, 4).status(1, 3, 4);
    assertThat(h.status(1)).isEqualTo("1 1 3/4");
  }

  @Test
  void onlyTheConnectionThatHasTheJobMayReportOnIt() {
    runJob();
    Member stranger = h.worker("f");
    stranger.complete(1, "r").expect("refused RESULT_WITHOUT_JOB");
    stranger.status(1, 9, 9).expect("refused RESULT_WITHOUT_JOB");
    stranger.failed(1).expect("refused RESULT_WITHOUT_JOB");
    stranger.data(1, "x").expect("refused DATA_WITHOUT_JOB");
    stranger.report(WorkReport.WARNING, 1, "x").expect("refused DATA_WITHOUT_JOB");
    stranger.exception(1, "x").expect("refused EXCEPTION_WITHOUT_JOB");
    stranger.failed(1).expect("refused RESULT_WITHOUT_JOB");
    client.expectNothing();
    assertThat(h.status(1)).isEqualTo("1 1 0/0");
  }

  @Test
  void refusesReportsOnJobsThatDoNotExist() {
    runJob();
    for (long handle :
        new long[] {2, 64, 65, 1 << 20, -1, -64, -65, 0, Long.MAX_VALUE, Long.MIN_VALUE}) {
      worker.complete(handle, "r").expect("refused RESULT_WITHOUT_JOB");
      worker.failed(handle).expect("refused RESULT_WITHOUT_JOB");
      worker.status(handle, 1, 2).expect("refused RESULT_WITHOUT_JOB");
      worker.data(handle, "d").expect("refused DATA_WITHOUT_JOB");
      assertThat(h.status(handle)).isEqualTo("0 0 0/0");
      assertThat(h.cancel(handle)).isFalse();
    }
    worker.complete(1, "r").complete(1, "r").expect("refused RESULT_WITHOUT_JOB");
  }

  @Test
  void aQueuedJobCannotBeReportedOn() {
    client.submit("f", "", "p").expect("created 1");
    worker.complete(1, "r").expect("refused RESULT_WITHOUT_JOB");
    worker.grab().expect("assign 1 f p");
  }

  @Test
  void anExceptionEndsTheJobAndIsAFailureToThoseWithoutTheOption() {
    runJob();
    Member modern = h.connect().withExceptions().submit("f", "u", "p").expect("created 1");
    worker.exception(1, "oh no").expectNothing();
    client.expect("fail 1");
    modern.expect("exception 1 oh no");
    assertThat(h.status(1)).isEqualTo("0 0 0/0");
    Audit.checkEmpty(h);
  }

  @Test
  void swallowsOneFailureAfterAnException() {
    runJob();
    worker.exception(1, "oh no").failed(1).expectNothing();
    client.expect("fail 1");
    worker.failed(1).expect("refused RESULT_WITHOUT_JOB");
  }

  @Test
  void swallowsTheFailureOfTheJobOfTheExceptionOnly() {
    runJob();
    client.submit("f", "", "p");
    worker.grab().expect("assign 2 f p").exception(1, "oh no");
    worker.failed(2).expectNothing();
    client.expect("created 2", "fail 1", "fail 2");
    worker.failed(3).expect("refused RESULT_WITHOUT_JOB");
  }

  @Test
  void exceptionsMayBeOnForAll() {
    Harness h = new Harness(new BrokerConfig(0, false, 0, true));
    Member client = h.connect().submit("f", "", "p").expect("created 1");
    assertThat(client.session.hasExceptions()).isTrue();
    h.worker("f").grab().exception(1, "oh no");
    client.expect("exception 1 oh no");
  }

  @Test
  void aStreamingWorkerThatIsLostFailsItsForegroundJobs() {
    client.submit("f", "", "1").background("f", "", "2").expect("created 1", "created 2");
    Member streaming = h.worker("f").withStreaming().grab().grab();
    streaming.data(1, "part").leave();
    client.expect("data 1 part", "fail 1");
    assertThat(h.counts("f")).isEqualTo("1/0/1");
    worker.grab().expect("assign 2 f 2");
  }

  @Test
  void aStreamingWorkerThatIsLostRequeuesAJobThatBecameABackgroundJob() {
    runJob();
    worker.withStreaming();
    h.connect().background("f", "u", "p").expect("created 1");
    worker.leave();
    client.expectNothing();
    h.worker("f").grab().expect("assign 1 f p");
  }

  @Test
  void aStreamingWorkerThatGivesItsJobsBackRequeuesThem() {
    runJob();
    worker.withStreaming().cantDo("f");
    client.expectNothing();
    h.worker("f").grab().expect("assign 1 f p");
  }

  @Test
  void aStreamingClientMustNotUseUniqueIdsInTheForeground() {
    client.withStreaming();
    client.submit("f", "u", "p").expect("refused STREAMING_UNIQUE");
    client.submit("f", "-", "p").expect("refused STREAMING_UNIQUE");
    client.submit("f", "", "p").expect("created 1");
    client.background("f", "u", "p").expect("created 2");
  }
}

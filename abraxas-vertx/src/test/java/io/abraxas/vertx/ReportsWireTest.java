package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker tells of its job, as a Buffer, as text, and as a stream. */
class ReportsWireTest extends WireTest {
  private WorkerTask task(WorkerOptions options) {
    Promise<WorkerTask> running = Promise.promise();
    client().registerTaskWorker("f", options, running::complete);
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    return Waits.result(running.future());
  }

  private WorkerTask task() {
    return task(new WorkerOptions());
  }

  private WorkerTask streaming() {
    return task(new WorkerOptions().setStreaming(true));
  }

  /** Done, and told so. */
  private void sent(Future<Void> report, String... packets) {
    for (String packet : packets) {
      assertThat(server.next()).isEqualTo(packet);
    }
    Waits.result(report);
  }

  @Test
  void warningsOfEveryKind() {
    WorkerTask task = task();
    sent(task.warn(Buffer.buffer("a")), "WORK_WARNING H:1 a");
    sent(task.warn("b"), "WORK_WARNING H:1 b");
    sent(task.warn(Pieces.of("c", "d")), "WORK_WARNING H:1 cd");
    Future<Void> failed = task.warn(Pieces.failing("e"));
    assertThat(Waits.failure(failed, IllegalStateException.class)).hasMessage(Pieces.FAILURE);
    sent(task.end(), "WORK_COMPLETE H:1 ");
  }

  @Test
  void statusOfEveryKind() {
    WorkerTask task = task();
    sent(task.status(2, 3), "WORK_STATUS H:1 2 3");
    sent(task.status(0.25), "WORK_STATUS H:1 2500 10000");
    assertThatIllegalArgumentException().isThrownBy(() -> task.status(-1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> task.status(1, -3));
    assertThatIllegalArgumentException().isThrownBy(() -> task.status(1.5));
    assertThatIllegalArgumentException().isThrownBy(() -> task.status(Double.NaN));
    sent(task.end(), "WORK_COMPLETE H:1 ");
  }

  @Test
  void writesOfEveryKindAreOneResult() {
    WorkerTask task = task();
    Waits.result(task.write(Buffer.buffer("a")));
    Waits.result(task.write("b"));
    Waits.result(task.write(Pieces.of("c", "d")));
    sent(task.end("e"), "WORK_COMPLETE H:1 abcde");
  }

  @Test
  void writesOfEveryKindAreSentAtOnceByAStreamingWorker() {
    WorkerTask task = streaming();
    sent(task.write(Buffer.buffer("a")), "WORK_DATA H:1 a");
    sent(task.write("b"), "WORK_DATA H:1 b");
    sent(task.write(Pieces.of("c", "d")), "WORK_DATA H:1 c", "WORK_DATA H:1 d");
    sent(task.end(Buffer.buffer("e")), "WORK_COMPLETE H:1 e");
  }

  @Test
  void endWithAStreamIsItsEnd() {
    sent(
        streaming().end(Pieces.of("a", "b")),
        "WORK_DATA H:1 a",
        "WORK_DATA H:1 b",
        "WORK_COMPLETE H:1 ");
  }

  @Test
  void endWithAStreamThatFailsIsAnException() {
    Future<Void> end = streaming().end(Pieces.failing("a"));
    assertThat(server.next()).isEqualTo("WORK_DATA H:1 a");
    assertThat(server.next()).isEqualTo("WORK_EXCEPTION H:1 " + Pieces.FAILURE);
    Waits.failure(end, IllegalStateException.class);
  }

  @Test
  void failureWithoutAWord() {
    sent(task().fail(), "WORK_FAIL H:1");
  }

  @Test
  void exceptionOfABuffer() {
    sent(task().fail(Buffer.buffer("why")), "WORK_EXCEPTION H:1 why");
  }

  @Test
  void exceptionOfText() {
    sent(task().fail("why"), "WORK_EXCEPTION H:1 why");
  }

  @Test
  void exceptionOfAStream() {
    sent(task().fail(Pieces.of("w", "hy")), "WORK_EXCEPTION H:1 why");
  }

  @Test
  void exceptionOfAStreamThatFailsIsThatFailure() {
    sent(task().fail(Pieces.failing("w")), "WORK_EXCEPTION H:1 " + Pieces.FAILURE);
  }

  @Test
  void exceptionsElsewhereAreWarningsAndFailures() {
    server.refusingOptions();
    sent(task().fail(Pieces.of("w", "hy")), "WORK_WARNING H:1 why", "WORK_FAIL H:1");
  }

  @Test
  void nothingIsSentAfterTheEnd() {
    WorkerTask task = task();
    sent(task.end("r"), "WORK_COMPLETE H:1 r", "GRAB_JOB_ALL");
    for (Future<Void> late :
        List.of(task.write("x"), task.warn("x"), task.status(1, 2), task.end(), task.fail())) {
      Waits.failure(late, IllegalStateException.class);
    }
    assertThat(server.isQuiet()).isTrue();
  }
}

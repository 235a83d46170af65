package io.abraxas.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.TestServer;
import io.abraxas.server.WireClient;
import io.abraxas.vertx.protocol.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each admin command is answered with, byte for byte. */
class AdminWireTest {
  private TestServer server;
  private WireClient operator;
  private WireClient worker;

  @BeforeEach
  void start() {
    server = TestServer.start(new GearmanServerOptions());
    operator = server.connect();
    worker = server.connect();
  }

  @AfterEach
  void stop() {
    operator.close();
    worker.close();
    server.close();
  }

  private String submit(PacketType type, String function, String unique) {
    return worker.submit(type, function, unique, "x");
  }

  @Test
  void status() {
    assertThat(operator.rows("status")).isEmpty();
    submit(PacketType.SUBMIT_JOB_BG, "b", "");
    submit(PacketType.SUBMIT_JOB_BG, "b", "");
    worker.send(PacketType.CAN_DO, "b").send(PacketType.CAN_DO, "a").grab();
    assertThat(operator.text("status\n").textTo(".\n")).isEqualTo("a\t0\t0\t1\nb\t2\t1\t1\n.\n");
  }

  @Test
  void priorityStatus() {
    submit(PacketType.SUBMIT_JOB_HIGH_BG, "f", "");
    submit(PacketType.SUBMIT_JOB_BG, "f", "");
    submit(PacketType.SUBMIT_JOB_BG, "f", "");
    submit(PacketType.SUBMIT_JOB_LOW_BG, "f", "");
    assertThat(operator.text("prioritystatus\r\n").textTo(".\n")).isEqualTo("f\t1\t2\t1\t0\n.\n");
  }

  @Test
  void workers() {
    worker.send(PacketType.SET_CLIENT_ID, "me").send(PacketType.CAN_DO, "f").silence();
    assertThat(operator.rows("workers"))
        .matches("\\d+ 127\\.0\\.0\\.1 - :\n\\d+ 127\\.0\\.0\\.1 me : f\n?");
  }

  @Test
  void names() {
    worker.send(PacketType.CAN_DO, "a\tb").silence();
    assertThat(operator.rows("status")).startsWith("a?b\t0\t0\t1");
  }

  @Test
  void blanksAndControlCharactersShiftNoColumnOfWorkers() {
    worker
        .send(PacketType.SET_CLIENT_ID, "1 : x\ny\u007fz")
        .send(PacketType.CAN_DO, "two words")
        .silence();
    assertThat(operator.rows("workers")).contains(" 1_:_x_y_z : two_words");
  }

  @Test
  void versionAndProcess() {
    assertThat(operator.line("version")).matches("OK \\d+\\.\\d+\\.\\d+\\S*\n");
    assertThat(operator.line("getpid")).isEqualTo("OK " + ProcessHandle.current().pid() + "\n");
    assertThat(operator.line("verbose")).matches("OK [A-Z]+\n");
  }

  @ParameterizedTest
  @CsvSource({"maxqueue f 1", "MAXQUEUE f 1 1 1", "maxqueue f 5 1 5"})
  void maxqueue(String command) {
    assertThat(operator.line(command)).isEqualTo("OK\r\n");
    submit(PacketType.SUBMIT_JOB_BG, "f", "");
    worker.send(PacketType.SUBMIT_JOB_BG, "f", "", "x");
    worker.expect(PacketType.ERROR, "QUEUE_ERROR", "Job queue is full");
    assertThat(operator.line("maxqueue f")).isEqualTo("OK\r\n");
    submit(PacketType.SUBMIT_JOB_BG, "f", "");
  }

  @Test
  void createAndDropFunction() {
    assertThat(operator.line("create function made")).isEqualTo("OK\r\n");
    assertThat(operator.rows("status").strip()).isEqualTo("made\t0\t0\t0");
    assertThat(operator.line("drop function made")).isEqualTo("OK\r\n");
    assertThat(operator.line("drop function made")).isEqualTo("ERR function not found\r\n");
    worker.send(PacketType.CAN_DO, "busy").silence();
    assertThat(operator.line("drop function busy"))
        .isEqualTo("ERR there are still connected workers or executing clients\r\n");
  }

  @Test
  void showJobs() {
    String handle = submit(PacketType.SUBMIT_JOB_BG, "f", "unique");
    assertThat(operator.rows("show jobs").strip()).isEqualTo(handle + "\t0\t0\t0");
    assertThat(operator.rows("show unique jobs").strip()).isEqualTo("unique");
  }

  @Test
  void cancelJob() {
    String handle = submit(PacketType.SUBMIT_JOB, "f", "");
    assertThat(operator.line("cancel job " + handle)).isEqualTo("OK\r\n");
    worker.expect(PacketType.WORK_FAIL, handle);
    assertThat(operator.line("cancel job " + handle)).isEqualTo("ERR UNKNOWN_JOB\r\n");
    assertThat(operator.line("cancel job nonsense")).isEqualTo("ERR UNKNOWN_JOB\r\n");
  }

  @Test
  void swallowsWhatTheWorkerOfACancelledJobStillReports() {
    worker.send(PacketType.CAN_DO, "f");
    String handle;
    try (WireClient client = server.connect()) {
      handle = client.submit(PacketType.SUBMIT_JOB, "f", "", "x");
      worker.grab();
      operator.line("cancel job " + handle);
      client.expect(PacketType.WORK_FAIL, handle);
      worker.send(PacketType.WORK_DATA, handle, "d").send(PacketType.WORK_COMPLETE, handle, "r");
      worker.silence();
      client.silence();
    }
    assertThat(operator.rows("status").strip()).isEqualTo("f\t0\t0\t1");
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, ERR UNKNOWN_COMMAND Unknown+server+commandnonsense",
    "shutdown later, ERR UNKNOWN_COMMAND Unknown+server+commandshutdown",
    "maxqueue, "
        + "ERR INVALID_ARGUMENTS"
        + " An+incomplete+set+of+arguments+was+sent+to+this+command+maxqueue",
    "create function, "
        + "ERR INVALID_ARGUMENTS"
        + " An+incomplete+set+of+arguments+was+sent+to+this+command+create",
  })
  void refusals(String command, String answer) {
    assertThat(operator.line(command)).isEqualTo(answer + "\r\n");
  }

  @Test
  void answersPipelinedCommandsInOneGo() {
    // Monitoring programs send both and read once.
    String answer = operator.text("status\nversion\n").textTo("OK ");
    assertThat(answer).isEqualTo(".\nOK ");
  }

  @Test
  void mixesTextAndPacketsOnOneConnection() {
    operator.text("status\n").send(PacketType.ECHO_REQ, "hello").text("version\n");
    assertThat(operator.textTo(".\n")).isEqualTo(".\n");
    operator.expect(PacketType.ECHO_RES, "hello");
    assertThat(operator.textTo("\n")).startsWith("OK ");
  }
}

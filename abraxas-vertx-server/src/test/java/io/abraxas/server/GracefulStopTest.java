package io.abraxas.server;

import static io.abraxas.server.TestServer.await;
import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ECHO_REQ;
import static io.abraxas.vertx.protocol.PacketType.ERROR;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.NO_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.TestServer.Transport;
import io.vertx.core.Future;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two ways to stop, and who may ask for them. */
@Timeout(180)
class GracefulStopTest {
  private LogCapture log;
  private TestServer server;
  private WireClient client;
  private WireClient worker;
  private String handle;
  private int port;

  @BeforeEach
  void takeLog() {
    log = LogCapture.start();
  }

  private void start(GearmanServerOptions options, Transport transport) {
    server = TestServer.start(options, transport);
    port = server.port();
    client = server.connect();
    worker = server.connect().send(CAN_DO, "f");
    handle = client.submit(SUBMIT_JOB, "f", "", "runs");
    assertThat(worker.grab().handle()).isEqualTo(handle);
    client.submit(SUBMIT_JOB_BG, "f", "", "waits");
  }

  @AfterEach
  void stop() {
    client.close();
    worker.close();
    server.close();
    log.close();
    assertThat(log.stackTraces()).isEmpty();
  }

  private void assertRefusesConnections() {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> WireClient.connect(port).close())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(ConnectException.class));
  }

  @ParameterizedTest
  @EnumSource
  void finishesWhatRunsAndNothingElse(Transport transport) {
    start(new GearmanServerOptions(), transport);
    Future<Void> drained = server.server().drain();
    assertRefusesConnections();
    assertThat(client.send(SUBMIT_JOB_BG, "f", "", "late").expect(ERROR).arguments())
        .first()
        .asString()
        .isNotEmpty();
    worker.send(GRAB_JOB).expect(NO_JOB);
    worker.send(WORK_DATA, handle, "half").silence();
    client.expect(WORK_DATA, handle, "half");
    assertThat(drained.isComplete()).isFalse();

    worker.send(WORK_COMPLETE, handle, "result");
    client.expect(WORK_COMPLETE, handle, "result");
    client.expectClosed();
    worker.expectClosed();
    await(drained);
    assertThat(server.server().closed().isComplete()).isTrue();
    assertThat(server.server().addresses()).isEmpty();
  }

  @Test
  void stopsAtOnceWhenNothingRuns() {
    start(new GearmanServerOptions(), Transport.NATIVE);
    worker.send(WORK_COMPLETE, handle, "result").silence();
    await(server.server().drain());
    client.expect(WORK_COMPLETE, handle, "result");
    client.expectClosed();
  }

  @Test
  void stopsWhenTheWorkerOfTheLastRunningJobIsLost() {
    start(new GearmanServerOptions(), Transport.NATIVE);
    Future<Void> drained = server.server().drain();
    worker.close();
    await(drained);
    client.expectClosed();
  }

  @Test
  void stopsAfterTheDrainTimeout() {
    start(new GearmanServerOptions().setDrainTimeoutSeconds(1), Transport.NATIVE);
    await(server.server().drain());
    client.expectClosed();
  }

  @Test
  void canBeClosedWhileItDrains() {
    start(new GearmanServerOptions(), Transport.NATIVE);
    Future<Void> drained = server.server().drain();
    await(server.server().close());
    await(drained);
    client.expectClosed();
  }

  @Test
  void drainsWhenAnOperatorSaysSo() {
    start(new GearmanServerOptions(), Transport.NATIVE);
    try (WireClient operator = server.connect()) {
      assertThat(operator.line("shutdown graceful")).isEqualTo("OK\r\n");
      assertRefusesConnections();
      worker.send(WORK_COMPLETE, handle, "result");
      client.expect(WORK_COMPLETE, handle, "result");
      operator.expectClosed();
      await(server.server().closed());
    }
  }

  @Test
  void stopsAtOnceWhenAnOperatorSaysSo() {
    start(new GearmanServerOptions(), Transport.NATIVE);
    try (WireClient operator = server.connect()) {
      operator.text("version\nshutdown\n");
      assertThat(operator.textToEnd()).matches("OK \\S+\nOK\r\n");
      await(server.server().closed());
      client.expectClosed();
      assertRefusesConnections();
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotWaitForAPeerThatDoesNotRead(Transport transport) {
    start(new GearmanServerOptions(), transport);
    try (WireClient deaf = WireClient.connect(port, 16 * 1024)) {
      ByteBuffer echo = ByteBuffer.wrap(WireClient.packet(ECHO_REQ, "x".repeat(8 * 1024 * 1024)));
      while (deaf.writeSome(echo, 200)) {
        if (!echo.hasRemaining()) {
          echo.rewind();
        }
      }
      await(server.server().close());
    }
  }
}

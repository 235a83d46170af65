package io.abraxas.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.TestServer;
import io.abraxas.server.TestServer.Transport;
import io.abraxas.server.WireClient;
import io.abraxas.vertx.protocol.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that end their side of the connection and wait for answers, as {@code nc -N} does. */
class EndedPeerWireTest {
  private TestServer server;

  private void start(Transport transport) {
    server = TestServer.start(new GearmanServerOptions(), transport);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void getTheirAnswers(Transport transport) {
    start(transport);
    for (int i = 0; i < 50; i++) {
      try (WireClient operator = server.connect()) {
        String answer = operator.text("create function f\nstatus\nworkers\n").end().textToEnd();
        assertThat(answer).startsWith("OK\r\nf\t0\t0\t0\n.\n").endsWith(" - :\n.\n");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void getLongAnswersWhole(Transport transport) {
    start(transport);
    int jobs = 20_000;
    try (WireClient client = server.connect()) {
      for (int i = 0; i < jobs; i++) {
        client.submit(PacketType.SUBMIT_JOB_BG, "f", "", "");
      }
    }
    try (WireClient operator = server.connect()) {
      String answer = operator.text("show jobs\n").end().textToEnd();
      assertThat(answer).endsWith("\n.\n");
      assertThat(answer.lines()).hasSize(jobs + 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void areGoneAtOnceWhenNothingIsDueToThem(Transport transport) {
    start(transport);
    try (WireClient worker = server.connect();
        WireClient other = server.connect()) {
      other.submit(PacketType.SUBMIT_JOB_BG, "f", "", "");
      worker.line("version");
      worker.send(PacketType.CAN_DO, "f").grab();
      worker.end().expectClosed();
      other.send(PacketType.CAN_DO, "f").grab();
    }
  }
}

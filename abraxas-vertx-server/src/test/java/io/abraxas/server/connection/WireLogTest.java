package io.abraxas.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.LogCapture;
import io.abraxas.server.TestServer;
import io.abraxas.server.WireClient;
import io.abraxas.vertx.protocol.PacketType;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireLogTest {
  private static final String LONG = "x".repeat(1000);

  private static List<String> logOf(ConnectionOptions options) {
    LogCapture log = LogCapture.start();
    try (TestServer server =
            TestServer.start(new GearmanServerOptions().setConnectionOptions(options));
        WireClient peer = server.connect()) {
      peer.send(PacketType.ECHO_REQ, "a b").expect(PacketType.ECHO_RES, "a b");
      peer.send(PacketType.ECHO_REQ, LONG).expect(PacketType.ECHO_RES, LONG);
      peer.line("version");
      return log.lines();
    } finally {
      log.close();
    }
  }

  @Test
  void writesPacketsAndLinesCut() {
    assertThat(logOf(new ConnectionOptions().setPacketLog(true)))
        .contains("INFO 1 < ECHO_REQ data=a\\x20b", "INFO 1 > ECHO_RES data=a\\x20b")
        .contains("INFO 1 < text version")
        .anyMatch(line -> line.endsWith("x...(1000 bytes)"))
        .allMatch(line -> line.length() < 200);
  }

  @Test
  void writesRawBytesCut() {
    assertThat(logOf(new ConnectionOptions().setTrafficLog(true)))
        .contains("INFO 1 < 15 bytes 005245510000001000000003612062")
        .anyMatch(line -> line.startsWith("INFO 1 < 1012 bytes 00524551") && line.endsWith("..."));
  }

  @Test
  void writesNothingUnlessAsked() {
    assertThat(logOf(new ConnectionOptions())).isEmpty();
  }
}

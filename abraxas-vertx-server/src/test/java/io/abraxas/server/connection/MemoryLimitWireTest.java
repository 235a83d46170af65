package io.abraxas.server.connection;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ERROR;
import static io.abraxas.vertx.protocol.PacketType.JOB_CREATED;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.LogCapture;
import io.abraxas.server.TestServer;
import io.abraxas.server.WireClient;
import io.abraxas.server.WireClient.Received;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What many bytes or many peers may take of the server. */
@Timeout(60)
class MemoryLimitWireTest {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private final LogCapture log = LogCapture.start();
  private TestServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    log.close();
    assertThat(log.stackTraces()).isEmpty();
  }

  private void start(GearmanServerOptions options) {
    server = TestServer.start(options);
  }

  /** Submits until it is refused; returns how many were accepted. */
  private static int fill(WireClient client, String payload) {
    int accepted = 0;
    while (true) {
      Received reply = client.send(SUBMIT_JOB_BG, "f", "", payload).next();
      if (reply.type() == ERROR) {
        assertThat(reply.arguments()).first().isEqualTo("QUEUE_ERROR");
        return accepted;
      }
      accepted++;
    }
  }

  @Test
  void refusesSubmitsBeyondItUntilWorkersMadeRoom() {
    start(new GearmanServerOptions().setMaxMemory(MIB));
    try (WireClient client = server.connect();
        WireClient worker = server.connect().send(CAN_DO, "f")) {
      String payload = "x".repeat(20 * KIB);
      int accepted = fill(client, payload);
      assertThat(accepted).isBetween(40, 51);

      for (int i = 0; i < accepted; i++) {
        // A result is larger than all that is left, and goes through all the same.
        String result = i == 0 ? "y".repeat(2 * MIB) : "";
        worker.send(WORK_COMPLETE, worker.grab().handle(), result).silence();
      }
      assertThat(fill(client, payload)).isEqualTo(accepted);
    }
  }

  @Test
  void throwsAwayALargeSubmitForWhichThereIsNoRoomAndKeepsThePeer() {
    start(new GearmanServerOptions().setMaxMemory(MIB));
    try (WireClient client = server.connect()) {
      byte[] large = WireClient.packet(SUBMIT_JOB, "f", "", "x".repeat(4 * MIB));
      client.write(large).send(SUBMIT_JOB, "f", "", "small");
      assertThat(client.expect(ERROR).arguments()).first().isEqualTo("QUEUE_ERROR");
      client.expect(JOB_CREATED);
      assertThat(client.rows("status")).isEqualTo("f\t1\t0\t0\n");
    }
  }

  @Test
  void countsWhatCameOfPacketsThatAreNotComplete() {
    start(new GearmanServerOptions().setMaxMemory(MIB));
    byte[] packet = WireClient.packet(SUBMIT_JOB_BG, "f", "", "x".repeat(400 * KIB));
    List<WireClient> peers = new ArrayList<>();
    try (WireClient client = server.connect()) {
      for (int i = 0; i < 2; i++) {
        WireClient peer = server.connect();
        peer.write(Arrays.copyOf(packet, packet.length - 1));
        peers.add(peer);
      }
      // Only what came is counted, twice at most, and never what a header claims.
      String payload = "x".repeat(300 * KIB);
      await().until(() -> client.send(SUBMIT_JOB_BG, "f", "", payload).next().type() == ERROR);
      peers.forEach(WireClient::close);
      await()
          .until(() -> client.send(SUBMIT_JOB_BG, "f", "", payload).next().type() == JOB_CREATED);
    }
  }

  @Test
  void countsAJobOnceThatCameInPieces() {
    start(new GearmanServerOptions().setMaxMemory(MIB));
    try (WireClient client = server.connect()) {
      // More than one read of the server's takes.
      client.send(SUBMIT_JOB_BG, "f", "", "x".repeat(600 * KIB)).expect(JOB_CREATED);
    }
  }

  @Test
  void closesConnectionsBeyondTheirLimitUntilOthersLeft() {
    start(
        new GearmanServerOptions()
            .setConnectionOptions(new ConnectionOptions().setMaxConnections(3)));
    List<WireClient> peers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      peers.add(server.connect().silence());
    }
    for (int i = 0; i < 2; i++) {
      try (WireClient refused = server.connect()) {
        refused.expectClosed();
      }
    }
    assertThat(log.lines()).containsExactly("WARNING refusing connections: there are 3, the limit");

    peers.get(0).close();
    await().until(() -> peers.get(1).rows("workers").lines().count() == 2);
    peers.set(0, server.connect().silence());
    peers.forEach(WireClient::close);
  }

  @Test
  void keepsABigNumberOfSmallJobsWithinTheLimit() {
    start(new GearmanServerOptions().setMaxMemory(MIB));
    try (WireClient client = server.connect()) {
      // Each costs more than its bytes.
      assertThat(fill(client, "")).isBetween(1000, 20_000);
    }
  }
}

package io.abraxas.server.connection;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ECHO_REQ;
import static io.abraxas.vertx.protocol.PacketType.ECHO_RES;
import static io.abraxas.vertx.protocol.PacketType.ERROR;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_FAIL;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.LogCapture;
import io.abraxas.server.TestServer;
import io.abraxas.server.TestServer.Transport;
import io.abraxas.server.WireClient;
import io.abraxas.server.WireClient.Received;
import io.abraxas.vertx.protocol.PacketType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that send what no client or worker should: the server goes on, and says so in a line. */
@Timeout(60)
@ParameterizedClass
@EnumSource(Transport.class)
class HostilePeerWireTest {
  private static final int MAX_PACKET = 64 * 1024;

  private final LogCapture log = LogCapture.start();
  private final TestServer server;

  HostilePeerWireTest(Transport transport) {
    server =
        TestServer.start(
            new GearmanServerOptions()
                .setConnectionOptions(new ConnectionOptions().setMaxPacketSize(MAX_PACKET)),
            transport);
  }

  @AfterEach
  void goesOnWithoutAStackTrace() {
    try (WireClient peer = server.connect()) {
      await().until(() -> peer.rows("status").matches("(f\t0\t0\t0\n)?"));
      peer.submit(SUBMIT_JOB_BG, "f", "", "payload");
      assertThat(peer.send(CAN_DO, "f").grab().arguments()).last().isEqualTo("payload");
    }
    server.close();
    log.close();
    assertThat(log.stackTraces()).isEmpty();
  }

  private void expectLine(String part) {
    await().until(() -> !log.lines().isEmpty());
    assertThat(log.lines()).singleElement().asString().startsWith("WARNING ").contains(part);
    log.clear();
  }

  private void expectNoLine() {
    assertThat(log.lines()).isEmpty();
  }

  private static byte[] bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    Arrays.stream(values).forEach(bytes::putInt);
    return bytes.array();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void closesAPeerThatSendsGarbage(long seed) {
    byte[] garbage = new byte[20_000];
    new Random(seed).nextBytes(garbage);
    // Else it is text, line after line of it.
    garbage[0] = 0;
    try (WireClient peer = server.connect()) {
      peer.write(garbage).expectClosed();
    }
    expectLine("magic");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void answersOrClosesWhenGarbageIsText(long seed) {
    byte[] garbage = new byte[64 * 1024];
    new Random(seed).nextBytes(garbage);
    garbage[0] = 'x';
    try (WireClient peer = server.connect()) {
      peer.write(garbage).text("\n\0nonsense");
      assertThat(peer.textToEnd().replaceFirst("(ERR [^\n]*\r\n)*", "")).isEmpty();
    }
    log.clear();
  }

  @Test
  void tellsABrowserWhatItIsAndCloses() {
    try (WireClient peer = server.connect()) {
      peer.text("GET /index.html HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n");
      assertThat(peer.textToEnd()).startsWith("HTTP/1.0 400 ").endsWith("Gearman job server.\r\n");
    }
    expectLine("it speaks HTTP");
  }

  static byte[][] packetsOfNoKind() {
    return new byte[][] {
      "\0REX\0\0\0\20\0\0\0\0".getBytes(ISO_8859_1),
      "\0\0\0\0\0\0\0\0\0\0\0\0".getBytes(ISO_8859_1),
      bytes(0x00524551, 0, 0),
      bytes(0x00524551, 43, 0),
      bytes(0x00524551, -1, 0),
      bytes(0x00524553, 43, 0)
    };
  }

  @ParameterizedTest
  @MethodSource("packetsOfNoKind")
  void closesInSilenceAtWhatIsNoPacket(byte[] packet) {
    try (WireClient peer = server.connect()) {
      peer.write(packet).expectClosed();
    }
    expectLine("closing connection 1 from 127.0.0.1: ");
  }

  @Test
  void refusesAPacketWithTheMagicOfAServerAndKeepsThePeer() {
    try (WireClient peer = server.connect()) {
      peer.write(bytes(0x00524553, ECHO_REQ.number(), 0))
          .expect(ERROR, "INVALID_MAGIC", "Request magic expected");
      peer.silence();
    }
    expectNoLine();
  }

  @Test
  void refusesWhatOnlyAServerSendsAndKeepsThePeer() {
    try (WireClient peer = server.connect()) {
      for (PacketType type : PacketType.values()) {
        if (!type.fromPeer()) {
          peer.send(type, "a", "b", "c").expect(ERROR, "INVALID_COMMAND", "Command not expected");
        }
      }
      peer.write(WireClient.packet(5, "of no type"))
          .expect(ERROR, "INVALID_COMMAND", "Command not expected");
      peer.silence();
    }
    expectNoLine();
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX_PACKET + 1, Integer.MAX_VALUE, -1})
  void tellsTheLimitToAPeerWhosePacketClaimsMoreAndCloses(int size) {
    try (WireClient peer = server.connect()) {
      peer.write(bytes(0x00524551, SUBMIT_JOB.number(), size));
      peer.expect(ERROR, "ARGUMENT_TOO_LARGE", "Packet larger than 65536 bytes");
      peer.expectClosed();
    }
    expectLine("closing connection 1 from 127.0.0.1: ");
  }

  @Test
  void takesAPacketOfTheMaximumSize() {
    try (WireClient peer = server.connect()) {
      String data = "x".repeat(MAX_PACKET);
      peer.send(ECHO_REQ, data).expect(ECHO_RES, data);
    }
    expectNoLine();
  }

  @Test
  void closesAtALineWithoutEnd() {
    try (WireClient peer = server.connect()) {
      peer.text("x".repeat(8192)).text("y").expectClosed();
    }
    expectLine("line");
  }

  @Test
  void forgetsASubmitOfWhichOnlyAPartCame() {
    byte[] packet = WireClient.packet(SUBMIT_JOB_BG, "f", "", "x".repeat(1000));
    try (WireClient peer = server.connect()) {
      peer.write(Arrays.copyOf(packet, packet.length - 1));
    }
    expectLine("connection 1 from 127.0.0.1 was lost in the middle of a packet");
  }

  @Test
  void givesTheJobOfAWorkerThatVanishesToTheNext() {
    try (WireClient client = server.connect();
        WireClient second = server.connect().send(CAN_DO, "f")) {
      client.submit(SUBMIT_JOB, "f", "", "payload");
      try (WireClient first = server.connect().send(CAN_DO, "f")) {
        first.grab();
      }
      expectLine("connection 3 from 127.0.0.1 was lost with 1 jobs running");
      Received job = second.grab();
      assertThat(job.arguments()).last().isEqualTo("payload");
      second.send(WORK_COMPLETE, job.handle(), "result");
      client.expect(WORK_COMPLETE, job.handle(), "result");
    }
  }

  @Test
  void readsOneByteAtATime() {
    try (WireClient peer = server.connect()) {
      byte[] submit = WireClient.packet(SUBMIT_JOB_BG, "f", "", "payload");
      for (byte b : submit) {
        peer.write(new byte[] {b});
      }
      String handle = peer.expect(PacketType.JOB_CREATED).handle();
      for (char c : ("cancel job " + handle + "\r\n").toCharArray()) {
        peer.text(String.valueOf(c));
      }
      assertThat(peer.textTo("\n")).isEqualTo("OK\r\n");
    }
    expectNoLine();
  }

  @Test
  void givesClientsTheNulThatAWorkerLeftOut() {
    try (WireClient client = server.connect();
        WireClient worker = server.connect().send(CAN_DO, "f")) {
      String handle = client.submit(SUBMIT_JOB, "f", "", "payload");
      worker.grab();
      worker.send(WORK_COMPLETE, handle).silence();
      client.expect(WORK_COMPLETE, handle, "");

      String failing = client.submit(SUBMIT_JOB, "f", "", "payload");
      worker.grab();
      worker.send(WORK_FAIL, failing).silence();
      client.expect(WORK_FAIL, failing);
    }
    expectNoLine();
  }

  @ParameterizedTest
  @EnumSource(
      value = PacketType.class,
      names = {"SUBMIT_JOB", "SUBMIT_JOB_EPOCH", "SUBMIT_JOB_SCHED", "SUBMIT_REDUCE_JOB"})
  void refusesASubmitWithoutAllItsArguments(PacketType type) {
    try (WireClient peer = server.connect()) {
      peer.send(type, "f", "unique");
      assertThat(peer.expect(ERROR).arguments()).first().isEqualTo("INVALID_PACKET");
      peer.silence();
    }
    expectNoLine();
  }

  @Test
  void refusesReportsAboutJobsThatAreNotThePeers() {
    try (WireClient client = server.connect();
        WireClient worker = server.connect().send(CAN_DO, "f");
        WireClient stranger = server.connect()) {
      String handle = client.submit(SUBMIT_JOB, "f", "", "payload");
      worker.grab();
      stranger
          .send(WORK_COMPLETE, handle, "forged")
          .expect(ERROR, "JOB_NOT_FOUND", "Job given in work result not found");
      stranger.send(WORK_FAIL, "H:nowhere:1");
      stranger.expect(ERROR, "JOB_NOT_FOUND", "Job given in work result not found");
      worker.send(WORK_COMPLETE, handle, "true");
      client.expect(WORK_COMPLETE, handle, "true");
    }
    expectNoLine();
  }
}

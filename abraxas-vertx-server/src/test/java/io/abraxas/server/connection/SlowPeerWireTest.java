package io.abraxas.server.connection;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ECHO_REQ;
import static io.abraxas.vertx.protocol.PacketType.ECHO_RES;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.NO_JOB;
import static io.abraxas.vertx.protocol.PacketType.SET_CLIENT_ID;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.LogCapture;
import io.abraxas.server.TestServer;
import io.abraxas.server.TestServer.Transport;
import io.abraxas.server.WireClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not take their bytes as fast as others make them. */
@Timeout(60)
class SlowPeerWireTest {
  private static final int SMALL_WINDOW = 16 * 1024;

  /** Beyond anything that kernel buffers on the way could hold. */
  private static final int MUCH = 48 * 1024 * 1024;

  /** How long a connection takes nothing until it counts as not being read. */
  private static final long HELD_MILLIS = 300;

  private static final int MIB = 1024 * 1024;

  private LogCapture log;
  private TestServer server;

  @BeforeEach
  void takeLog() {
    log = LogCapture.start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    log.close();
    assertThat(log.stackTraces()).isEmpty();
  }

  private void start(Transport transport, int maxUnsent, int timeoutSeconds) {
    server =
        TestServer.start(
            new GearmanServerOptions()
                .setConnectionOptions(
                    new ConnectionOptions()
                        .setHighWaterMark(64 * 1024)
                        .setMaxUnsent(maxUnsent)
                        .setMaxPacketSize(8 * MIB)
                        .setSlowPeerTimeoutSeconds(timeoutSeconds)),
            transport);
  }

  private WireClient worker(String function) {
    return server.connect().send(CAN_DO, function);
  }

  /** A client with a small window that waits for a job, and that job's handle. */
  private record Waiting(WireClient client, String handle) {}

  private Waiting client(String function) {
    WireClient client = WireClient.connect(server.port(), SMALL_WINDOW);
    client.send(SET_CLIENT_ID, "client");
    return new Waiting(client, client.submit(SUBMIT_JOB, function, "", ""));
  }

  /** Writes the packet again and again until the server takes no more of it. */
  private static long flood(WireClient peer, byte[] packet) {
    long written = 0;
    while (written < MUCH) {
      ByteBuffer out = ByteBuffer.wrap(packet);
      while (out.hasRemaining()) {
        if (!peer.writeSome(out, HELD_MILLIS)) {
          return written + packet.length - out.remaining();
        }
      }
      written += packet.length;
    }
    return written;
  }

  private boolean isConnected(WireClient observer, String id) {
    return observer.rows("workers").contains(" " + id + " :");
  }

  @ParameterizedTest
  @EnumSource
  void doesNotReadAWorkerWhoseClientDoesNotRead(Transport transport) {
    start(transport, 64 * MIB, 0);
    try (WireClient worker = worker("f");
        WireClient other = worker("g")) {
      Waiting waiting = client("f");
      try (WireClient client = waiting.client()) {
        String handle = worker.grab().handle();
        byte[] packet = WireClient.packet(WORK_DATA, handle, "x".repeat(64 * 1024));
        long written = flood(worker, packet);
        assertThat(written).isLessThan(MUCH);

        other.submit(SUBMIT_JOB, "g", "", "payload");
        String job = other.grab().handle();
        other.send(WORK_COMPLETE, job, "result").expect(WORK_COMPLETE, job, "result");
        assertThat(isConnected(other, "client")).isTrue();

        long whole = written / packet.length;
        for (long i = 0; i < whole; i++) {
          assertThat(client.expect(WORK_DATA).body()).hasSize(packet.length - 12);
        }
        if (written % packet.length != 0) {
          byte[] rest = new byte[packet.length - (int) (written % packet.length)];
          System.arraycopy(packet, packet.length - rest.length, rest, 0, rest.length);
          worker.write(rest);
          client.expect(WORK_DATA);
        }
        worker.send(WORK_COMPLETE, handle, "done").silence();
        client.expect(WORK_COMPLETE, waiting.handle(), "done");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closesAClientThatReadsNothingForTheTimeoutAndReadsItsWorkerAgain(Transport transport) {
    start(transport, 64 * MIB, 1);
    try (WireClient worker = worker("f");
        WireClient observer = server.connect()) {
      Waiting waiting = client("f");
      try (WireClient client = waiting.client()) {
        String queued = client.submit(SUBMIT_JOB, "f", "", "queued");
        String handle = worker.grab().handle();
        byte[] packet = WireClient.packet(WORK_DATA, handle, "x".repeat(64 * 1024));
        ByteBuffer out = ByteBuffer.wrap(packet);
        long written = 0;
        while (isConnected(observer, "client")) {
          worker.writeSome(out, 20);
          if (!out.hasRemaining()) {
            out.rewind();
            written += packet.length;
          }
        }
        assertThat(written).isLessThan(MUCH);
        assertThat(log.lines())
            .singleElement()
            .asString()
            .startsWith("WARNING closing connection ")
            .contains("it has read next to nothing for 1 s");

        while (out.hasRemaining()) {
          worker.writeSome(out, 1000);
        }
        // A running job finishes unheard, one that is queued is dropped.
        worker.send(WORK_COMPLETE, handle, "unheard").silence();
        worker.send(GRAB_JOB).expect(NO_JOB);
        assertThat(observer.rows("show jobs")).doesNotContain(queued);
        assertThat(observer.rows("status")).isEqualTo("f\t0\t0\t1\n");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closesAPeerForWhomMoreThanTheHardLimitWaits(Transport transport) {
    start(transport, MIB, 0);
    try (WireClient client = WireClient.connect(server.port(), SMALL_WINDOW);
        WireClient observer = server.connect()) {
      client.send(SET_CLIENT_ID, "client").silence();
      // Each worker is held after what it sent; together it is more than the limit and a packet.
      List<WireClient> workers = new ArrayList<>();
      List<String> handles = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        handles.add(client.submit(SUBMIT_JOB, "f" + i, "", ""));
        workers.add(worker("f" + i));
        workers.get(i).grab();
      }
      String data = "x".repeat(7 * MIB);
      for (int i = 0; i < 4; i++) {
        workers.get(i).send(WORK_DATA, handles.get(i), data);
      }
      await().until(() -> !isConnected(observer, "client"));
      assertThat(log.lines()).singleElement().asString().contains("it does not read");
      workers.forEach(WireClient::close);
    }
  }

  @Test
  void keepsAClientThatReadsSlowlyButSteadily() {
    start(Transport.NATIVE, 64 * MIB, 1);
    try (WireClient worker = worker("f")) {
      Waiting waiting = client("f");
      try (WireClient client = waiting.client()) {
        String handle = worker.grab().handle();
        byte[] packet = WireClient.packet(WORK_DATA, handle, "x".repeat(64 * 1024));
        ByteBuffer out = ByteBuffer.wrap(packet);
        long end = System.nanoTime() + 3_500_000_000L;
        // What it takes in a second is more than the system's own buffers hold back.
        while (System.nanoTime() - end < 0) {
          worker.writeSome(out, 1);
          if (!out.hasRemaining()) {
            out.rewind();
          }
          client.skip(SMALL_WINDOW);
        }
        assertThat(log.lines()).isEmpty();
        try (WireClient observer = server.connect()) {
          assertThat(isConnected(observer, "client")).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void relaysOnePacketOfTheMaximumSizeBeyondTheHardLimit(Transport transport) {
    start(transport, MIB, 5);
    try (WireClient worker = worker("f")) {
      Waiting waiting = client("f");
      try (WireClient client = waiting.client()) {
        String handle = worker.grab().handle();
        String result = "x".repeat(8 * MIB - handle.length() - 1);
        worker.write(WireClient.packet(WORK_COMPLETE, handle, result));
        try (WireClient observer = server.connect()) {
          await().until(() -> observer.rows("status").startsWith("f\t0\t"));
        }
        client.send(ECHO_REQ, "after it");
        assertThat(client.expect(WORK_COMPLETE).body()).hasSize(8 * MIB);
        client.expect(ECHO_RES, "after it");
      }
    }
    assertThat(log.lines()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void assignsOnePacketOfTheMaximumSizeBeyondTheHardLimit(Transport transport) {
    start(transport, MIB, 5);
    try (WireClient client = server.connect();
        WireClient worker = WireClient.connect(server.port(), SMALL_WINDOW)) {
      String payload = "x".repeat(8 * MIB - 3);
      String handle = client.submit(SUBMIT_JOB_BG, "f", "", payload);
      client.submit(SUBMIT_JOB_BG, "f", "", "small");
      worker.send(CAN_DO, "f").send(GRAB_JOB).send(GRAB_JOB).send(ECHO_REQ, "after them");
      assertThat(worker.expect(JOB_ASSIGN).body()).isEqualTo(handle + "\0f\0" + payload);
      assertThat(worker.expect(JOB_ASSIGN).body()).endsWith("\0f\0small");
      worker.expect(ECHO_RES, "after them");
      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotReadAPeerThatAsksForEchoesAndDoesNotTakeThem(Transport transport) {
    start(transport, 64 * MIB, 1);
    try (WireClient peer = WireClient.connect(server.port(), SMALL_WINDOW);
        WireClient observer = server.connect()) {
      peer.send(SET_CLIENT_ID, "flood").silence();
      byte[] echo = WireClient.packet(ECHO_REQ, "x".repeat(8 * 1024));
      assertThat(flood(peer, echo)).isLessThan(MUCH);
      await().until(() -> !isConnected(observer, "flood"));
    }
  }
}

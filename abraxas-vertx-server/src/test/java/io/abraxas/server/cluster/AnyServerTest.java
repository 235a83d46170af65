package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.NOOP;
import static io.abraxas.vertx.protocol.PacketType.PRE_SLEEP;
import static io.abraxas.vertx.protocol.PacketType.STATUS_RES;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_DATA;
import static io.abraxas.vertx.protocol.PacketType.WORK_STATUS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.WireClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients, workers and operators of a cluster, each at another server. */
@Timeout(180)
class AnyServerTest {
  private static final Duration LINKING = Duration.ofSeconds(60);

  private final ClusterServers servers = new ClusterServers();
  private ClusterServers.Server first;
  private ClusterServers.Server second;

  @BeforeEach
  void start() {
    first = servers.start();
    second = servers.start();
    first.awaitLinked(2);
    second.awaitLinked(2);
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  /** A worker that sleeps, and whose server has told the other one that it does. */
  private WireClient sleeper(ClusterServers.Server server) {
    return server.connect().send(CAN_DO, "f").silence().send(PRE_SLEEP);
  }

  @Test
  void aForegroundJobRunsWhereTheWorkerIs() {
    WireClient worker = sleeper(second);
    WireClient client = first.connect();
    String handle = client.submit(SUBMIT_JOB, "f", "", "payload");
    worker.expect(NOOP);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    worker.send(WORK_STATUS, handle, "1", "4").send(WORK_DATA, handle, "some");
    client.expect(WORK_STATUS, handle, "1", "4");
    client.expect(WORK_DATA, handle, "some");
    worker.send(WORK_COMPLETE, handle, "result");
    client.expect(WORK_COMPLETE, handle, "result");
  }

  @Test
  void aBackgroundJobThatRanElsewhereLeavesTheMap() {
    WireClient worker = sleeper(second);
    String handle = first.connect().submit(SUBMIT_JOB_BG, "f", "", "payload");
    worker.expect(NOOP);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    assertThat(first.records()).isOne();
    // It is its home's alone.
    assertThat(first.tell("status")).isEqualTo("f\t1\t1\t0\n");
    assertThat(second.tell("status")).isEqualTo("f\t0\t0\t1\n");
    assertThat(second.tell("status all")).isEqualTo("f\t1\t1\t1\n");
    assertThat(status(second, handle)).isEqualTo(handle + " 1 1 0 0");
    worker.send(WORK_COMPLETE, handle, "");
    await().atMost(LINKING).until(() -> first.records() == 0);
  }

  @Test
  void aJobIsCancelledFromAnyServer() {
    String handle = first.connect().submit(SUBMIT_JOB_BG, "f", "", "payload");
    assertThat(status(second, handle)).isEqualTo(handle + " 1 0 0 0");
    assertThat(second.connect().line("cancel job " + handle)).startsWith("OK");
    await().atMost(LINKING).until(() -> first.records() == 0);
    assertThat(status(second, handle)).isEqualTo(handle + " 0 0 0 0");
  }

  @Test
  void aLentJobOutlivesBothTheServerThatLentItAndTheOneThatRunsIt() {
    WireClient worker = sleeper(second);
    String handle = first.connect().submit(SUBMIT_JOB_BG, "f", "", "payload");
    worker.expect(NOOP);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    ClusterServers.Server third = servers.start();
    first.awaitLinked(3);
    second.kill();
    // Taken back by its home, which is lost before it has given it to anybody.
    await().atMost(LINKING).until(() -> status(first, handle).equals(handle + " 1 0 0 0"));
    first.awaitLinked(2);
    first.kill();
    WireClient last = third.connect().send(CAN_DO, "f");
    await().atMost(LINKING).until(() -> status(third, handle).equals(handle + " 1 0 0 0"));
    await().atMost(LINKING).until(() -> third.jobs() == 1);
    last.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
  }

  @Test
  void answersThatOthersGiveReachAPeerThatHasEndedItsSide() throws IOException {
    assertThat(askAndEnd("show members\n")).hasLineCount(3).endsWith("\n.\n");
    assertThat(askAndEnd("status all\nversion\n")).startsWith(".\nOK ").hasLineCount(2);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), first.port())) {
      socket.setSoTimeout(20_000);
      InputStream in = socket.getInputStream();
      say(socket, "status all\n");
      assertThat(in.readNBytes(2)).asString().isEqualTo(".\n");
      say(socket, "getpid\n");
      socket.shutdownOutput();
      assertThat(in.readAllBytes()).asString().startsWith("OK ").hasLineCount(1);
    }
  }

  /** What a peer is told that says something and ends its side of the connection. */
  private String askAndEnd(String lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), first.port())) {
      socket.setSoTimeout(20_000);
      say(socket, lines);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static void say(Socket socket, String lines) throws IOException {
    socket.getOutputStream().write(lines.getBytes(US_ASCII));
  }

  private static String status(ClusterServers.Server server, String handle) {
    try (WireClient client = server.connect()) {
      return client.send(GET_STATUS, handle).expect(STATUS_RES).body().replace('\0', ' ');
    }
  }
}

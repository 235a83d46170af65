package io.abraxas.server;

import static io.abraxas.server.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GearmanServerTest {
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));

  @TempDir Path folder;

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private static GearmanServerOptions onLoopback() {
    return new GearmanServerOptions().setPort(0).setHost("127.0.0.1");
  }

  private GearmanServer listen(GearmanServerOptions options) {
    return await(GearmanServer.create(vertx, options).listen());
  }

  private static void assertServes(WireClient client) {
    try (client) {
      assertThat(client.line("version")).startsWith("OK ");
    }
  }

  private static boolean refuses(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isClosed();
    } catch (ConnectException e) {
      return true;
    } catch (SocketException e) {
      // It was about to be accepted when the listener was closed: the next one is refused.
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void listensOnAllInterfacesByDefault() {
    GearmanServer server = listen(new GearmanServerOptions().setPort(0));
    assertServes(WireClient.connect("127.0.0.1", server.actualPort()));
    if (server.addresses().get(0).startsWith("[::]")) {
      assertServes(WireClient.connect("::1", server.actualPort()));
    }
  }

  @Test
  void listensOnSeveralAddresses() {
    assumeTrue(vertx.isNativeTransportEnabled(), "Unix sockets need the native transport");
    Path path = folder.resolve("g.sock");
    GearmanServer server = listen(onLoopback().addListen("localhost:0").addListen("unix:" + path));
    assertThat(server.addresses()).hasSize(3).last().isEqualTo("unix:" + path);
    for (String address : server.addresses().subList(0, 2)) {
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      assertServes(WireClient.connect("localhost", port));
    }
    assertServes(WireClient.connect(path));
    await(server.close());
    assertThat(path).doesNotExist();
  }

  @Test
  void replacesTheSocketThatAKilledServerLeft() throws IOException {
    assumeTrue(vertx.isNativeTransportEnabled(), "Unix sockets need the native transport");
    Path path = folder.resolve("g.sock");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path))
        .close();
    assertThat(path).exists();
    listen(new GearmanServerOptions().addListen("unix:" + path));
    assertServes(WireClient.connect(path));
  }

  @Test
  void leavesASocketInUseAndOtherFilesAlone() throws IOException {
    assumeTrue(vertx.isNativeTransportEnabled(), "Unix sockets need the native transport");
    Path used = folder.resolve("used.sock");
    Path file = Files.writeString(folder.resolve("file"), "mine");
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(used));
      assertThatThrownBy(() -> listen(new GearmanServerOptions().addListen("unix:" + used)))
          .hasMessageContaining("another process listens there");
    }
    assertThatThrownBy(() -> listen(new GearmanServerOptions().addListen("unix:" + file)))
        .hasMessageContaining("no socket");
    assertThat(file).hasContent("mine");
  }

  @Test
  void refusesASecondServerOnTheAddressOfAnotherInTheSameVertx() {
    GearmanServer first = listen(onLoopback());
    GearmanServerOptions same = onLoopback().setListen(List.of(first.addresses().get(0)));
    // The first took any free port and so claimed none: the operating system refuses.
    assertThatThrownBy(() -> listen(same)).hasMessageContaining("cannot listen on 127.0.0.1:");
    await(first.close());
    GearmanServer second = listen(same);
    assertThatThrownBy(() -> listen(same))
        .hasMessageContaining("another Gearman server in this Vert.x does")
        .hasMessageContaining("single instance");
    assertServes(WireClient.connect(second.actualPort()));
  }

  @Test
  void closesWhatIsOpenWhenOneAddressFails() {
    GearmanServer taken = listen(onLoopback());
    int free;
    GearmanServer probe = listen(onLoopback());
    free = probe.actualPort();
    await(probe.close());
    GearmanServerOptions options =
        new GearmanServerOptions()
            .setListen(List.of("127.0.0.1:" + free, taken.addresses().get(0)));
    assertThatThrownBy(() -> listen(options)).hasMessageContaining("cannot listen on");
    Awaitility.await().until(() -> refuses(free));
    listen(new GearmanServerOptions().setListen(List.of("127.0.0.1:" + free)));
  }

  @Test
  void freesItsPortAndClosesItsPeersWhenClosed() {
    GearmanServer server = listen(onLoopback());
    int port = server.actualPort();
    try (WireClient client = WireClient.connect(port)) {
      client.line("version");
      Future<Void> closed = server.closed();
      await(server.close());
      client.expectClosed();
      assertThat(closed.succeeded()).isTrue();
      assertThat(refuses(port)).isTrue();
    }
  }

  @Test
  void finishesRunningJobsAndNothingElseWhenDrained() {
    GearmanServer server = listen(onLoopback());
    int port = server.actualPort();
    try (WireClient client = WireClient.connect(port);
        WireClient worker = WireClient.connect(port)) {
      worker.send(PacketType.CAN_DO, "f");
      String first = client.submit(PacketType.SUBMIT_JOB, "f", "", "one");
      client.submit(PacketType.SUBMIT_JOB, "f", "", "two");
      assertThat(worker.grab().handle()).isEqualTo(first);
      Future<Void> drained = server.drain();
      Awaitility.await().until(() -> refuses(port));
      server.drain();
      client.send(PacketType.SUBMIT_JOB, "f", "", "three");
      client.expect(PacketType.ERROR, "QUEUE_ERROR", "Server is shutting down");
      worker.send(PacketType.GRAB_JOB).expect(PacketType.NO_JOB);
      assertThat(drained.isComplete()).isFalse();
      worker.send(PacketType.WORK_COMPLETE, first, "result");
      client.expect(PacketType.WORK_COMPLETE, first, "result");
      client.expectClosed();
      await(drained);
    }
  }

  @Test
  void stopsAnIdleServerAtOnceWhenDrained() {
    await(listen(onLoopback()).drain());
  }

  @Test
  void stopsWaitingForRunningJobsAfterTheDrainTimeout() {
    GearmanServer server = listen(onLoopback().setDrainTimeoutSeconds(1));
    try (WireClient client = WireClient.connect(server.actualPort());
        WireClient worker = WireClient.connect(server.actualPort())) {
      worker.send(PacketType.CAN_DO, "f");
      client.submit(PacketType.SUBMIT_JOB, "f", "", "x");
      worker.grab();
      await(server.drain());
      client.expectClosed();
    }
  }

  @Test
  void stopsWhenAnOperatorSaysSo() {
    GearmanServer now = listen(onLoopback());
    try (WireClient operator = WireClient.connect(now.actualPort())) {
      assertThat(operator.line("shutdown")).isEqualTo("OK\r\n");
      await(now.closed());
    }
    GearmanServer graceful = listen(onLoopback());
    try (WireClient operator = WireClient.connect(graceful.actualPort())) {
      assertThat(operator.line("shutdown graceful")).isEqualTo("OK\r\n");
      await(graceful.closed());
    }
  }

  @Test
  void runsAsAVerticle() {
    GearmanServer probe = listen(onLoopback());
    int port = probe.actualPort();
    await(probe.close());
    JsonObject config = new JsonObject().put("host", "127.0.0.1").put("port", port);
    String id =
        await(
            vertx.deployVerticle(
                new GearmanServerVerticle(), new DeploymentOptions().setConfig(config)));
    assertServes(WireClient.connect(port));
    assertThatThrownBy(
            () ->
                await(
                    vertx.deployVerticle(
                        new GearmanServerVerticle(), new DeploymentOptions().setConfig(config))))
        .hasMessageContaining("another Gearman server in this Vert.x does");
    await(vertx.undeploy(id));
    assertThat(refuses(port)).isTrue();
  }

  @Test
  void namesAnUnknownKeyOfTheVerticlesConfiguration() {
    JsonObject config = new JsonObject().put("prot", 4730);
    assertThatThrownBy(
            () ->
                await(
                    vertx.deployVerticle(
                        new GearmanServerVerticle(), new DeploymentOptions().setConfig(config))))
        .hasMessageContaining("unknown option \"prot\", did you mean \"port\"?");
  }

  @Test
  void givesNoHandleTwiceAndNoneThatIsTooLong() {
    GearmanServerOptions options = onLoopback().setJobHandlePrefix("H:" + "long".repeat(40));
    String first = firstHandle(options);
    String second = firstHandle(options);
    assertThat(first).isNotEqualTo(second).matches("H:\\S+:\\d+");
    assertThat(first.length()).isLessThanOrEqualTo(63);
  }

  private String firstHandle(GearmanServerOptions options) {
    GearmanServer server = listen(options);
    try (WireClient client = WireClient.connect(server.actualPort())) {
      return client.submit(PacketType.SUBMIT_JOB_BG, "f", "", "x");
    } finally {
      await(server.close());
    }
  }

  @Test
  void wakesAWorkerWhenADelayedJobIsDueAndNotBefore() {
    GearmanServer server = listen(onLoopback());
    try (WireClient client = WireClient.connect(server.actualPort());
        WireClient worker = WireClient.connect(server.actualPort())) {
      worker.send(PacketType.CAN_DO, "f").send(PacketType.PRE_SLEEP).silence();
      long due = Instant.now().getEpochSecond() + 2;
      String handle =
          client.submit(PacketType.SUBMIT_JOB_EPOCH, "f", "", Long.toString(due), "payload");
      client.send(PacketType.GET_STATUS, handle);
      client.expect(PacketType.STATUS_RES, handle, "1", "0", "0", "0");
      worker.expect(PacketType.NOOP);
      assertThat(Instant.now())
          .isBetween(
              Instant.ofEpochSecond(due), Instant.ofEpochSecond(due).plus(Duration.ofSeconds(2)));
      assertThat(worker.grab().handle()).isEqualTo(handle);
    }
  }

  @Test
  void listsAndCancelsSchedules() {
    GearmanServer server = listen(onLoopback());
    try (WireClient client = WireClient.connect(server.actualPort())) {
      String handle =
          client.submit(
              PacketType.SUBMIT_JOB_SCHED, "report", "daily", "0", "4", "", "", "", "payload");
      assertThat(client.rows("show schedules"))
          .matches(handle + "\treport\t0 4 \\* \\* \\*\t\\d{4}-\\d\\d-\\d\\dT04:00:00Z\\s*");
      assertThat(
              client.submit(
                  PacketType.SUBMIT_JOB_SCHED, "report", "daily", "0", "5", "*", "*", "*", "x"))
          .isEqualTo(handle);
      assertThat(client.rows("show schedules")).contains("T05:00:00Z");
      client.send(PacketType.SUBMIT_JOB_SCHED, "f", "", "61", "", "", "", "", "x");
      assertThat(client.expect(PacketType.ERROR).body()).contains("bad minute \"61\"");
      assertThat(client.line("cancel job " + handle)).isEqualTo("OK\r\n");
      assertThat(client.rows("show schedules")).isEmpty();
    }
  }
}

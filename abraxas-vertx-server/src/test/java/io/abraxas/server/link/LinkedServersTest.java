package io.abraxas.server.link;

import static io.abraxas.vertx.protocol.PacketType.CANT_DO;
import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ECHO_REQ;
import static io.abraxas.vertx.protocol.PacketType.ECHO_RES;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS_UNIQUE;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB_ALL;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN_ALL;
import static io.abraxas.vertx.protocol.PacketType.NOOP;
import static io.abraxas.vertx.protocol.PacketType.NO_JOB;
import static io.abraxas.vertx.protocol.PacketType.OPTION_REQ;
import static io.abraxas.vertx.protocol.PacketType.OPTION_RES;
import static io.abraxas.vertx.protocol.PacketType.PRE_SLEEP;
import static io.abraxas.vertx.protocol.PacketType.STATUS_RES;
import static io.abraxas.vertx.protocol.PacketType.STATUS_RES_UNIQUE;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_HIGH_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_LOW_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_REDUCE_JOB;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_DATA;
import static io.abraxas.vertx.protocol.PacketType.WORK_EXCEPTION;
import static io.abraxas.vertx.protocol.PacketType.WORK_FAIL;
import static io.abraxas.vertx.protocol.PacketType.WORK_STATUS;
import static io.abraxas.vertx.protocol.PacketType.WORK_WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.LinkedServer;
import io.abraxas.server.LogCapture;
import io.abraxas.server.WireClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole servers in one process, with links over the loopback interface. */
@Timeout(60)
class LinkedServersTest {
  private final Town town = new Town();
  private final LinkedServer.Setup setup = new LinkedServer.Setup();
  private final List<LinkedServer> servers = new ArrayList<>();
  private LogCapture log;

  @BeforeEach
  void takeLog() {
    log = LogCapture.start();
  }

  @AfterEach
  void stop() {
    servers.forEach(LinkedServer::close);
    log.close();
    assertThat(log.stackTraces()).isEmpty();
  }

  private LinkedServer start() {
    LinkedServer server = LinkedServer.start(town, servers.size() + 1, setup);
    servers.add(server);
    return server;
  }

  /** Starts so many, each linked with all others. */
  private void start(int count) {
    while (servers.size() < count) {
      start();
    }
    linkAll();
  }

  private void linkAll() {
    servers.forEach(LinkedServer::review);
    await().until(() -> servers.stream().allMatch(server -> server.linked() == servers.size() - 1));
  }

  private LinkedServer a() {
    return servers.get(0);
  }

  private LinkedServer b() {
    return servers.get(1);
  }

  /** A worker that goes to sleep; when it is returned its node is about to tell the others. */
  private WireClient sleeper(LinkedServer server, String... functions) {
    WireClient worker = server.connect();
    for (String function : functions) {
      worker.send(CAN_DO, function);
    }
    return worker.silence().send(PRE_SLEEP);
  }

  private static String assigned(WireClient worker) {
    worker.expect(NOOP);
    return worker.grab().handle();
  }

  private static String status(WireClient peer, String handle) {
    return peer.send(GET_STATUS, handle).expect(STATUS_RES).body().replace('\0', ' ');
  }

  @Test
  void runsAForegroundJobOnAWorkerOfAnotherNode() {
    start(2);
    WireClient worker = sleeper(b(), "f");
    WireClient client = a().connect().send(OPTION_REQ, "exceptions");
    client.expect(OPTION_RES);
    String handle = client.submit(SUBMIT_JOB, "f", "", "payload");
    worker.expect(NOOP);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    worker.send(WORK_STATUS, handle, "1", "4");
    worker.send(WORK_DATA, handle, "some");
    worker.send(WORK_WARNING, handle, "careful");
    client.expect(WORK_STATUS, handle, "1", "4");
    client.expect(WORK_DATA, handle, "some");
    client.expect(WORK_WARNING, handle, "careful");
    for (LinkedServer server : servers) {
      assertThat(status(server.connect(), handle)).isEqualTo(handle + " 1 1 1 4");
    }
    assertThat(a().connect().rows("status")).isEqualTo("f\t1\t1\t0\n");
    assertThat(b().connect().rows("status")).isEqualTo("f\t0\t0\t1\n");
    worker.send(WORK_COMPLETE, handle, "result");
    client.expect(WORK_COMPLETE, handle, "result");
    client.silence();
    worker.silence();
    String second = client.submit(SUBMIT_JOB, "f", "", "");
    worker.send(PRE_SLEEP);
    assertThat(assigned(worker)).isEqualTo(second);
    worker.send(WORK_EXCEPTION, second, "boom").send(WORK_FAIL, second).silence();
    client.expect(WORK_EXCEPTION, second, "boom");
    client.silence();
    assertThat(status(worker, second)).isEqualTo(second + " 0 0 0 0");
  }

  @Test
  void lendsAllThatAJobHas() {
    start(2);
    WireClient worker = sleeper(b(), "f");
    WireClient client = a().connect();
    byte[] bytes = new byte[300_000];
    new java.util.Random(1).nextBytes(bytes);
    String payload = new String(bytes, StandardCharsets.ISO_8859_1);
    String handle = client.submit(SUBMIT_REDUCE_JOB, "f", "unique", "reducer", "", payload);
    worker.expect(NOOP);
    worker.send(GRAB_JOB_ALL).expect(JOB_ASSIGN_ALL, handle, "f", "unique", "reducer", payload);
    worker.send(WORK_COMPLETE, handle, payload);
    client.expect(WORK_COMPLETE, handle, payload);
  }

  @Test
  void worksOffABacklogWithTheWorkersOfAllNodes() {
    start(3);
    WireClient client = a().connect();
    int jobs = 60;
    for (int i = 0; i < jobs; i++) {
      client.submit(SUBMIT_JOB_BG, "f", "", "" + i);
    }
    List<WireClient> workers = new ArrayList<>();
    for (LinkedServer server : servers.subList(1, 3)) {
      workers.add(sleeper(server, "f"));
    }
    for (int i = 0; i < jobs; i++) {
      WireClient worker = workers.get(i % 2);
      worker.send(WORK_COMPLETE, assigned(worker), "");
      worker.send(PRE_SLEEP);
    }
    await().until(() -> a().connect().rows("status").isEmpty());
  }

  @Test
  void picksTheMostUrgentOfAllFunctionsOfTheWorker() {
    start(2);
    WireClient client = a().connect();
    client.submit(SUBMIT_JOB_LOW_BG, "f", "", "low");
    client.submit(SUBMIT_JOB_BG, "g", "", "normal");
    client.submit(SUBMIT_JOB_HIGH_BG, "f", "", "high");
    WireClient worker = b().connect().send(CAN_DO, "f").send(CAN_DO, "g").silence();
    // The second answer comes behind all that the wants have led to.
    worker.rows("status all");
    worker.rows("status all");
    for (String payload : List.of("high", "normal", "low")) {
      worker.send(PRE_SLEEP).expect(NOOP);
      WireClient.Received job = worker.grab();
      assertThat(job.arguments().get(2)).isEqualTo(payload);
      worker.send(WORK_COMPLETE, job.handle(), "");
    }
  }

  @Test
  void takesBackWhatALostWorkerHad() {
    setup.jobRetries = 2;
    start(2);
    WireClient worker = sleeper(b(), "f");
    WireClient client = a().connect();
    String handle = client.submit(SUBMIT_JOB, "f", "", "");
    assertThat(assigned(worker)).isEqualTo(handle);
    worker.send(CANT_DO, "f").silence();
    await().until(() -> a().connect().rows("show jobs").equals(handle + "\t1\t0\t0\n"));
    WireClient second = sleeper(b(), "f");
    assertThat(assigned(second)).isEqualTo(handle);
    second.close();
    client.expect(WORK_FAIL, handle);
  }

  @Test
  void cancelsAJobFromAnyNode() {
    start(3);
    WireClient worker = sleeper(b(), "f");
    WireClient client = a().connect();
    String queued = client.submit(SUBMIT_JOB, "g", "", "");
    String running = client.submit(SUBMIT_JOB, "f", "", "");
    assertThat(assigned(worker)).isEqualTo(running);
    WireClient operator = servers.get(2).connect();
    assertThat(operator.line("cancel job " + queued)).isEqualTo("OK\r\n");
    client.expect(WORK_FAIL, queued);
    assertThat(operator.line("cancel job " + queued)).isEqualTo("ERR UNKNOWN_JOB\r\n");
    assertThat(b().connect().line("cancel job " + running)).isEqualTo("OK\r\n");
    client.expect(WORK_FAIL, running);
    worker.send(WORK_COMPLETE, running, "late").silence();
    client.silence();
    assertThat(operator.line("cancel job nonsense")).isEqualTo("ERR UNKNOWN_JOB\r\n");
  }

  @Test
  void tellsTheStatusOfAUniqueIdFromAnyNode() {
    start(3);
    a().connect().submit(SUBMIT_JOB_BG, "f", "u", "");
    a().connect().submit(SUBMIT_JOB, "f", "u", "");
    for (LinkedServer server : servers) {
      server
          .connect()
          .send(GET_STATUS_UNIQUE, "u")
          .expect(STATUS_RES_UNIQUE, "u", "1", "0", "0", "0", "1");
      server
          .connect()
          .send(GET_STATUS_UNIQUE, "v")
          .expect(STATUS_RES_UNIQUE, "v", "0", "0", "0", "0", "0");
    }
  }

  @Test
  void aJobWithoutAHomeIsKnownAsLongAsTheClusterKeepsIt() {
    start(2);
    String gone = String.format("%019d", 9);
    town.keep(gone + ".42");
    WireClient client = a().connect();
    assertThat(status(client, "H:x:" + gone + "42")).isEqualTo("H:x:" + gone + "42 1 0 0 0");
    assertThat(status(client, "H:x:" + gone + "43")).isEqualTo("H:x:" + gone + "43 0 0 0 0");
    assertThat(status(client, "nonsense")).isEqualTo("nonsense 0 0 0 0");
    assertThat(status(client, "")).isEqualTo(" 0 0 0 0");
  }

  @Test
  void repliesKeepTheirOrderWhileOthersAreAsked() {
    start(2);
    String handle = a().connect().submit(SUBMIT_JOB_BG, "f", "", "");
    WireClient peer = b().connect();
    peer.send(GET_STATUS, handle).send(ECHO_REQ, "1").send(GET_STATUS_UNIQUE, "x");
    peer.send(GRAB_JOB).text("status all\n").send(ECHO_REQ, "2");
    peer.expect(STATUS_RES, handle, "1", "0", "0", "0");
    peer.expect(ECHO_RES, "1");
    peer.expect(STATUS_RES_UNIQUE, "x", "0", "0", "0", "0", "0");
    peer.expect(NO_JOB);
    assertThat(peer.textTo(".\n")).isEqualTo("f\t1\t0\t0\n.\n");
    peer.expect(ECHO_RES, "2");
  }

  @Test
  void addsUpWhatTheNodesCount() {
    start(3);
    a().connect().submit(SUBMIT_JOB_BG, "f", "", "");
    b().connect().submit(SUBMIT_JOB_HIGH_BG, "f", "", "");
    b().connect().submit(SUBMIT_JOB_LOW_BG, "g", "", "");
    WireClient worker = servers.get(2).connect().send(CAN_DO, "g").send(CAN_DO, "h").silence();
    for (LinkedServer server : servers) {
      WireClient operator = server.connect();
      assertThat(operator.rows("status all")).isEqualTo("f\t2\t0\t0\ng\t1\t0\t1\nh\t0\t0\t1\n");
      assertThat(operator.rows("prioritystatus ALL"))
          .isEqualTo("f\t1\t1\t0\t0\ng\t0\t0\t1\t1\nh\t0\t0\t0\t1\n");
    }
    assertThat(worker.rows("status")).isEqualTo("g\t0\t0\t1\nh\t0\t0\t1\n");
    assertThat(worker.rows("prioritystatus own")).isEqualTo("g\t0\t0\t0\t1\nh\t0\t0\t0\t1\n");
  }

  @Test
  void tellsOfAllNodesUnaskedWhereTheOperatorWantsIt() {
    setup.statusOfAll = true;
    start(2);
    a().connect().submit(SUBMIT_JOB_BG, "f", "", "");
    WireClient operator = b().connect();
    assertThat(operator.rows("status")).isEqualTo("f\t1\t0\t0\n");
    assertThat(operator.rows("prioritystatus")).isEqualTo("f\t0\t1\t0\t0\n");
    assertThat(operator.rows("status own")).isEmpty();
  }

  @Test
  void showsItsMembers() {
    start(2);
    a().connect().submit(SUBMIT_JOB_BG, "f", "", "");
    WireClient operator = b().connect();
    assertThat(operator.rows("show members"))
        .isEqualTo(
            a().incarnation()
                + "\thost\t127.0.0.1:"
                + a().linkPort()
                + "\tup\t1\t3\tsafe\t-\n"
                + b().incarnation()
                + "\thost\t127.0.0.1:"
                + b().linkPort()
                + "\tup\t0\t3\tsafe\t*\n"
                + "-\tplain\t-\t-\t-\t-\t-\t-\n");
    String lost = a().incarnation();
    town.died(lost);
    b().review();
    await().until(() -> b().linked() == 0);
    assertThat(operator.rows("show members"))
        .startsWith(lost + "\thost\t127.0.0.1:" + a().linkPort() + "\tlost\t-\t-\t-\t-\n")
        .contains("\tup\t0\t2\tmoving\t*\n");
  }

  @Test
  void answersWithoutANodeThatSaysNothing() {
    start();
    start();
    LinkProxy proxy = LinkProxy.start(a().vertx(), b().linkPort());
    town.detour(a().incarnation(), b().incarnation(), proxy.port());
    town.detour(b().incarnation(), a().incarnation(), 0);
    setup.timeoutMillis = 3000;
    linkAll();
    a().connect().submit(SUBMIT_JOB_BG, "f", "", "");
    proxy.fallSilent();
    WireClient operator = a().connect();
    long start = System.nanoTime();
    assertThat(operator.rows("status all")).isEqualTo("f\t1\t0\t0\n");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(500), Duration.ofMillis(2500));
    // The link is lost at last, and the next question need not wait for anybody.
    await().until(() -> a().linked() == 0);
    proxy.close();
  }

  @Test
  void aLostLinkGivesBackWhatWasLentAndIsMadeAgain() {
    start();
    start();
    LinkProxy proxy = LinkProxy.start(a().vertx(), b().linkPort());
    town.detour(a().incarnation(), b().incarnation(), proxy.port());
    town.detour(b().incarnation(), a().incarnation(), 0);
    linkAll();
    WireClient worker = sleeper(b(), "f");
    WireClient client = a().connect();
    String handle = client.submit(SUBMIT_JOB, "f", "", "");
    assertThat(assigned(worker)).isEqualTo(handle);
    proxy.cut();
    await().until(() -> a().connect().rows("show jobs").equals(handle + "\t1\t0\t0\n"));
    linkAll();
    // It runs there still: it is followed, and not run again.
    WireClient other = sleeper(b(), "f");
    await().until(() -> status(a().connect(), handle).equals(handle + " 1 1 0 0"));
    other.silence();
    worker.send(WORK_COMPLETE, handle, "at last");
    client.expect(WORK_COMPLETE, handle, "at last");
    proxy.close();
  }

  @Test
  void twoNodesThatCallEachOtherAtOnceAreLinkedOnce() {
    start();
    start();
    for (int i = 0; i < 20; i++) {
      Thread one = new Thread(() -> a().review());
      one.start();
      b().review();
      join(one);
      await().until(() -> a().linked() == 1 && b().linked() == 1);
      WireClient worker = sleeper(b(), "f" + i);
      String handle = a().connect().submit(SUBMIT_JOB_BG, "f" + i, "", "");
      assertThat(assigned(worker)).isEqualTo(handle);
      worker.send(WORK_COMPLETE, handle, "").silence();
      await().until(() -> a().connect().rows("show jobs").isEmpty());
      relink();
    }
  }

  /** Ends the link by having one node believe that the other is dead, for a moment. */
  private void relink() {
    String name = b().incarnation();
    town.died(name);
    a().review();
    await().until(() -> a().linked() == 0);
    town.lives(name);
  }

  @Test
  void aSlowClientHoldsUpTheLinkAndNoMore() {
    setup.options =
        new ConnectionOptions()
            .setHighWaterMark(64 * 1024)
            .setSlowPeerTimeoutSeconds(0)
            .setMaxUnsent(64 * 1024 * 1024);
    setup.timeoutMillis = 900;
    start(2);
    WireClient worker = sleeper(b(), "f");
    WireClient slow = a().connect(16 * 1024);
    String handle = slow.submit(SUBMIT_JOB, "f", "", "");
    assertThat(assigned(worker)).isEqualTo(handle);
    byte[] packet = packet(handle, 100_000);
    int sent = 0;
    ByteBuffer rest = ByteBuffer.wrap(packet);
    while (rest.hasRemaining() || sent < 2_000) {
      if (!rest.hasRemaining()) {
        rest = ByteBuffer.wrap(packet);
        sent++;
      }
      if (!worker.writeSome(rest, 500)) {
        break;
      }
    }
    assertThat(sent).as("packets until the worker is not read any more").isLessThan(2_000);
    // Longer than the timeout: neither end takes the silence for a loss.
    Duration held = Duration.ofMillis(2 * setup.timeoutMillis);
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > held.toNanos());
    assertThat(a().linked() + b().linked()).isEqualTo(2);
    // Others on both nodes are served.
    assertThat(status(a().connect(), handle)).isEqualTo(handle + " 1 1 0 0");
    a().connect().silence();
    b().connect().silence();
    // Now it reads, and gets all that was sent.
    Thread writer = writeInBackground(worker, rest);
    for (int i = 0; i <= sent; i++) {
      assertThat(slow.expect(WORK_DATA).handle()).isEqualTo(handle);
    }
    join(writer);
    worker.send(WORK_COMPLETE, handle, "");
    slow.expect(WORK_COMPLETE, handle, "");
  }

  private static byte[] packet(String handle, int size) {
    byte[] body = (handle + "\0" + "x".repeat(size)).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(12 + body.length)
        .putInt(0x00524551)
        .putInt(WORK_DATA.number())
        .putInt(body.length)
        .put(body)
        .array();
  }

  private static Thread writeInBackground(WireClient worker, ByteBuffer rest) {
    byte[] left = new byte[rest.remaining()];
    rest.get(left);
    Thread writer = new Thread(() -> worker.write(left));
    writer.start();
    return writer;
  }

  private static void join(Thread thread) {
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void idleNodesSayNothingButThatTheyLive() {
    start();
    start();
    setup.timeoutMillis = 3000;
    LinkProxy proxy = LinkProxy.start(a().vertx(), b().linkPort());
    town.detour(a().incarnation(), b().incarnation(), proxy.port());
    town.detour(b().incarnation(), a().incarnation(), 0);
    linkAll();
    // Workers asleep on both sides, and a job that nobody can do.
    sleeper(a(), "f");
    sleeper(b(), "f", "g");
    a().connect().submit(SUBMIT_JOB_BG, "h", "", "");
    b().connect().line("version");
    await().until(() -> quietAfter(proxy, 1200) <= 2 * 2 * 5);
  }

  /** How many bytes pass in so many milliseconds. */
  private static long quietAfter(LinkProxy proxy, long millis) {
    long before = proxy.bytes();
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > millis * 1_000_000);
    return proxy.bytes() - before;
  }
}

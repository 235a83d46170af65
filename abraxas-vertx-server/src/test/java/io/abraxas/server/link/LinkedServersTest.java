package io.abraxas.server.link;

import static io.abraxas.vertx.protocol.PacketType.CANT_DO;
import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB_ALL;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN_ALL;
import static io.abraxas.vertx.protocol.PacketType.NOOP;
import static io.abraxas.vertx.protocol.PacketType.OPTION_REQ;
import static io.abraxas.vertx.protocol.PacketType.OPTION_RES;
import static io.abraxas.vertx.protocol.PacketType.PRE_SLEEP;
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
import io.abraxas.server.WireClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What servers lend each other, and what becomes of it. */
@Timeout(60)
class LinkedServersTest extends LinkedServersBench {
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

package io.abraxas.server.link;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ECHO_REQ;
import static io.abraxas.vertx.protocol.PacketType.ECHO_RES;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS_UNIQUE;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.NO_JOB;
import static io.abraxas.vertx.protocol.PacketType.STATUS_RES;
import static io.abraxas.vertx.protocol.PacketType.STATUS_RES_UNIQUE;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_HIGH_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_LOW_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_FAIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.LinkedServer;
import io.abraxas.server.WireClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What servers answer for each other. */
@Timeout(60)
class LinkQuestionsTest extends LinkedServersBench {
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
}

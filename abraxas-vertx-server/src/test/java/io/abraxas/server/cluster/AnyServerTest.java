package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
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
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.ClusterServers.Server;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients, workers and operators of a cluster, each at another server. */
@Timeout(180)
class AnyServerTest {
  private final ClusterServers servers = new ClusterServers();
  private final List<Server> both = servers.startLinked(2);
  private final Server first = both.get(0);
  private final Server second = both.get(1);

  @AfterEach
  void stop() {
    servers.close();
  }

  /** A worker that sleeps, and whose server has told the other one that it does. */
  private WireClient sleeper(Server server) {
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
    soon().until(() -> first.records() == 0);
  }

  @Test
  void aJobIsCancelledFromAnyServer() {
    String handle = first.connect().submit(SUBMIT_JOB_BG, "f", "", "payload");
    assertThat(status(second, handle)).isEqualTo(handle + " 1 0 0 0");
    assertThat(second.connect().line("cancel job " + handle)).startsWith("OK");
    soon().until(() -> first.records() == 0);
    assertThat(status(second, handle)).isEqualTo(handle + " 0 0 0 0");
  }

  @Test
  void aLentJobOutlivesBothTheServerThatLentItAndTheOneThatRunsIt() {
    WireClient worker = sleeper(second);
    String handle = first.connect().submit(SUBMIT_JOB_BG, "f", "", "payload");
    worker.expect(NOOP);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    Server third = servers.start();
    first.awaitLinked(3);
    second.kill();
    // Taken back by its home, which is lost before it has given it to anybody.
    soon().until(() -> status(first, handle).equals(handle + " 1 0 0 0"));
    first.awaitLinked(2);
    first.kill();
    WireClient last = third.connect().send(CAN_DO, "f");
    soon().until(() -> status(third, handle).equals(handle + " 1 0 0 0"));
    soon().until(() -> third.jobs() == 1);
    last.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
  }

  @Test
  void answersThatOthersGiveReachAPeerThatHasEndedItsSide() {
    assertThat(askAndEnd("show members\n")).hasLineCount(3).endsWith("\n.\n");
    assertThat(askAndEnd("status all\nversion\n")).startsWith(".\nOK ").hasLineCount(2);
    try (WireClient operator = first.connect()) {
      assertThat(operator.rows("status all")).isEmpty();
      assertThat(operator.text("getpid\n").end().textToEnd()).startsWith("OK ").hasLineCount(1);
    }
  }

  private String askAndEnd(String lines) {
    try (WireClient operator = first.connect()) {
      return operator.text(lines).end().textToEnd();
    }
  }

  private static String status(Server server, String handle) {
    try (WireClient client = server.connect()) {
      return client.send(GET_STATUS, handle).expect(STATUS_RES).body().replace('\0', ' ');
    }
  }
}

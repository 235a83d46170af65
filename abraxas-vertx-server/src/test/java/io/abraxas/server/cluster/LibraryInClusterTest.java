package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client library at two servers of a cluster and one alone. */
@Timeout(180)
class LibraryInClusterTest {
  private final ClusterServers servers = new ClusterServers();
  private Vertx vertx;
  private GearmanServer alone;
  private GearmanClient client;

  @BeforeEach
  void start() {
    // They tell of the whole cluster when they are asked for their status.
    ClusterServers.Server first = servers.start(o -> o.getClusterOptions().setStatus(true));
    ClusterServers.Server second = servers.start(o -> o.getClusterOptions().setStatus(true));
    first.awaitLinked(2);
    second.awaitLinked(2);
    vertx = Vertx.vertx();
    alone =
        ClusterServers.get(
            GearmanServer.create(vertx, new GearmanServerOptions().setHost("127.0.0.1").setPort(0))
                .listen());
    client =
        GearmanClient.create(
            vertx,
            new GearmanClientOptions()
                .addServer("127.0.0.1:" + first.server.actualPort())
                .addServer("127.0.0.1:" + second.server.actualPort())
                .addServer("127.0.0.1:" + alone.actualPort()));
    ClusterServers.soon().until(() -> client.connectedServers().size() == 3);
  }

  @AfterEach
  void stop() {
    ClusterServers.get(vertx.close());
    servers.close();
  }

  @Test
  void countsTheClusterOnce() {
    String handle = null;
    for (int i = 0; i < 3; i++) {
      // One at each server.
      handle = ClusterServers.get(client.submitJobBackground("f", Buffer.buffer("x")));
      // All of the cluster's know it, and it is one job.
      for (int turn = 0; turn < 3; turn++) {
        assertThat(ClusterServers.get(client.getStatus(handle)).knownBy()).isOne();
      }
    }
    assertThat(ClusterServers.get(client.admin().status()).get(0).total()).isEqualTo(3);
    assertThat(ClusterServers.get(client.admin().priorityStatus()).get(0).normal()).isEqualTo(3);
    ClusterServers.get(client.admin().cancelJob(handle));
    assertThat(ClusterServers.get(client.getStatus(handle)).known()).isFalse();
  }

  @Test
  void listsTheSchedulesOfAClusterOnce() {
    for (int i = 0; i < 3; i++) {
      // One at each server.
      ClusterServers.get(client.submitJobSchedule("0 0 1 1 *", "f" + i, Buffer.buffer("x")));
    }
    // What one server of the cluster took, the other knows a moment later.
    ClusterServers.soon()
        .untilAsserted(
            () ->
                assertThat(ClusterServers.get(client.admin().schedules()))
                    .extracting(schedule -> schedule.function())
                    .containsExactlyInAnyOrder("f0", "f1", "f2"));
  }
}

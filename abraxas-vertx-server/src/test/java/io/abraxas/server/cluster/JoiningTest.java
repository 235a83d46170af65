package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.TestServers.PATIENCE_SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.ClusterOptions;
import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.LogCapture;
import io.abraxas.server.client.Await;
import io.abraxas.server.cluster.TestServers.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JoiningTest {
  private final TestServers servers = new TestServers();

  @AfterEach
  void stop() {
    servers.close();
  }

  private static int members(Node node) {
    return node.hazelcast().getCluster().getMembers().size();
  }

  @Test
  void threeThatStartAtOnceAreOneCluster() {
    List<ClusterOptions> options = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      options.add(servers.nextOptions());
    }
    List<String> all = new ArrayList<>(options.get(2).getMembers());
    all.add("127.0.0.1:" + options.get(2).getPort());
    List<Future<Node>> begun = new ArrayList<>();
    for (ClusterOptions one : options) {
      begun.add(servers.begin(one.setMembers(all)));
    }
    for (Future<Node> future : begun) {
      Node node = Await.result(future, PATIENCE_SECONDS);
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> members(node) == 3);
    }
  }

  @Test
  void oneThatIsListedButComesLaterJoins() {
    ClusterOptions first = servers.nextOptions();
    ClusterOptions second = servers.nextOptions();
    first.setMembers(List.of("127.0.0.1:" + second.getPort()));
    Node early = Await.result(servers.begin(first), PATIENCE_SECONDS);
    assertThat(members(early)).isEqualTo(1);
    Node late = Await.result(servers.begin(second), PATIENCE_SECONDS);
    assertThat(members(late)).isEqualTo(2);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> members(early) == 2);
  }

  @Test
  void membersOfAnotherNameAreStrangers() {
    Node first = servers.start();
    Node stranger = servers.start(options -> options.setName("another"));
    assertThat(members(first)).isEqualTo(1);
    assertThat(members(stranger)).isEqualTo(1);
  }

  @Test
  void tellsWhatItJoined() {
    LogCapture log = LogCapture.start();
    try {
      Node first = servers.start();
      int port = first.hazelcast().getCluster().getLocalMember().getAddress().getPort();
      servers.start();
      assertThat(log.lines())
          .anyMatch(line -> line.contains("at 127.0.0.1:" + port + " with nobody else yet"))
          .anyMatch(line -> line.contains(" with 127.0.0.1:" + port + ", servers 2"));
      assertThat(log.stackTraces()).isEmpty();
    } finally {
      log.close();
    }
  }

  @Test
  void anotherNumberOfBackupsThanTheClusterHasFailsTheStart() {
    servers.start();
    Throwable refusal = Await.failure(servers.begin(servers.nextOptions().setBackups(2)));
    assertThat(refusal).hasMessageContaining("with 1 backups, not 2");
  }

  @Test
  void aPortThatIsTakenFailsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ClusterOptions options = servers.nextOptions().setPort(taken.getLocalPort());
      assertThat(Await.failure(ClusteredVertx.build(new VertxOptions(), options)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot join the cluster: ")
          .hasMessageContaining("" + taken.getLocalPort());
    }
  }

  @Test
  void aHostThatIsNotHereFailsTheStart() {
    for (String host : new String[] {"192.0.2.1", "0.0.0.0"}) {
      ClusterOptions options = servers.nextOptions().setHost(host);
      assertThat(Await.failure(ClusteredVertx.build(new VertxOptions(), options)))
          .hasMessage("clusterHost must be one address of this machine, which " + host + " is not");
    }
  }

  @Test
  void aFileThatIsNotThereOrIsNoneFailsTheStart() {
    assertThat(
            Await.failure(
                ClusteredVertx.build(
                    new VertxOptions(), new ClusterOptions().setConfig("/nowhere/x.xml"))))
        .hasMessage("clusterConfig: there is no file /nowhere/x.xml");
  }

  @Test
  void aServerWhoseHazelcastEndsStops() {
    Node node = servers.start();
    LogCapture log = LogCapture.start();
    try {
      node.hazelcast().getLifecycleService().terminate();
      assertThat(Await.failure(node.server().closed()))
          .hasMessage("out of the cluster: its Hazelcast has ended");
      assertThat(log.lines()).anyMatch(line -> line.startsWith("SEVERE stopping, since"));
    } finally {
      log.close();
    }
  }

  @Test
  void anUnclusteredVertxIsNotEnough() {
    Vertx vertx = Vertx.vertx();
    try {
      GearmanServer server =
          GearmanServer.create(
              vertx, new GearmanServerOptions().setListen(List.of("127.0.0.1:0")).setCluster(true));
      assertThat(Await.failure(server.listen()))
          .hasMessageStartingWith("cluster needs a Vert.x that Hazelcast clusters");
      Await.result(server.closed());
    } finally {
      Await.result(vertx.close());
    }
  }
}

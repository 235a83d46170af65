package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.ClusterServers.Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three servers that lose sight of each other and meet again: each side goes on, and afterwards
 * every job that any of them accepted is there once.
 */
@Timeout(300)
class PartitionTest {
  private static final String SHAPES = "io.abraxas.server.cluster.Partitions#ofThree";

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource(SHAPES)
  void everyJobOfEverySideIsThereOnceAfterwards(List<List<Integer>> shape) throws Exception {
    try (Partitions network = new Partitions(directory, 3);
        ClusterServers cluster = new ClusterServers()) {
      List<Server> servers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        servers.add(cluster.start(network.options(i)));
        answerOnTheEventBus(servers.get(i), i);
      }
      servers.forEach(server -> server.awaitLinked(3));
      Set<String> accepted = new HashSet<>();
      servers.forEach(server -> accepted.addAll(server.submit(100)));
      network.split(shape);
      // Answered when their server knows who is left.
      servers.forEach(server -> accepted.addAll(server.submit(50)));
      for (List<Integer> side : shape) {
        side.forEach(i -> servers.get(i).awaitLinked(side.size()));
      }
      for (Server server : servers) {
        accepted.addAll(server.submit(50));
        try (WireClient client = server.connect()) {
          accepted.add(client.submit(SUBMIT_JOB_BG, "f", "same on all sides", ""));
        }
      }
      network.heal();
      servers.forEach(server -> server.awaitLinked(3));
      Server any = servers.get(0);
      ClusterServers.soon().until(() -> any.records() == accepted.size());
      ClusterServers.soon()
          .until(() -> servers.stream().mapToInt(Server::jobs).sum() == accepted.size());
      List<String> done = new ArrayList<>();
      servers.forEach(server -> done.addAll(server.workOff()));
      assertThat(done).hasSameElementsAs(accepted).doesNotHaveDuplicates();
      ClusterServers.soon().untilAsserted(() -> assertThat(any.map(Maps.JOBS).keySet()).isEmpty());
      for (Server server : servers) {
        for (int i = 0; i < 3; i++) {
          awaitAnswer(server, i);
        }
      }
    }
  }

  private static void answerOnTheEventBus(Server server, int number) {
    ClusterServers.get(
        server
            .vertx()
            .eventBus()
            .consumer("server " + number, message -> message.reply(number))
            .completion());
  }

  private static void awaitAnswer(Server server, int number) {
    ClusterServers.soon()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        ClusterServers.get(
                                server.vertx().eventBus().request("server " + number, ""))
                            .body())
                    .isEqualTo(number));
  }
}

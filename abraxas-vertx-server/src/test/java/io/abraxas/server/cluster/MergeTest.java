package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.WireClient;
import io.abraxas.server.WireClient.Received;
import io.abraxas.server.cluster.ClusterServers.Server;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MergeTest {
  @Test
  void everyJobOfBothSidesIsThereOnceAfterwards() {
    try (ClusterServers servers = new ClusterServers()) {
      Set<String> accepted = new HashSet<>();
      List<Server> sides = servers.startApart(early -> submit(early, 300, accepted));
      Server late = sides.get(1);
      do {
        submit(late, 100, accepted);
      } while (late.entries() < 2);
      sides.forEach(side -> submit(side, 200, accepted));
      await().atMost(60, SECONDS).until(() -> sides.get(0).records() == accepted.size());
      assertThat(sides.get(0).jobs() + sides.get(1).jobs()).isEqualTo(accepted.size());
      List<String> done = new ArrayList<>();
      for (Server side : sides) {
        done.addAll(workOff(side));
      }
      assertThat(done).hasSameElementsAs(accepted).doesNotHaveDuplicates();
      await().atMost(60, SECONDS).until(() -> sides.get(0).records() == 0);
    }
  }

  private static void submit(Server server, int count, Set<String> handles) {
    try (WireClient client = server.connect()) {
      for (int i = 0; i < count; i++) {
        handles.add(client.submit(SUBMIT_JOB_BG, "f", "", "x"));
      }
    }
  }

  private static List<String> workOff(Server server) {
    List<String> handles = new ArrayList<>();
    try (WireClient worker = server.connect().send(CAN_DO, "f")) {
      for (Received job = worker.send(GRAB_JOB).next();
          job.type() == JOB_ASSIGN;
          job = worker.send(GRAB_JOB).next()) {
        handles.add(job.handle());
        worker.send(WORK_COMPLETE, job.handle(), "");
      }
    }
    return handles;
  }
}

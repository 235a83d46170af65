package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.NOOP;
import static io.abraxas.vertx.protocol.PacketType.PRE_SLEEP;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_EPOCH;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_HIGH_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_LOW_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.ClusterServers.Server;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TakeoverTest {

  private static String epoch(long millisFromNow) {
    return Long.toString((System.currentTimeMillis() + millisFromNow) / 1000);
  }

  @Test
  void theHeirGetsPriorityDueTimeUniqueIdRetriesAndOrder() {
    try (ClusterServers servers = new ClusterServers()) {
      Server lost = servers.start();
      Server heir = servers.start();
      List<String> expected = new ArrayList<>();
      String later;
      String soonDue;
      String unique;
      try (WireClient client = lost.connect()) {
        String low = client.submit(SUBMIT_JOB_LOW_BG, "f", "", "l");
        later = client.submit(SUBMIT_JOB_EPOCH, "f", "", epoch(3_600_000), "e");
        soonDue = client.submit(SUBMIT_JOB_EPOCH, "g", "", epoch(5_000), "e");
        unique = client.submit(SUBMIT_JOB_BG, "f", "u", "1");
        String second = client.submit(SUBMIT_JOB_BG, "f", "", "2");
        String high = client.submit(SUBMIT_JOB_HIGH_BG, "f", "", "h");
        // Taken back once, so it is the last of its priority.
        try (WireClient worker = lost.connect().send(CAN_DO, "f")) {
          assertThat(worker.grab().handle()).isEqualTo(high);
        }
        expected.addAll(List.of(high, unique, second, low));
      }
      soon().until(() -> lost.tell("show jobs").contains(expected.get(0) + "\t1"));
      heir.awaitSafe();
      lost.kill();
      soon().until(() -> heir.jobs() == 6);
      assertThat(heir.tell("show jobs")).contains(expected.get(0) + "\t1\t0\t1\n");
      try (WireClient client = heir.connect()) {
        assertThat(client.submit(SUBMIT_JOB_BG, "f", "u", "other")).isEqualTo(unique);
      }
      assertThat(heir.workOff()).isEqualTo(expected);
      assertThat(heir.tell("show jobs")).contains(later);
      try (WireClient worker = heir.connect().send(CAN_DO, "g").send(PRE_SLEEP)) {
        worker.expect(NOOP);
        assertThat(worker.grab().handle()).isEqualTo(soonDue);
        worker.send(WORK_COMPLETE, soonDue, "").silence();
      }
      soon().until(() -> heir.records() == 1);
    }
  }

  @Test
  void aJobThatRanOnTheLostServerHasOneRetryMore() {
    try (ClusterServers servers = new ClusterServers()) {
      Server lost = servers.start();
      Server heir = servers.start();
      String handle = lost.submit(1).get(0);
      WireClient worker = lost.connect().send(CAN_DO, "f");
      worker.grab();
      soon().until(() -> heir.listsOfRunning() == 1);
      heir.awaitSafe();
      lost.kill();
      soon().until(() -> heir.tell("show jobs").equals(handle + "\t1\t0\t1\n"));
      assertThat(heir.workOff()).containsExactly(handle);
      soon().until(() -> heir.records() == 0);
    }
  }

  @Test
  void aJobWhoseLastRetryItWasEnds() {
    try (ClusterServers servers = new ClusterServers()) {
      Server lost = servers.start();
      Server heir = servers.start(options -> options.setJobRetries(1));
      lost.submit(1);
      WireClient worker = lost.connect().send(CAN_DO, "f");
      worker.grab();
      soon().until(() -> heir.listsOfRunning() == 1);
      heir.awaitSafe();
      lost.kill();
      soon().until(() -> heir.records() == 0);
      assertThat(heir.jobs()).isZero();
    }
  }

  @Test
  void eachJobIsAdoptedByOne() {
    try (ClusterServers servers = new ClusterServers()) {
      List<Server> others = List.of(servers.start(), servers.start());
      Server lost = servers.start();
      List<String> accepted = lost.submit(500);
      lost.awaitSafe();
      lost.kill();
      soon().until(() -> others.get(0).jobs() + others.get(1).jobs() >= accepted.size());
      others.get(0).awaitSafe();
      List<String> done = new ArrayList<>();
      others.forEach(server -> done.addAll(server.workOff()));
      assertThat(done).containsExactlyElementsOf(accepted);
      soon().until(() -> others.get(0).records() == 0);
    }
  }

  @Test
  void jobsThatEndWhileOthersAreReadDoNotRunAgain() {
    try (ClusterServers servers = new ClusterServers()) {
      Server heir = servers.start();
      Server lost = servers.start();
      Set<String> accepted = new HashSet<>(lost.submit(2000));
      heir.awaitSafe();
      lost.kill();
      List<String> done = new ArrayList<>();
      // Each that joins has the heir review, and read its map again.
      for (int i = 0; i < 2; i++) {
        Server joining = servers.start();
        done.addAll(heir.workOff());
        joining.awaitSafe();
      }
      soon()
          .until(
              () -> {
                done.addAll(heir.workOff());
                return heir.records() == 0;
              });
      assertThat(done).doesNotHaveDuplicates().hasSameElementsAs(accepted);
    }
  }

  @Test
  void aSecondDeathDuringTheTakeoverLosesNothing() {
    try (ClusterServers servers = new ClusterServers(2)) {
      Server last = servers.start();
      Server second = servers.start();
      Server first = servers.start();
      Set<String> accepted = new HashSet<>(first.submit(500));
      accepted.addAll(second.submit(500));
      last.awaitSafe();
      first.kill();
      soon().until(() -> last.jobs() + second.jobs() > 500);
      second.kill();
      soon().until(() -> last.jobs() == 1000);
      assertThat(last.workOff()).doesNotHaveDuplicates().hasSameElementsAs(accepted);
      soon().until(() -> last.records() == 0);
      soon().until(() -> last.entries() == 1);
    }
  }

  @Test
  void whatIsKnownOfALostServerGoesWithItsLastJob() {
    try (ClusterServers servers = new ClusterServers()) {
      Server heir = servers.start();
      Server lost = servers.start();
      lost.awaitSafe();
      assertThat(heir.entries()).isEqualTo(2);
      lost.kill();
      soon().until(() -> heir.entries() == 1);
    }
  }
}

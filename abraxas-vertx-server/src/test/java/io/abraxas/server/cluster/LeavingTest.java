package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.JOB_CREATED;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_SCHED;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.ClusterServers.Server;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeavingTest {

  @Test
  void jobsThatDoNotRunGoToTheHeirAndThoseThatRunEndWhereTheyAre() {
    try (ClusterServers servers = new ClusterServers()) {
      Server heir = servers.start();
      Server leaver = servers.start();
      List<String> accepted = leaver.submit(100);
      heir.awaitSafe();
      WireClient worker = leaver.connect().send(CAN_DO, "f");
      assertThat(worker.grab().handle()).isEqualTo(accepted.get(0));
      WireClient client = leaver.connect();
      String foreground = client.submit(SUBMIT_JOB, "g", "", "x");
      WireClient other = leaver.connect().send(CAN_DO, "g");
      assertThat(other.grab().handle()).isEqualTo(foreground);

      Future<Void> left = leaver.server.close();
      soon().until(() -> heir.jobs() == 99);
      assertThat(left.isComplete()).as("left, although jobs run").isFalse();
      assertThat(heir.workOff()).isEqualTo(accepted.subList(1, 100));
      other.send(WORK_COMPLETE, foreground, "result");
      client.expect(WORK_COMPLETE, foreground, "result");
      client.expectClosed();
      other.expectClosed();
      worker.send(WORK_COMPLETE, accepted.get(0), "");
      worker.expectClosed();
      ClusterServers.get(left);
      soon().until(() -> heir.records() == 0);
      assertThat(heir.jobs()).isZero();
      soon().until(() -> heir.entries() == 1);
      assertThat(heir.map(Maps.NODES).keySet()).containsAll(heir.map(Maps.RUNNING).keySet());
    }
  }

  @Test
  void aJobThatRunsOnWhenTimeIsUpIsTreatedAsLost() {
    try (ClusterServers servers = new ClusterServers()) {
      Server heir = servers.start();
      Server leaver = servers.start(options -> options.setLeaveTimeoutSeconds(2));
      List<String> accepted = leaver.submit(2);
      heir.awaitSafe();
      WireClient worker = leaver.connect().send(CAN_DO, "f");
      worker.grab();
      long begin = System.nanoTime();
      ClusterServers.get(leaver.server.close());
      assertThat(SECONDS.convert(java.time.Duration.ofNanos(System.nanoTime() - begin)))
          .as("seconds")
          .isBetween(1L, 20L);
      worker.expectClosed();
      soon().until(() -> heir.jobs() == 2);
      assertThat(heir.tell("show jobs"))
          .contains(accepted.get(0) + "\t1\t0\t1\n")
          .contains(accepted.get(1) + "\t0\t0\t1\n");
      assertThat(heir.workOff()).hasSameElementsAs(accepted);
      soon().until(() -> heir.records() == 0);
    }
  }

  @Test
  void aJobWhoseWorkerIsLostMeanwhileGoesToTheHeirWithOneRetryMore() {
    try (ClusterServers servers = new ClusterServers()) {
      Server heir = servers.start();
      Server leaver = servers.start();
      String handle = leaver.submit(1).get(0);
      heir.awaitSafe();
      WireClient worker = leaver.connect().send(CAN_DO, "f");
      worker.grab();
      Future<Void> left = leaver.server.close();
      soon().until(() -> heir.tell("show jobs").isEmpty() && heir.listsOfRunning() == 1);
      worker.close();
      ClusterServers.get(left);
      soon().until(() -> heir.tell("show jobs").equals(handle + "\t1\t0\t1\n"));
      assertThat(heir.workOff()).containsExactly(handle);
      soon().until(() -> heir.records() == 0);
    }
  }

  @Test
  void aServerThatLeavesIsQuickWhenNothingRunsAndAnswersNobody() {
    try (ClusterServers servers = new ClusterServers()) {
      Server heir = servers.start();
      Server leaver = servers.start(options -> options.setLeaveTimeoutSeconds(60));
      heir.awaitSafe();
      WireClient idle = leaver.connect();
      idle.silence();
      WireClient waiting = leaver.connect();
      waiting.submit(SUBMIT_JOB, "f", "", "nobody can do it");
      Future<Void> left = leaver.server.close();
      idle.expectClosed();
      waiting.expectClosed();
      ClusterServers.get(left);
    }
  }

  @Test
  void aServerAloneLeavesToo() {
    try (ClusterServers servers = new ClusterServers()) {
      Server alone = servers.start();
      alone.submit(3);
      ClusterServers.get(alone.server.drain());
    }
  }

  @Test
  void noRecordIsLostOrRunTwiceWhileServersComeAndGo() {
    try (ClusterServers servers = new ClusterServers()) {
      List<Server> running = new ArrayList<>(List.of(servers.start(), servers.start()));
      Set<String> accepted = new HashSet<>();
      List<String> done = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        running.add(servers.start());
        for (Server server : running) {
          accepted.addAll(server.submit(200));
        }
        Server leaver = running.remove(0);
        WireClient client = leaver.connect();
        Future<Void> left = leaver.server.close();
        accepted.addAll(submitUntilClosed(client));
        ClusterServers.get(left);
        leaver.leave();
      }
      soon()
          .until(
              () -> {
                running.forEach(server -> done.addAll(server.workOff()));
                return running.get(0).records() == 0;
              });
      assertThat(done).doesNotHaveDuplicates().containsAll(accepted);
    }
  }

  /** Submits until the server does not answer any more. */
  private static List<String> submitUntilClosed(WireClient client) {
    List<String> handles = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      try {
        client.send(SUBMIT_JOB_BG, "f", "", "late");
      } catch (java.io.UncheckedIOException e) {
        break;
      }
    }
    try {
      while (true) {
        handles.add(client.expect(JOB_CREATED).handle());
      }
    } catch (AssertionError e) {
      assertThat(e).hasMessageContaining("closed the connection");
      return handles;
    }
  }

  /** Removes nothing, and counts how often that was tried. */
  @SuppressWarnings("serial") // Members of one JVM.
  private static final class CountedRefusals extends MapTrouble {
    static final AtomicInteger TRIES = new AtomicInteger();

    @Override
    public Object interceptRemove(Object value) {
      TRIES.incrementAndGet();
      throw new IllegalStateException("not now");
    }
  }

  @Test
  void aServerThatLeavesHasCancelledForAllWhatWasCancelledThere() {
    try (ClusterServers servers = new ClusterServers()) {
      Server other = servers.start();
      Server leaver = servers.start(options -> options.setLeaveTimeoutSeconds(60));
      IMap<String, byte[]> map = other.map(Maps.SCHEDULES);
      List<Future<Void>> left = new ArrayList<>();
      new CountedRefusals()
          .during(
              map,
              () -> {
                try (WireClient client = leaver.connect()) {
                  String handle =
                      client.submit(SUBMIT_JOB_SCHED, "f", "u", "0", "0", "1", "1", "*", "p");
                  assertThat(client.line("cancel job " + handle)).startsWith("OK");
                }
                left.add(leaver.server.close());
                CountedRefusals.TRIES.set(0);
                soon().until(() -> left.get(0).isComplete() || CountedRefusals.TRIES.get() >= 8);
              });
      ClusterServers.get(left.get(0));
      assertThat(map.size()).isZero();
    }
  }
}

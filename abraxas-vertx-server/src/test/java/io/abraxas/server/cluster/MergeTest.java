package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_SCHED;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.ClusterServers.Server;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MergeTest {
  @Test
  void uniqueIdsOfBothSidesAreKnownOnBothAfterwards() {
    try (ClusterServers servers = new ClusterServers()) {
      List<String> handles = new ArrayList<>();
      List<Server> sides =
          servers.startApart(
              early -> {
                handles.add(submit(early, "early"));
                handles.add(submit(early, "both"));
              });
      handles.add(submit(sides.get(1), "late"));
      String both = submit(sides.get(1), "both");
      sides.forEach(side -> side.awaitLinked(2));
      for (Server side : sides) {
        assertThat(submit(side, "early")).isEqualTo(handles.get(0));
        assertThat(submit(side, "late")).isEqualTo(handles.get(2));
      }
      // Accepted on both sides: it may be two jobs.
      assertThat(submit(sides.get(0), "both")).isEqualTo(handles.get(1));
      assertThat(submit(sides.get(1), "both")).isEqualTo(both);
      List<String> done = new ArrayList<>();
      sides.forEach(side -> done.addAll(side.workOff()));
      assertThat(done).containsAll(handles).contains(both).doesNotHaveDuplicates();
      await().atMost(60, SECONDS).until(() -> sides.get(0).map(Maps.UNIQUES).isEmpty());
    }
  }

  private static String submit(Server server, String unique) {
    try (WireClient client = server.connect()) {
      return client.submit(SUBMIT_JOB_BG, "f", unique, "payload");
    }
  }

  @Test
  void everyJobOfBothSidesIsThereOnceAfterwards() {
    try (ClusterServers servers = new ClusterServers()) {
      Set<String> accepted = new HashSet<>();
      List<Server> sides = servers.startApart(early -> accepted.addAll(early.submit(300)));
      Server late = sides.get(1);
      do {
        accepted.addAll(late.submit(100));
      } while (late.entries() < 2);
      sides.forEach(side -> accepted.addAll(side.submit(200)));
      await().atMost(60, SECONDS).until(() -> sides.get(0).records() == accepted.size());
      assertThat(sides.get(0).jobs() + sides.get(1).jobs()).isEqualTo(accepted.size());
      List<String> done = new ArrayList<>();
      for (Server side : sides) {
        done.addAll(side.workOff());
      }
      assertThat(done).hasSameElementsAs(accepted).doesNotHaveDuplicates();
      await().atMost(60, SECONDS).until(() -> sides.get(0).records() == 0);
    }
  }

  /** Servers are safe before all members of a side that was smaller have brought their records. */
  @Test
  void recordsOfJobsThatEndedWhileOthersMergedAreDeleted() {
    try (ClusterServers servers = new ClusterServers()) {
      Server home = servers.start();
      Server other = servers.start();
      home.awaitLinked(2);
      home.submit(1);
      Map<String, byte[]> before = Map.copyOf(home.map(Maps.JOBS));
      home.workOff();
      await().atMost(60, SECONDS).until(() -> home.records() == 0);
      before.forEach(home::putRecord);
      other.endMerge();
      await().atMost(60, SECONDS).until(() -> home.records() == 0);
      assertThat(home.jobs()).isZero();
    }
  }

  @Test
  void theSchedulesOfBothSidesAreEverywhereAfterwards() {
    try (ClusterServers servers = new ClusterServers()) {
      List<String> handles = new ArrayList<>();
      List<Server> sides =
          servers.startApart(
              early -> {
                schedule(early, "u");
                handles.add(schedule(early, "early"));
              });
      schedule(sides.get(1), "u");
      handles.add(schedule(sides.get(1), "late"));
      await().atMost(60, SECONDS).until(() -> sides.get(0).map(Maps.SCHEDULES).size() == 3);
      await().atMost(60, SECONDS).until(() -> rows(sides.get(0)).equals(rows(sides.get(1))));
      // Of those with one unique id one is left.
      assertThat(rows(sides.get(0))).hasSize(3);
      assertThat(rows(sides.get(0)).toString()).contains(handles);
    }
  }

  private static Set<String> rows(Server server) {
    return server.tell("show schedules").lines().collect(Collectors.toSet());
  }

  private static String schedule(Server server, String unique) {
    try (WireClient client = server.connect()) {
      return client.submit(SUBMIT_JOB_SCHED, "f", unique, "0", "0", "1", "1", "*", "p");
    }
  }
}

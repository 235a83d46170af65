package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.abraxas.server.cluster.NodeEntry.State;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodesTest {
  private static final String HERE = "0123456789012345678";

  private final TestCluster cluster = new TestCluster();
  private Maps maps;
  private Nodes near;
  private Nodes far;

  @BeforeEach
  void start() {
    HazelcastInstance member = cluster.start();
    maps = Maps.announce(member, 1);
    near = new Nodes(maps.nodes());
    far = new Nodes(Maps.announce(cluster.start(), 1).nodes());
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static NodeEntry entry(String token) {
    return NodeEntry.started(HERE, new UUID(1, 2), "127.0.0.1", 1, token);
  }

  @Test
  void whatIsReadDoesNotChangeWithTheMap() {
    assertThat(near.enter(HERE, entry("a"))).isTrue();
    Map<String, NodeEntry> read = far.read();
    assertThat(read).containsOnly(Assertions.entry(HERE, entry("a")));
    assertThat(near.replace(HERE, entry("a"), entry("a").in(State.LEAVING))).isTrue();
    assertThat(read.get(HERE).state()).isEqualTo(State.UP);
    assertThat(far.get(HERE).state()).isEqualTo(State.LEAVING);
  }

  @Test
  void anIncarnationIsEnteredOnce() {
    assertThat(near.enter(HERE, entry("a"))).isTrue();
    assertThat(far.enter(HERE, entry("b"))).isFalse();
    assertThat(near.enter(HERE, entry("a"))).as("what is there already is its own").isTrue();
  }

  @Test
  void onlyOneOfManyThatKnowTheSameEntryReplacesIt() throws Exception {
    NodeEntry known = entry("a");
    near.enter(HERE, known);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> claims =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              (i % 2 == 0 ? near : far)
                                  .replace(HERE, known, known.claimedBy("" + i))))
              .toList();
      int won = 0;
      for (Future<Boolean> claim : claims) {
        won += claim.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
    assertThat(near.get(HERE).epoch()).isEqualTo(1);
  }

  @Test
  void removesOnlyWhatItKnows() {
    near.enter(HERE, entry("a"));
    near.remove(HERE, entry("b"));
    assertThat(near.get(HERE)).isEqualTo(entry("a"));
    near.remove(HERE, entry("a"));
    assertThat(far.get(HERE)).isNull();
  }

  @Test
  void leavesOutWhatALaterVersionKeepsForItself() {
    near.enter(HERE, entry("a"));
    byte[] newer = Arrays.copyOf(entry("b").bytes(), entry("b").bytes().length);
    newer[1] = 9;
    maps.nodes().set("later", newer);
    assertThat(near.read()).containsOnlyKeys(HERE);
    assertThat(near.get("later")).isNull();
  }
}

package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.cluster.NodeEntry.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HomesTest {
  private static final String A = "1000000000000000001";
  private static final String B = "1000000000000000002";
  private static final String C = "1000000000000000003";

  private final Map<String, NodeEntry> nodes = new HashMap<>();
  private final Set<String> there = new HashSet<>();

  HomesTest() {
    for (String node : Set.of(A, B, C)) {
      nodes.put(node, NodeEntry.started(node, UUID.randomUUID(), "127.0.0.1", 1, "t"));
      there.add(node);
    }
  }

  private Homes seenBy(String self) {
    return new Homes(self, nodes, there);
  }

  private void state(String node, State state) {
    nodes.compute(node, (n, entry) -> entry.in(state));
  }

  private void claim(String origin, String home) {
    nodes.compute(origin, (n, entry) -> entry.claimedBy(home));
  }

  @Test
  void aServerThatServesIsTheHomeOfItsJobsWhateverItsEntrySays() {
    claim(A, B);
    for (State state : new State[] {State.UP, State.LEAVING}) {
      state(A, state);
      assertThat(seenBy(C).homeOf(A)).isEqualTo(A);
      assertThat(seenBy(C).isOrphan(A)).isFalse();
      assertThat(seenBy(B).inherited()).isEmpty();
    }
  }

  @Test
  void theJobsOfALostServerWaitForAHomeUntilOneHasClaimedThem() {
    there.remove(A);
    assertThat(seenBy(B).orphans()).containsExactly(A);
    claim(A, B);
    assertThat(seenBy(C).orphans()).isEmpty();
    assertThat(seenBy(C).homeOf(A)).isEqualTo(B);
    assertThat(seenBy(B).inherited()).containsExactly(A);
    assertThat(seenBy(C).inherited()).isEmpty();
  }

  @Test
  void theyWaitAgainWhenTheHeirIsLostOrHasHandedThemOver() {
    there.remove(A);
    claim(A, B);
    state(B, State.LEAVING);
    assertThat(seenBy(C).orphans()).isEmpty();
    state(B, State.HANDED);
    assertThat(seenBy(C).orphans()).containsExactly(A, B);
    state(B, State.UP);
    there.remove(B);
    assertThat(seenBy(C).orphans()).containsExactly(A, B);
  }

  @Test
  void aServerThatHandedItsJobsOverIsNotTheirHomeAlthoughItIsThere() {
    state(A, State.HANDED);
    assertThat(seenBy(B).orphans()).containsExactly(A);
    claim(A, B);
    assertThat(seenBy(A).homeOf(A)).isEqualTo(B);
    state(A, State.LEFT);
    assertThat(seenBy(C).homeOf(A)).isEqualTo(B);
  }

  @Test
  void allComeToTheSameHeirWhichIsUpAndThere() {
    there.remove(A);
    String heir = seenBy(B).heirOf(A);
    assertThat(heir).isIn(B, C).isEqualTo(seenBy(C).heirOf(A));
    String other = heir.equals(B) ? C : B;
    for (State state : new State[] {State.LEAVING, State.HANDED, State.LEFT}) {
      state(heir, state);
      assertThat(seenBy(other).heirOf(A)).isEqualTo(other);
      assertThat(seenBy(heir).mayClaim(A)).isFalse();
    }
    state(heir, State.UP);
    there.remove(heir);
    assertThat(seenBy(other).heirOf(A)).isEqualTo(other);
    assertThat(seenBy(other).mayClaim(A)).isTrue();
  }

  @Test
  void nobodyInheritsFromAServerOfALaterVersion() {
    byte[] later = nodes.get(A).bytes().clone();
    later[0] = NodeEntry.VERSION + 1;
    nodes.put(A, NodeEntry.of(later));
    there.remove(A);
    assertThat(seenBy(B).heirOf(A)).isNull();
    assertThat(seenBy(B).mayClaim(A)).isFalse();
    assertThat(seenBy(A).heirOf(B)).as("it inherits itself, seen by itself").isNotNull();
  }

  @Test
  void aServerCountsAsThereForItself() {
    there.remove(A);
    assertThat(seenBy(A).homeOf(A)).isEqualTo(A);
    assertThat(seenBy(A).mayClaim(B)).isTrue();
  }

  @Test
  void theJobsOfManyLostServersAreSharedOut() {
    Map<String, Integer> shares = new TreeMap<>();
    for (int i = 0; i < 3000; i++) {
      String origin = "20000000000000" + (10000 + i);
      nodes.put(origin, NodeEntry.started(origin, UUID.randomUUID(), "127.0.0.1", 1, "t"));
      shares.merge(seenBy(A).heirOf(origin), 1, Integer::sum);
    }
    assertThat(shares.keySet()).containsExactly(A, B, C);
    assertThat(shares.values()).allMatch(share -> share > 800 && share < 1200);
  }

  @Test
  void thoseThatAreUpHaveTheirTurnsOneAfterTheOtherAndNotAlwaysTheSameOneFirst() {
    Set<String> firsts = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String what = "thing " + i;
      Map<Integer, String> turns = new TreeMap<>();
      for (String node : Set.of(A, B, C)) {
        turns.put(seenBy(node).rank(what), node);
      }
      assertThat(turns).containsOnlyKeys(0, 1, 2);
      firsts.add(turns.get(0));
    }
    assertThat(firsts).containsExactlyInAnyOrder(A, B, C);
    state(A, State.LEAVING);
    there.remove(B);
    assertThat(seenBy(C).rank("thing")).isZero();
    assertThat(new Homes(A, Map.of(), Set.of()).rank("thing")).isZero();
  }
}

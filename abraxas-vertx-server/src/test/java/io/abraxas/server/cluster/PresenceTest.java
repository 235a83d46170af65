package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.cluster.NodeEntry.State;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static final String NODE = "1000000000000000001";

  private final UUID member = UUID.randomUUID();
  private final UUID other = UUID.randomUUID();
  private final NodeEntry entry = NodeEntry.started(NODE, member, "127.0.0.1", 1, "t");
  private final Presence presence = new Presence(100);

  private boolean isThere(Set<UUID> members, NodeEntry node, long nanos) {
    return presence.update(members, Map.of(NODE, node), nanos).contains(NODE);
  }

  @Test
  void aServerIsThereAsLongAsItsMemberIsSeen() {
    assertThat(isThere(Set.of(member, other), entry, 1)).isTrue();
    assertThat(isThere(Set.of(other), entry, 2)).isFalse();
    assertThat(isThere(Set.of(other, member), entry, 3)).isTrue();
  }

  @Test
  void aServerThatSaysItLeftIsNotThere() {
    Set<UUID> members = Set.of(member);
    assertThat(isThere(members, entry.in(State.HANDED), 1)).isTrue();
    assertThat(isThere(members, entry.in(State.LEFT), 2)).isFalse();
  }

  @Test
  void aMemberThatWasNeverSeenMayBeOnItsWayForAWhile() {
    assertThat(isThere(Set.of(other), entry, 1000)).isTrue();
    assertThat(isThere(Set.of(other), entry, 1099)).isTrue();
    assertThat(isThere(Set.of(other), entry, 1100)).isFalse();
    assertThat(isThere(Set.of(other, member), entry, 1200)).isTrue();
    assertThat(isThere(Set.of(other), entry, 1201)).isFalse();
  }

  @Test
  void aServerWhoseMemberIsAnotherAfterAMergeIsThereAgainOnceItSaysSo() {
    UUID merged = UUID.randomUUID();
    isThere(Set.of(member, other), entry, 1);
    assertThat(isThere(Set.of(merged, other), entry, 2)).isFalse();
    assertThat(isThere(Set.of(merged, other), entry.withMember(merged), 3)).isTrue();
  }
}

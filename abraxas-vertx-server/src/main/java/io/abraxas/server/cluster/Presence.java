package io.abraxas.server.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Tells which servers are there, by the members that Hazelcast sees and the servers' own entries.
 *
 * <p>A server is gone when it says so, or when its member was seen and is not any more. One whose
 * member was never seen may be just joining: its entry can come before the news of its member. So
 * it counts as there for as long as a member may be silent. Confined to the cluster's thread.
 */
final class Presence {
  private final long graceNanos;
  private final Set<UUID> seen = new HashSet<>();

  /** Since when an entry names a member that was never seen. */
  private final Map<String, Long> strangeSince = new HashMap<>();

  private Set<String> there = Set.of();

  /**
   * @param graceNanos how long a member that was never seen may be on its way
   */
  Presence(long graceNanos) {
    this.graceNanos = graceNanos;
  }

  /**
   * Looks again.
   *
   * @param nanos the time now
   */
  Set<String> update(Set<UUID> members, Map<String, NodeEntry> nodes, long nanos) {
    seen.addAll(members);
    strangeSince.keySet().retainAll(nodes.keySet());
    Set<String> now = new HashSet<>();
    nodes.forEach(
        (incarnation, entry) -> {
          if (isThere(incarnation, entry, members, nanos)) {
            now.add(incarnation);
          }
        });
    there = now;
    return there;
  }

  private boolean isThere(String incarnation, NodeEntry entry, Set<UUID> members, long nanos) {
    if (entry.state() == NodeEntry.State.LEFT) {
      return false;
    }
    if (seen.contains(entry.member())) {
      strangeSince.remove(incarnation);
      return members.contains(entry.member());
    }
    Long since = strangeSince.putIfAbsent(incarnation, nanos);
    return since == null || nanos - since < graceNanos;
  }
}

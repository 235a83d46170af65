package io.abraxas.server.cluster;

import io.abraxas.server.cluster.NodeEntry.State;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What this server tells of itself in the map of servers, and keeps telling: after a merge its
 * member is another, and its entry may be lost or be what others made of it. Blocks; confined to
 * the cluster's thread.
 */
final class OwnEntry {
  private final Nodes nodes;
  private final String self;
  private final NodeEntry first;
  private final Supplier<UUID> member;
  private State state = State.UP;

  /**
   * @param first the entry that was made at the start
   * @param member the UUID of the local member now
   */
  OwnEntry(Nodes nodes, String self, NodeEntry first, Supplier<UUID> member) {
    this.nodes = nodes;
    this.self = self;
    this.first = first;
    this.member = member;
  }

  State state() {
    return state;
  }

  /** Goes on to another state, and tells so. */
  void move(State next) {
    state = next;
    ensure();
  }

  /** Makes the entry right, if it is not. */
  void ensure() {
    while (true) {
      NodeEntry there = nodes.get(self);
      NodeEntry wanted = wanted(there == null ? first : there);
      if (wanted.equals(there)) {
        return;
      }
      boolean done = there == null ? nodes.enter(self, wanted) : nodes.replace(self, there, wanted);
      if (done) {
        return;
      }
    }
  }

  private NodeEntry wanted(NodeEntry there) {
    NodeEntry wanted = there.in(state).withMember(member.get());
    // Somebody took this server for dead. It serves, so it is the home again.
    return serves() && !wanted.home().equals(self) ? wanted.claimedBy(self) : wanted;
  }

  private boolean serves() {
    return state == State.UP || state == State.LEAVING;
  }

  /** Raises the epoch, which has all others compare the map with what they know. */
  void raise() {
    boolean done = !serves();
    while (!done) {
      NodeEntry there = nodes.get(self);
      if (there == null) {
        ensure();
      } else {
        done = nodes.replace(self, there, there.claimedBy(self));
      }
    }
  }
}

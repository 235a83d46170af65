package io.abraxas.server.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Knows whether the cluster is thin: from the moment that a member is lost until the others have
 * made up for it, Hazelcast has partitions with fewer replicas than it should, and a write to one
 * of these succeeds all the same.
 */
final class Replicas {
  private final SafetyQuestion question = new SafetyQuestion();
  private final HazelcastInstance hazelcast;

  /**
   * Who was there when all replicas were complete, and who has come since. Empty before the first
   * time.
   */
  private volatile Set<UUID> known = Set.of();

  Replicas(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /**
   * Whether a write may have reached fewer members than the cluster could give it. A member alone
   * gives what it can. Blocks nothing; from any thread.
   */
  boolean isThin() {
    Set<Member> now = hazelcast.getCluster().getMembers();
    if (now.size() < 2) {
      return false;
    }
    Set<UUID> before = known;
    if (before.isEmpty()) {
      return true;
    }
    int present = 0;
    for (Member member : now) {
      if (before.contains(member.getUuid())) {
        present++;
      }
    }
    return present < before.size();
  }

  /**
   * Asks all members whether all replicas are complete, and remembers who they are. Blocks; on one
   * thread.
   */
  boolean check() {
    Set<UUID> now = members();
    if (!known.isEmpty()) {
      Set<UUID> all = new HashSet<>(known);
      all.addAll(now);
      known = all;
    }
    boolean safe = question.ask(hazelcast) && now.equals(members());
    if (safe) {
      known = now;
    }
    return safe;
  }

  /** A member is gone: a check under way does not wait for it. From any thread. */
  void memberLost() {
    question.memberLost();
  }

  private Set<UUID> members() {
    Set<UUID> ids = new HashSet<>();
    hazelcast.getCluster().getMembers().forEach(member -> ids.add(member.getUuid()));
    return ids;
  }
}

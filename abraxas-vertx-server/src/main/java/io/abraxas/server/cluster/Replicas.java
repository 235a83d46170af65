package io.abraxas.server.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Knows whether the cluster is thin: whether Hazelcast may have partitions with fewer replicas than
 * its members could give them, and a write to one of these succeeds all the same.
 *
 * <p>It is so from the moment that a member is lost until the others have made up for it, and from
 * the coming of one that makes more replicas possible until they are there.
 */
final class Replicas {
  private final SafetyQuestion question = new SafetyQuestion();
  private final HazelcastInstance hazelcast;

  /** How many replicas there are to be. */
  private final int wanted;

  /** What was true when all replicas were complete; null before the first time. */
  private volatile Complete last;

  /**
   * All replicas were complete.
   *
   * @param count how many there were of each partition
   * @param known who was there, and who has come since
   */
  private record Complete(int count, Set<UUID> known) {}

  /**
   * @param backups how many replicas there are to be besides the first
   */
  Replicas(HazelcastInstance hazelcast, int backups) {
    this.hazelcast = hazelcast;
    wanted = backups + 1;
  }

  /**
   * Whether a write may have reached fewer members than the cluster could give it. A member alone
   * gives what it can. Blocks nothing; from any thread.
   */
  boolean isThin() {
    Complete before = last;
    int there = 0;
    int present = 0;
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (!member.isLiteMember()) {
        there++;
        if (before != null && before.known.contains(member.getUuid())) {
          present++;
        }
      }
    }
    if (there < 2) {
      return false;
    }
    return before == null
        || present < before.known.size()
        || before.count < Math.min(wanted, there);
  }

  /**
   * Asks all members whether all replicas are complete, and remembers who they are. Blocks; on one
   * thread.
   */
  boolean check() {
    Set<UUID> now = members();
    Complete before = last;
    if (before != null) {
      Set<UUID> all = new HashSet<>(before.known);
      all.addAll(now);
      last = new Complete(before.count, all);
    }
    boolean safe = question.ask(hazelcast) && now.equals(members());
    if (safe) {
      last = new Complete(Math.min(wanted, now.size()), now);
    }
    return safe;
  }

  /** A member is gone: a check under way does not wait for it. From any thread. */
  void memberLost() {
    question.memberLost();
  }

  /** Those that hold data. */
  private Set<UUID> members() {
    Set<UUID> ids = new HashSet<>();
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (!member.isLiteMember()) {
        ids.add(member.getUuid());
      }
    }
    return ids;
  }
}

package io.abraxas.server.cluster;

import io.abraxas.server.cluster.NodeEntry.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is the home of whose jobs, and who is to be: decided from plain values, so that servers that
 * see the same come to the same result.
 *
 * @param self this server
 * @param nodes all entries, this server's own among them
 * @param there which of them are there; this server counts as there in any case
 */
record Homes(String self, Map<String, NodeEntry> nodes, Set<String> there) {
  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /** Whether a server is there and goes on with the jobs that it is the home of. */
  boolean isServing(String incarnation) {
    NodeEntry entry = nodes.get(incarnation);
    return isThere(incarnation) && (entry.state() == State.UP || entry.state() == State.LEAVING);
  }

  boolean isThere(String incarnation) {
    return nodes.containsKey(incarnation)
        && (incarnation.equals(self) || there.contains(incarnation));
  }

  /**
   * The home of an origin's jobs: the origin as long as it serves, whatever the entry says. It may
   * be one that does not serve.
   */
  String homeOf(String origin) {
    return isServing(origin) ? origin : nodes.get(origin).home();
  }

  /** Whether an origin's jobs wait for another home. */
  boolean isOrphan(String origin) {
    return !isServing(homeOf(origin));
  }

  /** Origins whose jobs wait for another home. */
  List<String> orphans() {
    return nodes.keySet().stream().filter(this::isOrphan).sorted().toList();
  }

  /** Whether this server may become the home of an origin's jobs, be it the heir or not. */
  boolean mayClaim(String origin) {
    return mayInherit(self, origin);
  }

  private boolean mayInherit(String heir, String origin) {
    NodeEntry entry = nodes.get(heir);
    return isThere(heir)
        && entry.state() == State.UP
        && entry.version() >= nodes.get(origin).version();
  }

  /**
   * Who is to be the next home of an origin's jobs, or null when nobody can: of those that may, the
   * one with the highest hash of both names. So the jobs of several servers go to several heirs.
   */
  String heirOf(String origin) {
    String heir = null;
    long highest = 0;
    for (String candidate : nodes.keySet()) {
      if (!mayInherit(candidate, origin)) {
        continue;
      }
      long hash = hash(origin, candidate);
      if (heir == null || hash > highest || (hash == highest && candidate.compareTo(heir) > 0)) {
        heir = candidate;
        highest = hash;
      }
    }
    return heir;
  }

  /** Other origins that this server is the home of. */
  List<String> inherited() {
    List<String> inherited = new ArrayList<>();
    for (String origin : nodes.keySet()) {
      if (!origin.equals(self) && homeOf(origin).equals(self)) {
        inherited.add(origin);
      }
    }
    return inherited;
  }

  /**
   * How many servers come before this one when all that are up are asked to do something in turn:
   * in the order of the hash of both names, so that different things begin at different servers.
   */
  int rank(String what) {
    long own = hash(what, self);
    int rank = 0;
    for (Map.Entry<String, NodeEntry> entry : nodes.entrySet()) {
      String other = entry.getKey();
      if (!other.equals(self) && isThere(other) && entry.getValue().state() == State.UP) {
        long hash = hash(what, other);
        if (hash > own || (hash == own && other.compareTo(self) > 0)) {
          rank++;
        }
      }
    }
    return rank;
  }

  /** The same on every server and in every version. */
  static long hash(String origin, String candidate) {
    long hash = FNV_BASIS;
    String both = origin + '/' + candidate;
    for (int i = 0; i < both.length(); i++) {
      hash = (hash ^ both.charAt(i)) * FNV_PRIME;
    }
    // The last characters alone would hardly reach the high bits.
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }
}

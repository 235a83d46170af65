package io.abraxas.server.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Origins that wait for a home, and claiming them. Confined to the cluster's thread. */
final class Orphans {
  private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

  private final Nodes nodes;
  private final long graceNanos;

  /** Since when each waits. */
  private final Map<String, Long> since = new HashMap<>();

  /**
   * @param graceNanos how long only the heir claims one
   */
  Orphans(Nodes nodes, long graceNanos) {
    this.nodes = nodes;
    this.graceNanos = graceNanos;
  }

  boolean isEmpty() {
    return since.isEmpty();
  }

  /**
   * Claims those whose heir this server is, or that nobody has claimed in time.
   *
   * @return whether some were claimed, by this server or by another
   */
  boolean claim(Homes homes) {
    List<String> orphans = homes.orphans();
    since.keySet().retainAll(orphans);
    long now = System.nanoTime();
    boolean claimed = false;
    for (String origin : orphans) {
      since.putIfAbsent(origin, now);
      // Views of the cluster differ, and an heir may hang.
      boolean overdue = now - since.get(origin) >= graceNanos;
      if (homes.mayClaim(origin) && (homes.self().equals(homes.heirOf(origin)) || overdue)) {
        NodeEntry known = homes.nodes().get(origin);
        if (nodes.replace(origin, known, known.claimedBy(homes.self()))) {
          LOG.info("is the home of the jobs of {} from now on", origin);
          since.remove(origin);
        }
        claimed = true;
      }
    }
    return claimed;
  }
}

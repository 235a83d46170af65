package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import io.abraxas.server.broker.Origins;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which origins are settled: they are gone, this server is the home of their jobs, and all of these
 * are known here. Before one is, claims to unique ids are removed that nobody else would: those of
 * its foreground jobs, which ended with it.
 *
 * <p>Blocks, and is confined to the cluster's thread, but for what says otherwise.
 */
final class Settlement {
  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  private final IMap<String, byte[]> map;
  private final String[] partitionKeys;
  private final Origins origins;
  private final BrokerLoop loop;

  private volatile Set<String> settled = Set.of();

  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Claim(String key, byte[] value, long handle) {}

  /**
   * @param partitionKeys for each partition a key that lies in it
   */
  Settlement(IMap<String, byte[]> map, String[] partitionKeys, Origins origins, BrokerLoop loop) {
    this.map = map;
    this.partitionKeys = partitionKeys;
    this.origins = origins;
    this.loop = loop;
  }

  /** Whether an origin is settled. From any thread. */
  boolean has(String origin) {
    return settled.contains(origin);
  }

  /**
   * All jobs of these origins are known here. What runs on a server that has handed its jobs over
   * is still its own, as long as it is there.
   */
  void settle(Collection<String> incarnations, Homes homes) {
    Set<String> gone = new HashSet<>(incarnations);
    gone.removeIf(homes::isThere);
    if (!gone.isEmpty()) {
      removeClaims(gone);
      gone.addAll(settled);
      settled = Set.copyOf(gone);
    }
  }

  /** Another server is the home of an origin's jobs, or none of them is left. */
  void leave(String origin) {
    Set<String> others = new HashSet<>(settled);
    others.remove(origin);
    settled = Set.copyOf(others);
  }

  /** Jobs of all origins may have come since they were read. */
  void clear() {
    settled = Set.of();
  }

  /** Removes claims of jobs of these origins that the broker does not have. */
  private void removeClaims(Set<String> gone) {
    List<Claim> lost = new ArrayList<>();
    for (String partition : partitionKeys) {
      List<Claim> claims = new ArrayList<>();
      map.entrySet(Predicates.partitionPredicate(partition, Predicates.alwaysTrue()))
          .forEach(entry -> add(entry, gone, claims));
      if (!claims.isEmpty()) {
        loop.run(broker -> claims.removeIf(claim -> broker.find(claim.handle) != null));
        lost.addAll(claims);
      }
    }
    // Only as they were found: somebody may have taken one over since.
    lost.forEach(claim -> map.remove(claim.key, claim.value));
    if (!lost.isEmpty()) {
      LOG.info("removed {} claims to unique ids of {}", lost.size(), gone);
    }
  }

  private void add(Map.Entry<String, byte[]> entry, Set<String> gone, List<Claim> claims) {
    try {
      long handle = UniqueEntry.handle(entry.getValue(), origins);
      if (gone.contains(origins.incarnation(Origins.index(handle)))) {
        claims.add(new Claim(entry.getKey(), entry.getValue(), handle));
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("left a claim where it is: {}", e.getMessage());
    }
  }
}

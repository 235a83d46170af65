package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Origins;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Which origins are settled: they are gone, this server is the home of their jobs, and all of these
 * are known here. So it is known, too, which of their claims to unique ids have no job, and a
 * {@link Sweep} removes these.
 *
 * <p>Confined to the cluster's thread, but for what says otherwise.
 */
final class Settlement {
  private final Sweep sweep;

  private volatile Set<String> settled = Set.of();
  private boolean stopped;

  /**
   * @param uniques the claims of all servers
   * @param partitionKeys for each partition a key that lies in it
   * @param thread the cluster's
   */
  Settlement(
      IMap<String, byte[]> uniques,
      String[] partitionKeys,
      Origins origins,
      BrokerLoop loop,
      HazelcastUniqueOwners owners,
      ScheduledExecutorService thread) {
    sweep = new Sweep(uniques, partitionKeys, origins, loop, owners, this::has, thread);
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
    sweep.end();
  }

  /** Begins to compare claims with jobs. */
  void sweep() {
    if (!stopped) {
      sweep.begin();
    }
  }

  /** Whether this is done. It never is once it was stopped: others have to do it. */
  boolean isSwept() {
    return !stopped && sweep.isDone();
  }

  /** This server takes nothing over any more. */
  void stop() {
    stopped = true;
    sweep.end();
  }
}

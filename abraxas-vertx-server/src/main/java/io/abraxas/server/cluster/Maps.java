package io.abraxas.server.cluster;

import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.InvalidConfigurationException;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;

/**
 * The replicated maps of the cluster: their names, how they are kept, and access to them.
 *
 * <p>Their configuration is announced to all members, those that come later too, so that members
 * which know nothing of us keep them as we want it.
 */
final class Maps {
  /** Key of the job, see {@code JobRecord}: its record. */
  static final String JOBS = "abraxas.jobs";

  /** Incarnation of a server: its {@link NodeEntry}. */
  static final String NODES = "abraxas.nodes";

  /** Function and unique id: which job has it, see {@link UniqueEntry}. */
  static final String UNIQUES = "abraxas.uniques";

  /** Incarnation of a server: what it has running for a while. */
  static final String RUNNING = "abraxas.running";

  /** Key of a schedule, see {@link ScheduleRecord}: the record. */
  static final String SCHEDULES = "abraxas.schedules";

  /** As many as Hazelcast allows, for what is small. */
  private static final int MOST_BACKUPS = 6;

  /** A claim that is lost costs no job. */
  private static final int UNIQUE_BACKUPS = 1;

  private final HazelcastInstance hazelcast;

  private Maps(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /**
   * Announces the maps unless that was done, and gives access to them. Blocks.
   *
   * @param backups how many members besides the primary have a job before it counts as kept
   * @throws IllegalStateException when the cluster keeps one of them in another way
   */
  static Maps announce(HazelcastInstance hazelcast, int backups) {
    String union = PutIfAbsentMergePolicy.class.getName();
    announce(hazelcast, config(JOBS, backups, union));
    announce(hazelcast, config(UNIQUES, UNIQUE_BACKUPS, union));
    announce(hazelcast, config(NODES, MOST_BACKUPS, union));
    announce(hazelcast, config(SCHEDULES, MOST_BACKUPS, union));
    announce(hazelcast, config(RUNNING, backups, DiscardMergePolicy.class.getName()));
    return new Maps(hazelcast);
  }

  private static MapConfig config(String name, int backups, String mergePolicy) {
    return new MapConfig(name)
        .setBackupCount(backups)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setStatisticsEnabled(false)
        .setMergePolicyConfig(new MergePolicyConfig().setPolicy(mergePolicy));
  }

  private static void announce(HazelcastInstance hazelcast, MapConfig wanted) {
    InvalidConfigurationException refusal = null;
    MapConfig known = hazelcast.getConfig().getMapConfigs().get(wanted.getName());
    if (known == null) {
      try {
        hazelcast.getConfig().addMapConfig(wanted);
        return;
      } catch (InvalidConfigurationException e) {
        // Another member was quicker, with another one.
        refusal = e;
        known = hazelcast.getConfig().getMapConfigs().get(wanted.getName());
      }
    }
    String difference = known == null ? "unknown" : difference(known, wanted);
    if (difference != null) {
      throw new IllegalStateException(
          "the cluster keeps the map " + wanted.getName() + " in another way: " + difference,
          refusal);
    }
  }

  /** What of a configuration is not as wanted, or null when all that matters is. */
  private static String difference(MapConfig known, MapConfig wanted) {
    if (known.getBackupCount() != wanted.getBackupCount()) {
      return "with " + known.getBackupCount() + " backups, not " + wanted.getBackupCount();
    }
    if (known.getInMemoryFormat() != wanted.getInMemoryFormat()) {
      return "as " + known.getInMemoryFormat() + ", not " + wanted.getInMemoryFormat();
    }
    String policy = known.getMergePolicyConfig().getPolicy();
    if (!policy.endsWith(simpleName(wanted.getMergePolicyConfig().getPolicy()))) {
      return "merged by " + policy + ", not " + wanted.getMergePolicyConfig().getPolicy();
    }
    if (known.getTimeToLiveSeconds() != 0
        || known.getMaxIdleSeconds() != 0
        || !known.getEvictionConfig().equals(wanted.getEvictionConfig())) {
      return "with entries that are evicted";
    }
    return null;
  }

  /** A policy may be configured with or without its package. */
  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  HazelcastJobMap jobMap() {
    return new HazelcastJobMap(hazelcast.getMap(JOBS));
  }

  IMap<String, byte[]> uniques() {
    return hazelcast.getMap(UNIQUES);
  }

  IMap<String, byte[]> nodes() {
    return hazelcast.getMap(NODES);
  }

  IMap<String, byte[]> schedules() {
    return hazelcast.getMap(SCHEDULES);
  }

  IMap<String, byte[]> running() {
    return hazelcast.getMap(RUNNING);
  }
}

package io.abraxas.server.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.map.listener.MapPartitionLostListener;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.ReplicaMigrationEvent;
import java.util.UUID;
import java.util.function.Consumer;

/** Tells {@link Reconciliation} what happens in Hazelcast, on Hazelcast's threads. */
final class ClusterEvents {
  private final Reconciliation reconciliation;

  private ClusterEvents(Reconciliation reconciliation) {
    this.reconciliation = reconciliation;
  }

  /** From now on. Blocks. */
  static Registrations tell(Reconciliation reconciliation, Maps maps) {
    ClusterEvents events = new ClusterEvents(reconciliation);
    return Registrations.of(maps.hazelcast(), removals -> events.register(maps, removals));
  }

  private void register(Maps maps, Consumer<Runnable> removals) {
    // Those first that other members are asked for, which may fail.
    IMap<String, byte[]> nodes = maps.nodes();
    UUID entries = nodes.addEntryListener(new Entries(), false);
    removals.accept(() -> nodes.removeEntryListener(entries));
    MapPartitionLostListener restore = lost -> reconciliation.restore();
    HazelcastJobMap jobs = maps.jobMap();
    UUID lostJobs = jobs.tellOfLosses(restore);
    removals.accept(() -> jobs.tellNoMore(lostJobs));
    IMap<String, byte[]> uniques = maps.uniques();
    UUID lostUniques = uniques.addPartitionLostListener(restore);
    removals.accept(() -> uniques.removePartitionLostListener(lostUniques));
    HazelcastInstance hazelcast = maps.hazelcast();
    UUID members = hazelcast.getCluster().addMembershipListener(new Members());
    removals.accept(() -> hazelcast.getCluster().removeMembershipListener(members));
    UUID migrations = hazelcast.getPartitionService().addMigrationListener(new Migrations());
    removals.accept(() -> hazelcast.getPartitionService().removeMigrationListener(migrations));
    UUID lifecycle = hazelcast.getLifecycleService().addLifecycleListener(this::lifecycle);
    removals.accept(() -> hazelcast.getLifecycleService().removeLifecycleListener(lifecycle));
  }

  /** Both come after the data of this side was dropped. */
  private void lifecycle(LifecycleEvent event) {
    if (event.getState() == LifecycleState.MERGED
        || event.getState() == LifecycleState.MERGE_FAILED) {
      reconciliation.restore();
    }
  }

  private final class Members implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      reconciliation.reviewRecords();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      reconciliation.reviewLoss();
    }
  }

  private final class Migrations implements MigrationListener {
    @Override
    public void migrationStarted(MigrationState state) {
      reconciliation.review();
    }

    @Override
    public void migrationFinished(MigrationState state) {
      reconciliation.reviewRecords();
    }

    @Override
    public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
      // The whole counts.
    }

    @Override
    public void replicaMigrationFailed(ReplicaMigrationEvent event) {
      // Hazelcast does it again, and tells when the whole is done.
    }
  }

  private final class Entries
      implements EntryAddedListener<String, byte[]>,
          EntryUpdatedListener<String, byte[]>,
          EntryRemovedListener<String, byte[]> {
    @Override
    public void entryAdded(EntryEvent<String, byte[]> event) {
      reconciliation.review();
    }

    @Override
    public void entryUpdated(EntryEvent<String, byte[]> event) {
      reconciliation.review();
    }

    @Override
    public void entryRemoved(EntryEvent<String, byte[]> event) {
      reconciliation.review();
    }
  }
}

package io.abraxas.server.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.map.listener.MapPartitionLostListener;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.ReplicaMigrationEvent;
import java.util.UUID;

/** Tells {@link Reconciliation} what happens in Hazelcast, on Hazelcast's threads. */
final class ClusterEvents {
  private final Reconciliation reconciliation;
  private final Maps maps;
  private final UUID members;
  private final UUID migrations;
  private final UUID lifecycle;
  private final UUID lostPartitions;
  private final UUID lostUniques;
  private final UUID entries;

  private ClusterEvents(Reconciliation reconciliation, Maps maps) {
    this.reconciliation = reconciliation;
    this.maps = maps;
    HazelcastInstance hazelcast = maps.hazelcast();
    // Those first that other members are asked for, which may fail.
    entries = maps.nodes().addEntryListener(new Entries(), false);
    MapPartitionLostListener restore = lost -> reconciliation.restore();
    lostPartitions = maps.jobMap().tellOfLosses(restore);
    lostUniques = maps.uniques().addPartitionLostListener(restore);
    members = hazelcast.getCluster().addMembershipListener(new Members());
    migrations = hazelcast.getPartitionService().addMigrationListener(new Migrations());
    lifecycle = hazelcast.getLifecycleService().addLifecycleListener(this::lifecycle);
  }

  /** From now on. Blocks. */
  static ClusterEvents tell(Reconciliation reconciliation, Maps maps) {
    return new ClusterEvents(reconciliation, maps);
  }

  /** Tells no more: the member may live on without this server. Blocks. */
  void close() {
    HazelcastInstance hazelcast = maps.hazelcast();
    hazelcast.getLifecycleService().removeLifecycleListener(lifecycle);
    if (hazelcast.getLifecycleService().isRunning()) {
      hazelcast.getCluster().removeMembershipListener(members);
      hazelcast.getPartitionService().removeMigrationListener(migrations);
      maps.jobMap().tellNoMore(lostPartitions);
      maps.uniques().removePartitionLostListener(lostUniques);
      maps.nodes().removeEntryListener(entries);
    }
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

package io.abraxas.server.cluster;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.map.listener.MapPartitionLostListener;
import java.util.UUID;

/** Tells {@link SharedSchedules} what happens to their map, on Hazelcast's threads. */
final class ScheduleEvents
    implements EntryAddedListener<String, byte[]>,
        EntryUpdatedListener<String, byte[]>,
        EntryMergedListener<String, byte[]>,
        EntryRemovedListener<String, byte[]> {
  private final SharedSchedules schedules;
  private final Maps maps;
  private final UUID lifecycle;
  private final UUID lostPartitions;
  private final UUID entries;

  private ScheduleEvents(SharedSchedules schedules, Maps maps) {
    this.schedules = schedules;
    this.maps = maps;
    lifecycle = maps.hazelcast().getLifecycleService().addLifecycleListener(this::lifecycle);
    MapPartitionLostListener restore = lost -> schedules.restore();
    lostPartitions = maps.schedules().addPartitionLostListener(restore);
    entries = maps.schedules().addEntryListener(this, false);
  }

  /** From now on. Blocks. */
  static ScheduleEvents tell(SharedSchedules schedules, Maps maps) {
    return new ScheduleEvents(schedules, maps);
  }

  /** Tells no more: the member may live on without this server. Blocks. */
  void close() {
    HazelcastInstance hazelcast = maps.hazelcast();
    hazelcast.getLifecycleService().removeLifecycleListener(lifecycle);
    if (hazelcast.getLifecycleService().isRunning()) {
      maps.schedules().removePartitionLostListener(lostPartitions);
      maps.schedules().removeEntryListener(entries);
    }
  }

  private void lifecycle(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING -> schedules.merging();
      case MERGED, MERGE_FAILED -> schedules.restore();
      default -> {}
    }
  }

  @Override
  public void entryAdded(EntryEvent<String, byte[]> event) {
    schedules.changed(event.getKey());
  }

  @Override
  public void entryUpdated(EntryEvent<String, byte[]> event) {
    schedules.changed(event.getKey());
  }

  @Override
  public void entryMerged(EntryEvent<String, byte[]> event) {
    schedules.changed(event.getKey());
  }

  @Override
  public void entryRemoved(EntryEvent<String, byte[]> event) {
    schedules.changed(event.getKey());
  }
}

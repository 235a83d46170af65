package io.abraxas.server.cluster;

import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.MapPartitionLostListener;
import java.util.UUID;

/** Tells {@link SharedSchedules} what happens to their map, on Hazelcast's threads. */
final class ScheduleEvents {
  private final SharedSchedules schedules;
  private final Maps maps;

  // Each is null before that was registered.

  private UUID entries;
  private UUID lostPartitions;
  private UUID lifecycle;

  private ScheduleEvents(SharedSchedules schedules, Maps maps) {
    this.schedules = schedules;
    this.maps = maps;
  }

  /** From now on. Blocks; when it fails, nothing is told. */
  static ScheduleEvents tell(SharedSchedules schedules, Maps maps) {
    ScheduleEvents events = new ScheduleEvents(schedules, maps);
    try {
      events.register();
      return events;
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  private void register() {
    // Those first that other members are asked for, which may fail.
    entries = maps.schedules().addEntryListener(new Entries(), false);
    MapPartitionLostListener restore = lost -> schedules.restore();
    lostPartitions = maps.schedules().addPartitionLostListener(restore);
    lifecycle = maps.hazelcast().getLifecycleService().addLifecycleListener(this::lifecycle);
  }

  /** Tells no more: the member may live on without this server. Blocks. */
  void close() {
    HazelcastInstance hazelcast = maps.hazelcast();
    if (lifecycle != null) {
      hazelcast.getLifecycleService().removeLifecycleListener(lifecycle);
    }
    if (hazelcast.getLifecycleService().isRunning()) {
      if (lostPartitions != null) {
        maps.schedules().removePartitionLostListener(lostPartitions);
      }
      if (entries != null) {
        maps.schedules().removeEntryListener(entries);
      }
    }
  }

  private void lifecycle(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING -> schedules.merging();
      case MERGED, MERGE_FAILED -> schedules.restore();
      default -> {}
    }
  }

  private final class Entries extends EntryAdapter<String, byte[]>
      implements EntryMergedListener<String, byte[]> {
    @Override
    public void onEntryEvent(EntryEvent<String, byte[]> event) {
      schedules.changed(event.getKey());
    }

    @Override
    public void entryMerged(EntryEvent<String, byte[]> event) {
      onEntryEvent(event);
    }
  }
}

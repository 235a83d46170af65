package io.abraxas.server.cluster;

import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.MapPartitionLostListener;
import java.util.UUID;
import java.util.function.Consumer;

/** Tells {@link SharedSchedules} what happens to their map, on Hazelcast's threads. */
final class ScheduleEvents {
  private final SharedSchedules schedules;

  private ScheduleEvents(SharedSchedules schedules) {
    this.schedules = schedules;
  }

  /** From now on. Blocks. */
  static Registrations tell(SharedSchedules schedules, Maps maps) {
    ScheduleEvents events = new ScheduleEvents(schedules);
    return Registrations.of(maps.hazelcast(), removals -> events.register(maps, removals));
  }

  private void register(Maps maps, Consumer<Runnable> removals) {
    // Those first that other members are asked for, which may fail.
    IMap<String, byte[]> map = maps.schedules();
    UUID entries = map.addEntryListener(new Entries(), false);
    removals.accept(() -> map.removeEntryListener(entries));
    MapPartitionLostListener restore = lost -> schedules.restore();
    UUID lostPartitions = map.addPartitionLostListener(restore);
    removals.accept(() -> map.removePartitionLostListener(lostPartitions));
    LifecycleService service = maps.hazelcast().getLifecycleService();
    UUID lifecycle = service.addLifecycleListener(this::lifecycle);
    removals.accept(() -> service.removeLifecycleListener(lifecycle));
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

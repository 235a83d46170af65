package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Recurrence;
import io.abraxas.server.broker.ScheduleImage;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the broker's schedules those of the map {@link Maps#SCHEDULES}. Blocks; confined to one
 * thread.
 */
final class ScheduleMirror implements Firings.Memory {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduleMirror.class);

  private final IMap<String, byte[]> map;
  private final Origins origins;
  private final BiFunction<String, String, Recurrence> times;
  private final BrokerLoop loop;
  private final LongSupplier epochMillis;

  /** What the broker has, by its key, with the last firing that was told of. */
  private final Map<String, ScheduleRecord> known = new HashMap<>();

  private final Map<Long, String> keys = new HashMap<>();

  /** Keys of known ones that the last reading did not find. */
  private Set<String> missing = Set.of();

  /** Keys of what could not be read, each of which the log has. */
  private final Set<String> unreadable = new HashSet<>();

  /**
   * @param times what fields mean in a time zone
   */
  ScheduleMirror(
      IMap<String, byte[]> map,
      Origins origins,
      BiFunction<String, String, Recurrence> times,
      BrokerLoop loop,
      LongSupplier epochMillis) {
    this.map = map;
    this.origins = origins;
    this.times = times;
    this.loop = loop;
    this.epochMillis = epochMillis;
  }

  /** The key of a schedule that the broker has, or null. */
  String keyOf(long handle) {
    return keys.get(handle);
  }

  /** Reads one anew. */
  void read(String key) {
    byte[] bytes = map.get(key);
    if (bytes == null) {
      gone(key);
    } else {
      List<StoredSchedule> changed = new ArrayList<>();
      note(key, bytes, changed);
      tell(changed);
    }
  }

  /** Reads one anew that the broker has taken for ended, whatever was told of it meanwhile. */
  void readAgain(long handle) {
    String key = keys.get(handle);
    if (key != null) {
      gone(key);
      read(key);
    }
  }

  /** This one is in the map. */
  void saw(String key, ScheduleRecord record) {
    List<StoredSchedule> changed = new ArrayList<>();
    note(key, record, changed);
    tell(changed);
  }

  /**
   * Reads all anew.
   *
   * @param endMissing whether one that is missed, and was so at the last such reading, has ended:
   *     its removal was told of in vain. One that is missed once may be on its way from another
   *     side of a split, or lost and not restored yet
   * @return the keys of those whose last firing is not done, or was known to be a later one
   */
  List<String> readAll(boolean endMissing) {
    List<StoredSchedule> changed = new ArrayList<>();
    List<String> open = new ArrayList<>();
    Set<String> lacking = new HashSet<>(known.keySet());
    for (Map.Entry<String, byte[]> entry : map.entrySet()) {
      String key = entry.getKey();
      lacking.remove(key);
      ScheduleRecord record = note(key, entry.getValue(), changed);
      if (record != null && isToDo(key, record)) {
        open.add(key);
      }
    }
    tell(changed);
    if (endMissing) {
      for (String key : lacking) {
        if (missing.contains(key)) {
          gone(key);
        }
      }
      missing = lacking;
    }
    return open;
  }

  private boolean isToDo(String key, ScheduleRecord record) {
    Last last = record.last();
    return (last != null && !last.done()) || mended(key, record) != null;
  }

  private ScheduleRecord note(String key, byte[] bytes, List<StoredSchedule> changed) {
    try {
      return note(key, ScheduleRecord.of(bytes), changed);
    } catch (IllegalArgumentException | DateTimeException e) {
      if (unreadable.add(key)) {
        LOG.warn("left schedule {} to others: {}", key, e.getMessage());
      }
      return null;
    }
  }

  private ScheduleRecord note(String key, ScheduleRecord record, List<StoredSchedule> changed) {
    ScheduleRecord before = known.get(key);
    if (before == null || !before.isLike(record)) {
      StoredSchedule schedule = record.stored(origins, times);
      if (before != null && !before.isOf(record.origin(), record.number())) {
        gone(key);
      }
      keys.put(schedule.handle(), key);
      changed.add(schedule);
    }
    ScheduleRecord mended = mended(key, record);
    known.put(key, mended == null ? record : mended);
    return record;
  }

  private void tell(List<StoredSchedule> changed) {
    if (changed.isEmpty()) {
      return;
    }
    try {
      ScheduleImage image = loop.call(Broker::scheduleImage);
      loop.forEach(changed, image::set);
    } catch (RuntimeException e) {
      // The next reading tells of them again.
      changed.forEach(schedule -> known.remove(keys.get(schedule.handle())));
      throw e;
    }
  }

  /** This one is in the map no more. */
  void gone(String key) {
    ScheduleRecord record = known.remove(key);
    if (record != null) {
      long handle = record.handle(origins);
      keys.remove(handle);
      loop.run(broker -> broker.scheduleImage().remove(handle));
    }
  }

  /** This firing of a schedule is done. */
  void fired(String key, Firing firing, Last last) {
    known.computeIfPresent(
        key,
        (k, record) ->
            record.isOf(firing.origin(), firing.number()) && isLater(last, record)
                ? record.with(last)
                : record);
  }

  /** Other records of a schedule than the one known come out of a merge, or of a loss of data. */
  @Override
  public ScheduleRecord mended(String key, ScheduleRecord record) {
    ScheduleRecord before = known.get(key);
    if (before == null || !before.isOf(record.origin(), record.number())) {
      return null;
    }
    Last last = before.last();
    return last != null && last.done() && isLater(last, record)
        ? record.replacing(before.replaced()).with(last)
        : null;
  }

  private boolean isLater(Last done, ScheduleRecord than) {
    Last last = than.last();
    return !done.isAhead(epochMillis.getAsLong())
        && (last == null
            || last.dueMillis() < done.dueMillis()
            || (last.dueMillis() == done.dueMillis() && !last.done()));
  }

  /** The map may have lost some: puts those back that it lacks. */
  void restore() {
    missing = Set.of();
    known.forEach((key, record) -> map.putIfAbsent(key, record.bytes()));
  }
}

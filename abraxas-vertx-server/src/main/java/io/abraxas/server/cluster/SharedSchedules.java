package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Recurrence;
import io.abraxas.server.broker.Schedule;
import io.abraxas.server.broker.ScheduleStore;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.Firings.Verdict;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedules of the whole cluster, in the map {@link Maps#SCHEDULES}: the broker has an image of
 * it, and every server tries to fire what is due, one after the other.
 *
 * <p>All that blocks is done on a thread of its own, in order. The cluster's thread is none for
 * this: a takeover must not wait for a compare-and-set on a member that hangs, nor a due time for a
 * takeover.
 */
final class SharedSchedules implements ScheduleStore {
  /** Events of Hazelcast are lost with the member that sends them. */
  private static final long PERIOD_MILLIS = 10_000;

  /** How long each server leaves a due time to the one before it. */
  private static final long TURN_MILLIS = 2000;

  private static final long RETRY_MILLIS = 250;
  private static final long HOLD_MILLIS = 50;
  private static final Logger LOG = LoggerFactory.getLogger(SharedSchedules.class);

  private final IMap<String, byte[]> map;
  private final Origins origins;
  private final String zone;
  private final BrokerLoop loop;
  private final BooleanSupplier thin;
  private final long timeoutNanos;
  private final Firings firings;
  private final ScheduledThreadPoolExecutor thread;

  /** Keys of which something was told and that were not read since. */
  private final Set<String> changed = ConcurrentHashMap.newKeySet();

  /** Schedules that were cancelled here and may be in the map still. */
  private final AtomicInteger cancels = new AtomicInteger();

  private volatile Homes homes;

  /** Whether the data of this member is being dropped, for that of another side. */
  private volatile boolean merging;

  // Confined to the thread from here on.

  private final ScheduleMirror mirror;

  /** By their handles, schedules that ended here and that the map may have still. */
  private final Map<Long, Predicate<ScheduleRecord>> erasing = new HashMap<>();

  /** Handles of schedules with the due time that is to be fired, by whomever. */
  private final Map<Long, Long> pending = new HashMap<>();

  /**
   * @param zone what time fields are about that are submitted here
   * @param times what fields mean in a time zone
   * @param thin whether answers to submits are to be held
   * @param epochMillis the clock
   * @param timeoutMillis how long a submit may take
   * @param patienceMillis how long a server that is there may take to fire
   */
  SharedSchedules(
      Maps maps,
      Origins origins,
      String zone,
      BiFunction<String, String, Recurrence> times,
      BrokerLoop loop,
      BooleanSupplier thin,
      LongSupplier epochMillis,
      long timeoutMillis,
      long patienceMillis) {
    map = maps.schedules();
    this.origins = origins;
    this.zone = zone;
    this.loop = loop;
    this.thin = thin;
    timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    homes = new Homes(origins.incarnation(0), Map.of(), Set.of());
    mirror = new ScheduleMirror(map, origins, times, loop, epochMillis);
    firings =
        new Firings(maps, origins, times, () -> homes, loop, epochMillis, mirror, patienceMillis);
    thread = new ScheduledThreadPoolExecutor(1, SharedSchedules::daemon);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static Thread daemon(Runnable task) {
    Thread daemon = new Thread(task, "abraxas-schedules");
    daemon.setDaemon(true);
    return daemon;
  }

  /** Begins to read, now and then. */
  void begin() {
    later(0, this::readInTime);
  }

  private void readInTime() {
    try {
      if (!merging) {
        readAll(true);
      }
    } finally {
      // Not before: two readings of which one was late would be as good as one.
      later(PERIOD_MILLIS, this::readInTime);
    }
  }

  private void readAll(boolean endMissing) {
    // What this server or a lost one has begun and nobody goes on with; each may fail.
    List<String> open = mirror.readAll(endMissing);
    firings.retainWaits(open);
    open.forEach(key -> later(0, () -> firings.goOn(key)));
  }

  /** A key of the map was written, or removed. From any thread. */
  void changed(String key) {
    if (changed.add(key)) {
      later(
          0,
          () -> {
            changed.remove(key);
            if (!merging) {
              mirror.read(key);
            }
          });
    }
  }

  /** The data of this member is about to be dropped. From any thread. */
  void merging() {
    merging = true;
  }

  /** The map may have lost something. From any thread. */
  void restore() {
    later(0, () -> persist("restore schedules", this::putBack));
  }

  private void putBack() {
    mirror.restore();
    merging = false;
    readAll(false);
  }

  /** The cluster as it was just seen. From any thread. */
  void saw(Homes now) {
    boolean same = now.nodes().equals(homes.nodes()) && now.there().equals(homes.there());
    homes = now;
    if (!same) {
      later(0, () -> readAll(false));
    }
  }

  /** See {@link Firings#mayRun}. Blocks; on any thread. */
  boolean mayRun(StoredJob job) {
    return firings.mayRun(job);
  }

  @Override
  public void submit(StoredSchedule schedule) {
    ScheduleRecord record = ScheduleRecord.of(schedule, zone, origins);
    long deadline = System.nanoTime() + timeoutNanos;
    later(0, () -> keep(record, schedule.handle(), deadline));
  }

  private void keep(ScheduleRecord record, long offered, long deadline) {
    String key = record.key();
    ScheduleRecord kept;
    try {
      kept = put(key, record);
    } catch (RuntimeException e) {
      if (System.nanoTime() - deadline < 0) {
        LOG.debug("trying again to keep a schedule", e);
        later(RETRY_MILLIS, () -> keep(record, offered, deadline));
      } else {
        LOG.warn("could not keep schedule {}: {}", key, e.toString());
        persist(
            "refuse a schedule",
            () -> {
              loop.run(broker -> broker.scheduleImage().refused(offered));
              // It may have been written all the same.
              erase(key, offered, record::isLike);
            });
      }
      return;
    }
    persist(
        "tell of a schedule",
        () -> {
          mirror.saw(key, kept);
          answer(offered, kept.handle(origins));
        });
  }

  private ScheduleRecord put(String key, ScheduleRecord record) {
    while (true) {
      byte[] there = map.get(key);
      if (there == null) {
        if (map.putIfAbsent(key, record.bytes()) == null) {
          return record;
        }
      } else {
        ScheduleRecord old = ScheduleRecord.of(there);
        // One that has ended here is replaced with its handle, which is about to be erased.
        Predicate<ScheduleRecord> ended = erasing.get(old.handle(origins));
        ScheduleRecord next = ended != null && ended.test(old) ? record : old.replacedBy(record);
        if (map.replace(key, there, next.bytes())) {
          return next;
        }
      }
    }
  }

  private void answer(long offered, long handle) {
    if (thin.getAsBoolean()) {
      later(HOLD_MILLIS, () -> persist("tell of a schedule", () -> answer(offered, handle)));
    } else {
      loop.run(broker -> broker.scheduleImage().kept(offered, handle));
    }
  }

  @Override
  public void cancel(Schedule schedule) {
    cancels.incrementAndGet();
    later(
        0,
        () -> {
          long handle = schedule.handle();
          String key = mirror.keyOf(handle);
          Predicate<ScheduleRecord> isIt = record -> record.isLike(schedule, origins);
          erasing.put(handle, isIt);
          persist(
              "remove a schedule",
              () -> {
                erase(key, handle, isIt);
                cancels.decrementAndGet();
              });
        });
  }

  /** Whether all that was cancelled here is cancelled for all. From any thread. */
  boolean isIdle() {
    return cancels.get() == 0;
  }

  /**
   * Removes a schedule, unless its key is that of another by now. That may have its handle, when it
   * was submitted to a server that knew nothing of the end.
   */
  private void erase(String key, long handle, Predicate<ScheduleRecord> isIt) {
    boolean over = key == null;
    while (!over) {
      byte[] there = map.get(key);
      ScheduleRecord record = ScheduleRecord.orNull(there);
      over = record == null || !isIt.test(record) || map.remove(key, there);
    }
    erasing.remove(handle);
    loop.run(broker -> broker.scheduleImage().forgotten(handle));
    mirror.readAgain(handle);
  }

  @Override
  public void due(long handle, long dueMillis) {
    later(
        0,
        () -> {
          String key = mirror.keyOf(handle);
          if (key != null) {
            pending.put(handle, dueMillis);
            int before = homes.rank(key + '/' + dueMillis);
            later(before * TURN_MILLIS, () -> fire(key, handle, dueMillis));
          }
        });
  }

  private void fire(String key, long handle, long dueMillis) {
    if (!Long.valueOf(dueMillis).equals(pending.get(handle))) {
      // The next time of that schedule has come: it cares for this one as far as it was begun.
      return;
    }
    boolean over = false;
    try {
      over = firings.fire(key, handle, dueMillis);
    } catch (RuntimeException e) {
      complain("fire schedule " + key, e);
    }
    if (over) {
      pending.remove(handle);
    } else {
      later(TURN_MILLIS, () -> fire(key, handle, dueMillis));
    }
  }

  @Override
  public void stored(Job job, Firing firing) {
    long handle = job.handle();
    String key =
        ScheduleRecord.key(
            job.functionName(), job.unique(), job.payload(), firing.origin(), firing.number());
    later(0, () -> persist("mark a schedule as fired", () -> finish(key, firing, handle)));
  }

  private void finish(String key, Firing firing, long job) {
    Verdict verdict = firings.settle(key, firing, job);
    if (verdict == Verdict.FIRED) {
      String node = origins.incarnation(Origins.index(job));
      mirror.fired(key, firing, new Last(firing.dueMillis(), node, Origins.number(job), true));
    }
    loop.run(
        broker -> {
          if (verdict == Verdict.FIRED) {
            broker.scheduleImage().queue(job);
          } else {
            broker.scheduleImage().drop(job);
          }
        });
  }

  /**
   * Does it, and does it again until it succeeds.
   *
   * @param what for the log; null when the log has it
   */
  private void persist(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (what != null) {
        complain(what, e);
      }
      later(RETRY_MILLIS, () -> persist(null, task));
    }
  }

  /** Tells of a failure, unless the server ends: then it is none. */
  private void complain(String what, RuntimeException e) {
    if (!thread.isShutdown()) {
      LOG.warn("could not {}, trying again: {}", what, e.toString());
    }
    LOG.debug("in detail", e);
  }

  private void later(long millis, Runnable task) {
    try {
      thread.schedule(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              complain("do its part for schedules", e);
            }
          },
          millis,
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the server ends", e);
    }
  }

  /** Does nothing any more. From any thread. */
  void close() {
    thread.shutdown();
  }
}

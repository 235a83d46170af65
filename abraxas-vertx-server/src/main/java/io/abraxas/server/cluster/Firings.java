package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Recurrence;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import io.abraxas.server.store.JobRecord;
import io.abraxas.server.store.UnreadableRecordException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * From a due time to one job in the whole cluster, whoever tries it at the same time or dies on the
 * way.
 *
 * <pre>
 *  due ──▶ intended by one server ──▶ its job is stored ──▶ done ──▶ the job is queued
 *            ▲        │ lost before          │ lost before
 *            └────────┘ it was stored,       └──▶ done by the heir of its jobs
 *                       or hangs
 * </pre>
 *
 * <p>Each arrow in the map is a compare-and-set, so it does not matter what servers think of each
 * other: a job whose intent was replaced before it was done has never run, and does not, since the
 * record names it. Each step may be taken again. All block, and what fails is to be done again.
 *
 * <p>Confined to the thread of {@link SharedSchedules}, but for {@link #mayRun} and {@link
 * #settle}.
 */
final class Firings {
  private final String self;
  private final IMap<String, byte[]> schedules;
  private final HazelcastJobMap jobs;
  private final IMap<String, byte[]> running;
  private final Origins origins;
  private final BiFunction<String, String, Recurrence> times;
  private final Supplier<Homes> homes;
  private final BrokerLoop loop;
  private final LongSupplier epochMillis;
  private final Memory memory;
  private final long patienceNanos;

  /** By their keys, schedules whose firing is begun, not done, and another's. */
  private final Map<String, Wait> waits = new HashMap<>();

  private record Wait(Last last, long sinceNanos) {}

  /** What this server knows of schedules besides the map. */
  interface Memory {
    /** A record with what it lacks of what was known once, or null when it lacks nothing. */
    ScheduleRecord mended(String key, ScheduleRecord record);
  }

  /** What the map has under a key. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Found(byte[] bytes, ScheduleRecord record) {}

  /**
   * @param times what fields mean in a time zone
   * @param homes the cluster as it is seen now
   * @param patienceMillis how long a server that is there may take to store a job
   */
  Firings(
      Maps maps,
      Origins origins,
      BiFunction<String, String, Recurrence> times,
      Supplier<Homes> homes,
      BrokerLoop loop,
      LongSupplier epochMillis,
      Memory memory,
      long patienceMillis) {
    self = origins.incarnation(0);
    schedules = maps.schedules();
    jobs = maps.jobMap();
    running = maps.running();
    this.origins = origins;
    this.times = times;
    this.homes = homes;
    this.loop = loop;
    this.epochMillis = epochMillis;
    this.memory = memory;
    patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
  }

  /**
   * Does for a due time what can be done now.
   *
   * @param key of the schedule
   * @param handle of the schedule: a later one under that key has due times of its own
   * @return whether nothing is left to do, by whomever
   */
  boolean fire(String key, long handle, long dueMillis) {
    Found found = look(key);
    if (found == null
        || !found.record.isOf(origins.incarnation(Origins.index(handle)), Origins.number(handle))) {
      return true;
    }
    Last last = found.record.last();
    if (last != null && !last.done()) {
      goOn(key, found);
      return false;
    }
    if (last != null && last.dueMillis() >= dueMillis && !last.isAhead(epochMillis.getAsLong())) {
      return true;
    }
    if (last != null && isQueued(last)) {
      // That job stands for this due time, too.
      Last again = new Last(dueMillis, last.node(), last.job(), true);
      return schedules.replace(key, found.bytes, found.record.with(again).bytes());
    }
    intend(key, found, dueMillis);
    return false;
  }

  /** Null when there is nothing, or nothing that can be read. */
  private Found look(String key) {
    while (true) {
      byte[] there = schedules.get(key);
      ScheduleRecord record = ScheduleRecord.orNull(there);
      if (record == null) {
        return null;
      }
      ScheduleRecord mended = memory.mended(key, record);
      if (mended == null) {
        return new Found(there, record);
      }
      // The map has lost what was done already, and would have it done again.
      schedules.replace(key, there, mended.bytes());
    }
  }

  /** Goes on with a firing that was begun and is not done, if that is this server's business. */
  void goOn(String key) {
    Found found = look(key);
    if (found != null && found.record.last() != null && !found.record.last().done()) {
      goOn(key, found);
    }
  }

  /** Waits for no other schedules than these any more. */
  void retainWaits(Collection<String> keys) {
    waits.keySet().retainAll(keys);
  }

  private void goOn(String key, Found found) {
    Last last = found.record.last();
    if (last.node().equals(self)) {
      begin(found.record);
    } else if (isGivenUp(key, last)) {
      intend(key, found, last.dueMillis());
    }
  }

  /**
   * Whether another server's firing is to be begun anew. A job that was stored is its home's
   * business, be that the server itself or its heir, unless there is nobody who could have an heir.
   */
  private boolean isGivenUp(String key, Last last) {
    boolean overdue = isOverdue(key, last);
    return (overdue || isLost(last.node()))
        && (isUnknown(last.node()) || jobs.read(last.jobKey()) == null);
  }

  private boolean isOverdue(String key, Last last) {
    long now = System.nanoTime();
    Wait wait = waits.get(key);
    if (wait == null || !wait.last.equals(last)) {
      wait = new Wait(last, now);
      waits.put(key, wait);
    }
    return now - wait.sinceNanos >= patienceNanos;
  }

  private boolean isLost(String node) {
    Homes seen = homes.get();
    // Who has just joined sees nobody yet.
    return !seen.nodes().isEmpty() && !seen.isServing(node);
  }

  private boolean isUnknown(String node) {
    return isLost(node) && !homes.get().nodes().containsKey(node);
  }

  private void intend(String key, Found found, long dueMillis) {
    long job = loop.call(broker -> broker.scheduleImage().nextHandle());
    if (job < 0) {
      return;
    }
    Last last = found.record.last();
    List<String> replaced = last == null || last.done() ? List.of() : List.of(last.jobKey());
    ScheduleRecord next =
        found
            .record
            .replacing(replaced)
            .with(new Last(dueMillis, self, Origins.number(job), false));
    if (schedules.replace(key, found.bytes, next.bytes())) {
      begin(next);
    }
  }

  /** Has the job made and stored, unless that was done or goes on. */
  private void begin(ScheduleRecord record) {
    Last last = record.last();
    StoredSchedule schedule = record.stored(origins, times);
    Firing firing = new Firing(record.origin(), record.number(), last.dueMillis());
    long job = Origins.handle(0, last.job());
    loop.run(broker -> broker.scheduleImage().fire(schedule, firing, job));
  }

  /**
   * Whether the job of the last firing waits for a worker still: it is not ended, and no server
   * that is there lists it as running. What ran on one that is gone is queued again. A job of a
   * server that nobody knows would wait for ever.
   */
  private boolean isQueued(Last last) {
    byte[] record = jobs.read(last.jobKey());
    if (record == null || isUnknown(last.node())) {
      return false;
    }
    try {
      int retries = JobRecord.read(last.jobKey(), record, origins).retries();
      Homes seen = homes.get();
      Set<String> there = new HashSet<>(running.keySet());
      there.removeIf(node -> !node.equals(self) && !seen.isThere(node));
      return !Records.runs(running, there).has(last.node(), last.job(), retries);
    } catch (UnreadableRecordException e) {
      // A later version queued it, and knows what to do with it.
      return true;
    }
  }

  /** What became of a firing whose job is stored. */
  enum Verdict {
    /** It is done: the job may run. */
    FIRED,
    /** Another server has fired that due time. */
    REPLACED,
    /** The schedule has ended. */
    GONE
  }

  /**
   * Whether the job of a lost server, found in the map, may run: its firing is done, now or before.
   */
  boolean mayRun(StoredJob job) {
    Firing firing = job.firing();
    if (firing == null) {
      return true;
    }
    String key =
        ScheduleRecord.key(
            job.function(), job.unique(), job.payload(), firing.origin(), firing.number());
    // What an ended schedule has fired goes on.
    return settle(key, firing, job.handle()) != Verdict.REPLACED;
  }

  /**
   * Marks a firing as done, unless another was.
   *
   * @param key of the schedule
   * @param job local handle of the job, which is stored
   */
  Verdict settle(String key, Firing firing, long job) {
    String node = origins.incarnation(Origins.index(job));
    while (true) {
      byte[] there = schedules.get(key);
      ScheduleRecord record = ScheduleRecord.orNull(there);
      if (record == null || !record.isOf(firing.origin(), firing.number())) {
        return Verdict.GONE;
      }
      if (record.replaced().contains(JobRecord.key(job, origins))) {
        return Verdict.REPLACED;
      }
      Last last = record.last();
      long lastDue = last == null ? Long.MIN_VALUE : last.dueMillis();
      if (lastDue > firing.dueMillis()) {
        // The next one is intended only after this one was done, by this job as it seems.
        return Verdict.FIRED;
      }
      if (lastDue == firing.dueMillis()) {
        if (!last.isOf(node, Origins.number(job))) {
          return Verdict.REPLACED;
        }
        if (last.done()) {
          return Verdict.FIRED;
        }
      }
      // Its intent, or what the map has left of it.
      Last done = new Last(firing.dueMillis(), node, Origins.number(job), true);
      if (schedules.replace(key, there, record.with(done).bytes())) {
        return Verdict.FIRED;
      }
    }
  }
}

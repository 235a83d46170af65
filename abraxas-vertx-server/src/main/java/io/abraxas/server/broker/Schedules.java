package io.abraxas.server.broker;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All schedules, and what happens when one is due. Those of several servers are kept elsewhere, see
 * {@link ScheduleImage}.
 */
final class Schedules {
  private final Ledger ledger;
  private final Submissions submissions;
  private final BrokerClock clock;
  private final Deadlines due;
  private final Map<Long, Schedule> byHandle = new LinkedHashMap<>();

  /** Those that are this server's own. */
  private final Map<Key, Schedule> byKey = new HashMap<>();

  final ScheduleImage image;

  private record Key(FunctionQueue function, boolean byPayload, ByteBuffer bytes) {}

  Schedules(Ledger ledger, Submissions submissions, BrokerClock clock, Deadlines due) {
    this.ledger = ledger;
    this.submissions = submissions;
    this.clock = clock;
    this.due = due;
    image = new ScheduleImage(ledger, submissions, this);
  }

  Collection<Schedule> all() {
    return byHandle.values();
  }

  Schedule find(long handle) {
    return byHandle.get(handle);
  }

  /**
   * Enters a schedule, or replaces the one with the same function and unique id, which keeps its
   * handle.
   */
  void submit(Session session, Submit submit, Recurrence recurrence, String fields) {
    if (submissions.isLeaving()) {
      return;
    }
    long cost = Schedule.cost(submit.uniqueLength, submit.payloadLength);
    Refusal refusal = submissions.check(session, submit);
    if (refusal == null) {
      refusal = ledger.memory.tryReserve(cost) ? null : Refusal.OUT_OF_MEMORY;
    }
    if (refusal != null) {
      session.peer.refused(null, refusal);
      return;
    }
    byte[] name = submit.copy(submit.functionStart, submit.functionLength);
    byte[] unique = submit.copy(submit.uniqueStart, submit.uniqueLength);
    byte[] payload = submit.copy(submit.payloadStart, submit.payloadLength);
    if (image.isShared()) {
      StoredSchedule schedule =
          new StoredSchedule(ledger.nextHandle(), name, unique, fields, recurrence, payload);
      image.submit(session, schedule, cost);
      return;
    }
    FunctionQueue function = ledger.function(Unpooled.wrappedBuffer(name), 0, name.length);
    Key key = key(function, unique, payload);
    Schedule schedule = byKey.get(key);
    if (schedule == null) {
      schedule = enter(ledger.nextHandle(), function, unique);
      if (key != null) {
        byKey.put(key, schedule);
      }
    } else {
      clear(schedule);
    }
    fill(schedule, payload, recurrence, fields);
    session.peer.jobCreated(null, schedule.handle);
  }

  private Schedule enter(long handle, FunctionQueue function, byte[] unique) {
    function.schedules++;
    Schedule schedule = new Schedule(handle, function, unique);
    byHandle.put(handle, schedule);
    return schedule;
  }

  /** Makes it ready to be filled anew. */
  private void clear(Schedule schedule) {
    due.remove(schedule);
    ledger.memory.release(schedule.cost());
  }

  private void fill(Schedule schedule, byte[] payload, Recurrence recurrence, String fields) {
    schedule.payload = payload;
    schedule.recurrence = recurrence;
    schedule.fields = fields;
    arm(schedule, clock.epochMillis());
  }

  /** Makes a schedule what the store says of it. */
  void set(StoredSchedule stored) {
    Schedule schedule = byHandle.get(stored.handle());
    if (schedule == null) {
      byte[] name = stored.function();
      FunctionQueue function = ledger.function(Unpooled.wrappedBuffer(name), 0, name.length);
      schedule = enter(stored.handle(), function, stored.unique());
    } else {
      clear(schedule);
    }
    ledger.memory.reserve(Schedule.cost(stored.unique().length, stored.payload().length));
    schedule.mark = stored.mark();
    fill(schedule, stored.payload(), stored.recurrence(), stored.fields());
  }

  /** What a schedule replaces another by, or null when it replaces none. */
  private static Key key(FunctionQueue function, byte[] unique, byte[] payload) {
    boolean byPayload = Schedule.isKeyedByPayload(unique);
    byte[] bytes = byPayload ? payload : unique;
    return bytes.length == 0 ? null : new Key(function, byPayload, ByteBuffer.wrap(bytes));
  }

  private void arm(Schedule schedule, long now) {
    long next = schedule.recurrence.next(now);
    if (next >= 0) {
      due.add(schedule, next);
    } else if (!image.isShared()) {
      // One of several servers alone does not end it: its last firing may be under way.
      cancel(schedule.handle);
    }
  }

  /** Ends a schedule; what it submitted already goes on. False when there is none. */
  boolean cancel(long handle) {
    Schedule schedule = byHandle.get(handle);
    if (schedule == null) {
      return false;
    }
    remove(handle);
    if (image.isShared()) {
      image.cancelled(schedule);
    }
    return true;
  }

  /** Takes a schedule out of everything here, if there is one. */
  void remove(long handle) {
    Schedule schedule = byHandle.remove(handle);
    if (schedule == null) {
      return;
    }
    due.remove(schedule);
    byKey.remove(key(schedule.function, schedule.unique, schedule.payload));
    ledger.memory.release(schedule.cost());
    schedule.function.schedules--;
    ledger.dropIfUnused(schedule.function);
  }

  /** Its time has come; times that were missed meanwhile are not made up for. */
  void fire(Schedule schedule, long now) {
    if (submissions.isLeaving()) {
      return;
    }
    Job latest = schedule.latest;
    if (image.isShared()) {
      image.due(schedule);
    } else if (latest == null || latest.state != JobState.QUEUED) {
      schedule.latest = submissions.submitFor(schedule);
    }
    arm(schedule, now);
  }
}

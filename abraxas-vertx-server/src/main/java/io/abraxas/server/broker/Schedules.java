package io.abraxas.server.broker;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** All schedules, and what happens when one is due. */
final class Schedules {
  private final Ledger ledger;
  private final Submissions submissions;
  private final BrokerClock clock;
  private final Deadlines due;
  private final Map<Long, Schedule> byHandle = new LinkedHashMap<>();
  private final Map<Key, Schedule> byKey = new HashMap<>();

  private record Key(FunctionQueue function, boolean byPayload, ByteBuffer bytes) {}

  Schedules(Ledger ledger, Submissions submissions, BrokerClock clock, Deadlines due) {
    this.ledger = ledger;
    this.submissions = submissions;
    this.clock = clock;
    this.due = due;
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
    Refusal refusal = submissions.check(session, submit);
    if (refusal == null) {
      long cost = Schedule.cost(submit.uniqueLength, submit.payloadLength);
      refusal = ledger.memory.tryReserve(cost) ? null : Refusal.OUT_OF_MEMORY;
    }
    if (refusal != null) {
      session.peer.refused(null, refusal);
      return;
    }
    FunctionQueue function =
        ledger.function(submit.buffer, submit.functionStart, submit.functionLength);
    byte[] unique = submit.copy(submit.uniqueStart, submit.uniqueLength);
    byte[] payload = submit.copy(submit.payloadStart, submit.payloadLength);
    Key key = key(function, unique, payload);
    Schedule schedule = byKey.get(key);
    if (schedule == null) {
      function.schedules++;
      schedule = new Schedule(ledger.nextHandle(), function, unique);
      byHandle.put(schedule.handle, schedule);
      if (key != null) {
        byKey.put(key, schedule);
      }
    } else {
      due.remove(schedule);
      ledger.memory.release(schedule.cost());
    }
    schedule.payload = payload;
    schedule.recurrence = recurrence;
    schedule.fields = fields;
    arm(schedule, clock.epochMillis());
    session.peer.jobCreated(null, schedule.handle);
  }

  /** What a schedule replaces another by, or null when it replaces none. */
  private static Key key(FunctionQueue function, byte[] unique, byte[] payload) {
    boolean byPayload = Schedule.isKeyedByPayload(unique);
    byte[] bytes = byPayload ? payload : unique;
    return bytes.length == 0 ? null : new Key(function, byPayload, ByteBuffer.wrap(bytes));
  }

  private void arm(Schedule schedule, long now) {
    long next = schedule.recurrence.next(now);
    if (next < 0) {
      cancel(schedule.handle);
    } else {
      due.add(schedule, next);
    }
  }

  /** Ends a schedule; what it submitted already goes on. False when there is none. */
  boolean cancel(long handle) {
    Schedule schedule = byHandle.remove(handle);
    if (schedule == null) {
      return false;
    }
    due.remove(schedule);
    byKey.remove(key(schedule.function, schedule.unique, schedule.payload));
    ledger.memory.release(schedule.cost());
    schedule.function.schedules--;
    ledger.dropIfUnused(schedule.function);
    return true;
  }

  /** Its time has come; times that were missed meanwhile are not made up for. */
  void fire(Schedule schedule, long now) {
    if (submissions.isLeaving()) {
      return;
    }
    Job latest = schedule.latest;
    if (latest == null || (latest.state != JobState.QUEUED && !latest.state.isUnaccepted())) {
      schedule.latest = submissions.submitFor(schedule);
    }
    arm(schedule, now);
  }
}

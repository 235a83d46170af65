package io.abraxas.server.broker;

import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The schedules of several servers as this one sees them: an image of what their {@link
 * ScheduleStore} has, and what the store says of firings.
 *
 * <p>Confined to the broker's thread, as all of it.
 */
public final class ScheduleImage {
  private final Ledger ledger;
  private final Submissions submissions;
  private final Schedules schedules;

  /** Null: this server has its schedules for itself. */
  private ScheduleStore store;

  /** Submits that wait for the store, by the handle that was offered. */
  final Map<Long, Request> requests = new HashMap<>();

  /** Handles of schedules that ended here, until the store has forgotten them. */
  private final Set<Long> ending = new HashSet<>();

  record Request(Session session, ReplySlot slot, long cost) {}

  ScheduleImage(Ledger ledger, Submissions submissions, Schedules schedules) {
    this.ledger = ledger;
    this.submissions = submissions;
    this.schedules = schedules;
  }

  /** From now on schedules are kept there. There are none yet. */
  public void keepIn(ScheduleStore newStore) {
    store = newStore;
  }

  boolean isShared() {
    return store != null;
  }

  /** Asks the store to keep a schedule whose memory is reserved; the reply is held. */
  void submit(Session session, StoredSchedule schedule, long cost) {
    requests.put(schedule.handle(), new Request(session, session.peer.holdReply(), cost));
    store.submit(schedule);
  }

  /**
   * The store has what was submitted, and has told of it by {@link #set}. May be told again.
   *
   * @param offered the handle that was offered
   * @param handle the one that the schedule has
   */
  public void kept(long offered, long handle) {
    Request request = take(offered);
    if (request != null && !request.session.closed) {
      request.session.peer.jobCreated(request.slot, handle);
    }
  }

  /** The store could not keep what was submitted with this handle. May be told again. */
  public void refused(long offered) {
    Request request = take(offered);
    if (request != null && !request.session.closed) {
      request.session.peer.refused(request.slot, Refusal.STORE_FAILED);
    }
  }

  /** Null when it was taken before. */
  private Request take(long offered) {
    Request request = requests.remove(offered);
    if (request != null) {
      ledger.memory.release(request.cost);
    }
    return request;
  }

  /** Enters a schedule that the store has, or what has changed of it. Its memory is counted. */
  public void set(StoredSchedule schedule) {
    // What was read may be older than its end.
    if (!ending.contains(schedule.handle())) {
      schedules.set(schedule);
    }
  }

  /** The store has a schedule no more. */
  public void remove(long handle) {
    schedules.remove(handle);
  }

  /** It ended here. */
  void cancelled(Schedule schedule) {
    ending.add(schedule.handle);
    store.cancel(schedule);
  }

  /** The store has forgotten a schedule that ended here. */
  public void forgotten(long handle) {
    ending.remove(handle);
    schedules.remove(handle);
  }

  void due(Schedule schedule) {
    store.due(schedule.handle, schedule.at);
  }

  /** A handle for the job of a firing, or -1 when this server leaves and fires no more. */
  public long nextHandle() {
    return submissions.isLeaving() ? -1 : ledger.nextHandle();
  }

  /**
   * Makes the job of a firing and has it stored, unless it is there, or is on its way out of the
   * store, or this server leaves. May be called again for the same job; {@link
   * ScheduleStore#stored} is told again then, too.
   *
   * @param handle of the job
   */
  public void fire(StoredSchedule schedule, Firing firing, long handle) {
    Job known = ledger.jobs.get(handle);
    if (known != null) {
      if (known.stored && waiting(handle) != null) {
        waiting(handle).tellStored();
      }
      return;
    }
    if (submissions.isLeaving() || ledger.hasEnded(handle)) {
      // Its removal is under way and would take a new job of that handle, too.
      return;
    }
    byte[] name = schedule.function();
    FunctionQueue function = ledger.function(Unpooled.wrappedBuffer(name), 0, name.length);
    submissions.store(new FiredJob(handle, function, schedule, firing, store));
  }

  /** The firing of a job is known to be done: it may run. */
  public void queue(long handle) {
    FiredJob job = waiting(handle);
    if (job != null) {
      submissions.accept(job);
    }
  }

  /** The job of a firing is not to run: another server fired, or the schedule has ended. */
  public void drop(long handle) {
    FiredJob job = waiting(handle);
    if (job != null) {
      submissions.refuse(job, Refusal.STORE_FAILED);
    }
  }

  private FiredJob waiting(long handle) {
    Job job = ledger.jobs.get(handle);
    return job instanceof FiredJob fired && fired.state == JobState.STORING ? fired : null;
  }
}

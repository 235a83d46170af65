package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** A store of schedules that answers when the test says so. */
final class LateSchedules implements ScheduleStore {
  /** Submits that are not answered, oldest first. */
  final List<StoredSchedule> submitted = new ArrayList<>();

  /** Handles of schedules that ended and are not forgotten yet, oldest first. */
  final List<Long> cancelled = new ArrayList<>();

  /** Due times that nobody has fired yet, oldest first. */
  final List<Due> due = new ArrayList<>();

  /** Stored jobs of firings that are not done yet, oldest first; one may be there twice. */
  final List<Long> stored = new ArrayList<>();

  /** What the store has. */
  private final List<StoredSchedule> kept = new ArrayList<>();

  private final Harness harness;

  record Due(long handle, long dueMillis) {}

  /** From now on the schedules of this broker are here. */
  LateSchedules(Harness harness) {
    this.harness = harness;
    image().keepIn(this);
  }

  private ScheduleImage image() {
    return harness.broker.scheduleImage();
  }

  @Override
  public void submit(StoredSchedule schedule) {
    submitted.add(schedule);
  }

  @Override
  public void cancel(Schedule schedule) {
    cancelled.add(schedule.handle());
  }

  @Override
  public void due(long handle, long dueMillis) {
    due.add(new Due(handle, dueMillis));
  }

  @Override
  public void stored(Job job, Firing firing) {
    assertThat(job.isStored()).isTrue();
    stored.add(job.handle());
  }

  boolean isIdle() {
    return submitted.isEmpty() && cancelled.isEmpty() && due.isEmpty() && stored.isEmpty();
  }

  /** The oldest submit is kept, under the handle that was offered. */
  void keep() {
    StoredSchedule schedule = submitted.remove(0);
    kept.add(schedule);
    image().set(schedule);
    image().kept(schedule.handle(), schedule.handle());
    harness.endTurn();
  }

  /** The oldest submit is not kept. */
  void refuse() {
    image().refused(submitted.remove(0).handle());
    harness.endTurn();
  }

  /** The oldest that ended is gone for good. */
  void forget() {
    long handle = cancelled.remove(0);
    kept.removeIf(schedule -> schedule.handle() == handle);
    image().forgotten(handle);
    harness.endTurn();
  }

  /** This server fires what is due; nothing when that has ended meanwhile. */
  void fire() {
    Due next = due.remove(0);
    kept.stream()
        .filter(schedule -> schedule.handle() == next.handle)
        .findFirst()
        .ifPresent(schedule -> fire(schedule, next.dueMillis, image().nextHandle()));
  }

  /** This server fires; with a handle that has a job already, once more. */
  void fire(StoredSchedule schedule, long dueMillis, long job) {
    Firing firing = new Firing("here", Origins.number(schedule.handle()), dueMillis);
    image().fire(schedule, firing, job);
    harness.endTurn();
  }

  /** The oldest firing whose job is stored is done. */
  void queue() {
    image().queue(stored.remove(0));
    harness.endTurn();
  }

  /** The oldest firing whose job is stored was done by another server. */
  void drop() {
    image().drop(stored.remove(0));
    harness.endTurn();
  }
}

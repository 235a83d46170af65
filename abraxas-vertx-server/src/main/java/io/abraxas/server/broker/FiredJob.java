package io.abraxas.server.broker;

/**
 * A job made by a schedule that belongs to several servers. When it is stored it is not queued yet:
 * it stays STORING until the schedule tells all servers that this due time is done.
 */
final class FiredJob extends Job {
  final Firing firing;
  private final ScheduleStore schedules;

  FiredJob(
      long handle,
      FunctionQueue function,
      StoredSchedule schedule,
      Firing firing,
      ScheduleStore schedules) {
    super(handle, function, Priority.NORMAL, schedule.unique(), schedule.payload());
    this.firing = firing;
    this.schedules = schedules;
    background = true;
    fromSchedule = true;
  }

  /** The store has it. */
  void tellStored() {
    schedules.stored(this, firing);
  }
}

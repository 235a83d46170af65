package io.abraxas.server.broker;

/**
 * Where schedules are kept that belong to several servers. A broker without one has its schedules
 * for itself, and fires each when it is due.
 *
 * <p>What the store has to say comes through {@link ScheduleImage}, in a later turn and never from
 * inside a call.
 */
public interface ScheduleStore {
  /**
   * Keeps a schedule. It replaces the one with the same function and unique id, which keeps its
   * handle. Answered by {@link ScheduleImage#kept} or {@link ScheduleImage#refused}.
   *
   * @param schedule with the handle that it is to have when it replaces none
   */
  void submit(StoredSchedule schedule);

  /**
   * Ends a schedule as it is here: another that was submitted in its place meanwhile goes on.
   * Answered by {@link ScheduleImage#forgotten}.
   */
  void cancel(Schedule schedule);

  /**
   * The time of a schedule has come. If it is this server's turn, {@link ScheduleImage#fire} is
   * what follows.
   */
  void due(long handle, long dueMillis);

  /**
   * The job of a firing is stored. Answered by {@link ScheduleImage#queue} or {@link
   * ScheduleImage#drop}.
   */
  void stored(Job job, Firing firing);
}

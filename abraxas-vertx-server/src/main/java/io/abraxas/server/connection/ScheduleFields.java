package io.abraxas.server.connection;

import io.abraxas.server.broker.Recurrence;

/** Reads the time fields of SUBMIT_JOB_SCHED. */
@FunctionalInterface
public interface ScheduleFields {
  /**
   * The times that the fields stand for; an empty field means any.
   *
   * @throws IllegalArgumentException when a field is wrong; its message names the field
   */
  Recurrence parse(String minute, String hour, String day, String month, String dayOfWeek);
}

package io.abraxas.server.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.abraxas.server.broker.Recurrence;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * The five time fields of SUBMIT_JOB_SCHED, as cron has them: {@code *}, numbers, lists, ranges and
 * steps.
 *
 * <p>The day of the week counts from 0 = Monday to 6 = Sunday, as the Gearman protocol says and
 * cron does not. When both the day of the month and that of the week are restricted, a day that
 * matches either is meant, as in cron.
 *
 * <p>Fields are local times of the zone. Where clocks go forward, times inside the gap do not fire
 * that day; where clocks go back, times that come twice fire once, the first time.
 */
public final class CronFields implements Recurrence {
  private static final String[] NAMES = {"minute", "hour", "day of month", "month", "day of week"};
  private static final int[] LEAST = {0, 0, 1, 1, 0};
  private static final int[] MOST = {59, 23, 31, 12, 6};

  private static final CronDefinition DEFINITION =
      CronDefinitionBuilder.defineCron()
          .withMinutes()
          .withValidRange(LEAST[0], MOST[0])
          .withStrictRange()
          .and()
          .withHours()
          .withValidRange(LEAST[1], MOST[1])
          .withStrictRange()
          .and()
          .withDayOfMonth()
          .withValidRange(LEAST[2], MOST[2])
          .withStrictRange()
          .and()
          .withMonth()
          .withValidRange(LEAST[3], MOST[3])
          .withStrictRange()
          .and()
          .withDayOfWeek()
          .withValidRange(LEAST[4], MOST[4])
          .withMondayDoWValue(0)
          .withStrictRange()
          .and()
          .instance();

  private static final CronParser PARSER = new CronParser(DEFINITION);

  private final ExecutionTime execution;
  private final ZoneId zone;

  private CronFields(ExecutionTime execution, ZoneId zone) {
    this.execution = execution;
    this.zone = zone;
  }

  /**
   * Reads the fields.
   *
   * @throws IllegalArgumentException when a field is wrong, or no day ever matches; the message
   *     names the field
   */
  public static Recurrence parse(
      String minute, String hour, String day, String month, String dayOfWeek, ZoneId zone) {
    String[] fields = {minute, hour, day, month, dayOfWeek};
    for (int i = 0; i < fields.length; i++) {
      check(i, fields[i]);
    }
    CronFields parsed = new CronFields(ExecutionTime.forCron(cron(fields)), zone);
    if (parsed.next(System.currentTimeMillis()) < 0) {
      throw new IllegalArgumentException(
          "day of month \"" + day + "\" never comes in month \"" + month + "\"");
    }
    return parsed;
  }

  /** Each field by itself first, so that the message can name it. */
  private static void check(int i, String field) {
    String[] alone = {"*", "*", "*", "*", "*"};
    alone[i] = field;
    try {
      if (!field.matches("[0-9*,/-]+")) {
        throw new IllegalArgumentException("not a list of numbers, ranges and steps");
      }
      cron(alone);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "bad "
              + NAMES[i]
              + " \""
              + field
              + "\": *, or numbers from "
              + LEAST[i]
              + " to "
              + MOST[i]
              + " as in 1,3-5,*/10",
          e);
    }
  }

  private static Cron cron(String... fields) {
    return PARSER.parse(String.join(" ", fields)).validate();
  }

  @Override
  public long next(long epochMillis) {
    ZonedDateTime after = Instant.ofEpochMilli(epochMillis).atZone(zone);
    Optional<ZonedDateTime> next = execution.nextExecution(after);
    return next.map(time -> time.toInstant().toEpochMilli()).orElse(-1L);
  }
}

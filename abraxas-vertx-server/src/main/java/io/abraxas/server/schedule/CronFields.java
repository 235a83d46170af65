package io.abraxas.server.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.abraxas.server.broker.Recurrence;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.BitSet;

/**
 * The times that five cron fields name.
 *
 * <p>Each field is {@code *} or empty for every value, or a list of numbers, ranges and steps;
 * names of days and months are not accepted. Days of the week count from Monday, which is 0, to
 * Sunday, which is 6. When neither the day of month nor the day of week names all days, a day that
 * either names will do, as in cron.
 *
 * <p>When clocks are changed, it matters whether the hour field names all hours:
 *
 * <ul>
 *   <li>If it does, the schedule is about the passing of time: it fires at each minute that a clock
 *       on the wall shows and that matches. Nothing is made up for when the clock is put forward,
 *       and an hour that comes twice has its firings twice.
 *   <li>If it does not, the schedule is about the day: each of its times fires once. One that the
 *       clock jumps over fires when the clock jumps, several such together; one that comes twice
 *       fires the first time.
 * </ul>
 *
 * <p>The library knows the calendar and is asked for local times alone; what they mean when clocks
 * change is decided here.
 */
public final class CronFields implements Recurrence {
  /** Minute, hour, day of month, month, day of week with Sunday as 0. */
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final ExecutionTime times;
  private final boolean everyHour;
  private final ZoneId zone;

  private CronFields(ExecutionTime times, boolean everyHour, ZoneId zone) {
    this.times = times;
    this.everyHour = everyHour;
    this.zone = zone;
  }

  /**
   * Reads the fields of SUBMIT_JOB_SCHED.
   *
   * @throws BadCronFieldException with a message for the one who wrote them; also when no day ever
   *     matches, as the 30th of February
   */
  public static Recurrence parse(
      String minute, String hour, String day, String month, String dayOfWeek, ZoneId zone) {
    BitSet hours = CronField.HOUR.parse(hour);
    BitSet days = CronField.DAY_OF_MONTH.parse(day);
    BitSet months = CronField.MONTH.parse(month);
    BitSet weekdays = CronField.DAY_OF_WEEK.parse(dayOfWeek);
    if (CronField.DAY_OF_WEEK.isAll(weekdays) && !everComes(days, months)) {
      throw new BadCronFieldException(
          "bad day of month \"" + day + "\": it never comes in month \"" + month + "\"");
    }
    // The values are written out for the library: what a step or a range means is our business.
    String plain =
        String.join(
            " ",
            CronField.MINUTE.text(CronField.MINUTE.parse(minute)),
            CronField.HOUR.text(hours),
            CronField.DAY_OF_MONTH.text(days),
            CronField.MONTH.text(months),
            CronField.DAY_OF_WEEK.text(fromSunday(weekdays)));
    ExecutionTime times = ExecutionTime.forCron(PARSER.parse(plain));
    return new CronFields(times, CronField.HOUR.isAll(hours), zone);
  }

  /**
   * Reads the five fields with blanks between them.
   *
   * @throws BadCronFieldException as the other one does
   */
  public static Recurrence parse(String fields, ZoneId zone) {
    String[] parts = fields.split(" ", -1);
    if (parts.length != 5) {
      throw new BadCronFieldException("not five fields: \"" + fields + "\"");
    }
    return parse(parts[0], parts[1], parts[2], parts[3], parts[4], zone);
  }

  private static boolean everComes(BitSet days, BitSet months) {
    return months.stream().anyMatch(month -> days.nextSetBit(0) <= Month.of(month).maxLength());
  }

  private static BitSet fromSunday(BitSet fromMonday) {
    BitSet shifted = new BitSet(7);
    fromMonday.stream().forEach(weekday -> shifted.set((weekday + 1) % 7));
    return shifted;
  }

  @Override
  public long next(long epochMillis) {
    Instant after = Instant.ofEpochMilli(epochMillis);
    Instant next = everyHour ? nextShown(after) : nextOfDay(after);
    return next == null ? -1 : next.toEpochMilli();
  }

  /** The next instant at which the clock on the wall shows a time that matches. */
  private Instant nextShown(Instant after) {
    ZoneRules rules = zone.getRules();
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime from = LocalDateTime.ofInstant(after, offset);
    ZoneOffsetTransition change = rules.nextTransition(after);
    while (true) {
      LocalDateTime local = nextLocal(from);
      if (local == null) {
        return null;
      }
      Instant next = local.toInstant(offset);
      if (change == null || next.isBefore(change.getInstant())) {
        return next;
      }
      offset = change.getOffsetAfter();
      // The very moment of the change may match.
      from = change.getDateTimeAfter().minusNanos(1);
      change = rules.nextTransition(change.getInstant());
    }
  }

  /** The next time of day that matches, wherever the clock is put meanwhile. */
  private Instant nextOfDay(Instant after) {
    LocalDateTime local = LocalDateTime.ofInstant(after, zone);
    while ((local = nextLocal(local)) != null) {
      Instant next = firstInstant(local);
      // Not so in the second pass through an hour that comes twice.
      if (next.isAfter(after)) {
        return next;
      }
    }
    return null;
  }

  private Instant firstInstant(LocalDateTime local) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    if (change == null) {
      return local.toInstant(zone.getRules().getOffset(local));
    }
    return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
  }

  private LocalDateTime nextLocal(LocalDateTime after) {
    return times
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .map(next -> next.toLocalDateTime())
        .orElse(null);
  }
}

package io.abraxas.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.broker.Recurrence;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronFieldsTest {
  private static final ZoneId UTC = ZoneOffset.UTC;
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static Recurrence parse(String fields, ZoneId zone) {
    String[] f = fields.split(" ", -1);
    return CronFields.parse(f[0], f[1], f[2], f[3], f[4], zone);
  }

  private static String next(String fields, ZoneId zone, String after) {
    return Instant.ofEpochMilli(parse(fields, zone).next(Instant.parse(after).toEpochMilli()))
        .toString();
  }

  /** 2026-03-01 is a Sunday. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * *      | 2026-03-01T00:00:00Z | 2026-03-01T00:01:00Z",
        "* * * * *      | 2026-03-01T00:00:59Z | 2026-03-01T00:01:00Z",
        "30 4 * * *     | 2026-03-01T04:30:00Z | 2026-03-02T04:30:00Z",
        "0,15,45 * * * *| 2026-03-01T00:15:00Z | 2026-03-01T00:45:00Z",
        "*/20 * * * *   | 2026-03-01T00:21:00Z | 2026-03-01T00:40:00Z",
        "10-12 3 * * *  | 2026-03-01T03:11:00Z | 2026-03-01T03:12:00Z",
        "0 0 31 * *     | 2026-04-01T00:00:00Z | 2026-05-31T00:00:00Z",
        "0 0 29 2 *     | 2026-03-01T00:00:00Z | 2028-02-29T00:00:00Z",
        "0 0 * * 0      | 2026-03-01T12:00:00Z | 2026-03-02T00:00:00Z",
        "0 0 * * 6      | 2026-03-02T00:00:00Z | 2026-03-08T00:00:00Z",
        "0 0 * * 5-6    | 2026-03-02T00:00:00Z | 2026-03-07T00:00:00Z",
      })
  void findsTheNextTime(String fields, String after, String expected) {
    assertThat(next(fields, UTC, after)).isEqualTo(expected);
  }

  @Test
  void takesADayThatMatchesEitherFieldWhenBothAreRestricted() {
    // The 13th is a Friday; the Mondays before it count too.
    assertThat(next("0 0 13 * 0", UTC, "2026-03-03T00:00:00Z")).isEqualTo("2026-03-09T00:00:00Z");
    assertThat(next("0 0 13 * 0", UTC, "2026-03-09T00:00:00Z")).isEqualTo("2026-03-13T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60 * * * * | bad minute \"60\"",
        "* 24 * * * | bad hour \"24\"",
        "* * 0 * *  | bad day of month \"0\"",
        "* * * 13 * | bad month \"13\"",
        "* * * * 7  | bad day of week \"7\"",
        "x * * * *  | bad minute \"x\"",
        "1- * * * * | bad minute \"1-\"",
        "*/0 * * * *| bad minute \"*/0\"",
        "5-1 * * * *| bad minute \"5-1\"",
        "* * * * MON| bad day of week \"MON\"",
        "* * L * *  | bad day of month \"L\"",
        "* * ? * *  | bad day of month \"?\"",
        ", * * * *  | bad minute \",\"",
      })
  void namesABadField(String fields, String message) {
    assertThatThrownBy(() -> parse(fields, UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesADayThatNeverComes() {
    assertThatThrownBy(() -> parse("0 0 30 2 *", UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("never comes");
  }

  @Test
  void doesNotFireInTheGapWhenClocksGoForward() {
    // On 2026-03-29 in Berlin 02:00 becomes 03:00.
    assertThat(next("30 2 * * *", BERLIN, "2026-03-28T12:00:00Z"))
        .isEqualTo("2026-03-30T00:30:00Z");
  }

  @Test
  void firesOnceWhenATimeComesTwice() {
    // On 2026-10-25 in Berlin 03:00 becomes 02:00: 02:30 is at 00:30Z and again at 01:30Z.
    assertThat(next("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z"))
        .isEqualTo("2026-10-25T00:30:00Z");
    assertThat(next("30 2 * * *", BERLIN, "2026-10-25T00:30:00Z"))
        .isEqualTo("2026-10-26T01:30:00Z");
  }

  @Test
  void firesEveryHourThroughBothChanges() {
    assertThat(next("0 * * * *", BERLIN, "2026-03-29T00:00:00Z")).isEqualTo("2026-03-29T01:00:00Z");
    assertThat(next("0 * * * *", BERLIN, "2026-10-25T00:00:00Z"))
        .isIn("2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
  }

  @Test
  void agreesWithASearchMinuteByMinute() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 150; round++) {
      Field[] fields = {
        Field.random(random, 0, 59),
        Field.random(random, 0, 23),
        Field.random(random, 1, 28),
        Field.random(random, 1, 12),
        Field.random(random, 0, 6)
      };
      String text = String.join(" ", List.of(fields).stream().map(f -> f.text).toList());
      ZonedDateTime after =
          ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, UTC).plusMinutes(random.nextInt(365 * 24 * 60));
      long found = parse(text, UTC).next(after.toInstant().toEpochMilli());
      assertThat(Instant.ofEpochMilli(found))
          .as("seed %d: %s after %s", seed, text, after)
          .isEqualTo(search(fields, after).toInstant());
    }
  }

  private static ZonedDateTime search(Field[] f, ZonedDateTime after) {
    ZonedDateTime time = after.plusMinutes(1);
    while (true) {
      boolean day = f[2].has(time.getDayOfMonth());
      boolean week = f[4].has(time.getDayOfWeek().getValue() - 1);
      boolean date = (f[2].any || f[4].any) ? (day && week) : (day || week);
      if (!f[3].has(time.getMonthValue()) || !date) {
        time = time.toLocalDate().plusDays(1).atStartOfDay(UTC);
      } else if (f[1].has(time.getHour()) && f[0].has(time.getMinute())) {
        return time;
      } else {
        time = time.plusMinutes(1);
      }
    }
  }

  private static final class Field {
    final String text;
    final boolean any;
    final TreeSet<Integer> values = new TreeSet<>();

    private Field(String text, boolean any) {
      this.text = text;
      this.any = any;
    }

    static Field random(Random random, int least, int most) {
      if (random.nextInt(3) == 0) {
        Field any = new Field("*", true);
        for (int i = least; i <= most; i++) {
          any.values.add(i);
        }
        return any;
      }
      List<String> parts = new ArrayList<>();
      TreeSet<Integer> values = new TreeSet<>();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int from = least + random.nextInt(most - least + 1);
        int to = from + random.nextInt(most - from + 1);
        if (random.nextBoolean() || from == to) {
          parts.add(Integer.toString(from));
          values.add(from);
        } else {
          int step = 1 + random.nextInt(4);
          parts.add(from + "-" + to + (step == 1 ? "" : "/" + step));
          for (int i = from; i <= to; i += step) {
            values.add(i);
          }
        }
      }
      Field field = new Field(String.join(",", parts), false);
      field.values.addAll(values);
      return field;
    }

    boolean has(int value) {
      return any || values.contains(value);
    }
  }
}

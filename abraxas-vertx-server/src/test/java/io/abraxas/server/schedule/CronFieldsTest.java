package io.abraxas.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.broker.Recurrence;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronFieldsTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * *          | 2026-01-01T00:00:00Z | 2026-01-01T00:01:00Z
          * * * * *          | 2026-01-01T00:00:59Z | 2026-01-01T00:01:00Z
          30 4 * * *         | 2026-01-01T04:30:00Z | 2026-01-02T04:30:00Z
          */15 * * * *       | 2026-01-01T00:46:00Z | 2026-01-01T01:00:00Z
          5/20 * * * *       | 2026-01-01T00:06:00Z | 2026-01-01T00:25:00Z
          10-20/5,59 * * * * | 2026-01-01T00:20:00Z | 2026-01-01T00:59:00Z
          0 0 1 1 *          | 2026-01-01T00:00:00Z | 2027-01-01T00:00:00Z
          0 0 29 2 *         | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z
          0 0 31 * *         | 2026-01-31T00:00:00Z | 2026-03-31T00:00:00Z
          59 23 31 12 *      | 2026-01-01T00:00:00Z | 2026-12-31T23:59:00Z
          """)
  void firesAtTheNextTime(String fields, String after, String next) {
    assertThat(next(parse(fields, ZoneOffset.UTC), after)).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2026-01-05",
    "1, 2026-01-06",
    "4, 2026-01-02",
    "5, 2026-01-03",
    "6, 2026-01-04",
  })
  void weekBeginsWithMondayAsZero(int dayOfWeek, String next) {
    Recurrence recurrence = parse("0 0 * * " + dayOfWeek, ZoneOffset.UTC);
    assertThat(next(recurrence, "2026-01-01T12:00:00Z")).isEqualTo(next + "T00:00:00Z");
  }

  @Test
  void eitherDayFieldWillDoWhenBothAreRestricted() {
    Recurrence recurrence = parse("0 0 13 * 4", ZoneOffset.UTC);
    assertThat(firings(recurrence, "2026-01-01T00:00:00Z", "2026-01-17T00:00:00Z"))
        .containsExactly(
            "2026-01-02T00:00:00Z",
            "2026-01-09T00:00:00Z",
            "2026-01-13T00:00:00Z",
            "2026-01-16T00:00:00Z");
  }

  @Test
  void aDayFieldThatNamesEveryDayIsNoRestriction() {
    for (String everyDay : List.of("*", "*/1", "1-31")) {
      Recurrence recurrence = parse("0 0 " + everyDay + " * 4", ZoneOffset.UTC);
      assertThat(next(recurrence, "2026-01-02T00:00:00Z")).isEqualTo("2026-01-09T00:00:00Z");
    }
  }

  @Test
  void fieldsMayBeOneText() {
    Recurrence recurrence = CronFields.parse("30 4 * * *", ZoneOffset.UTC);
    assertThat(next(recurrence, "2026-01-01T00:00:00Z")).isEqualTo("2026-01-01T04:30:00Z");
    for (String wrong : new String[] {"30 4 * *", "30 4 * * * *", ""}) {
      assertThatThrownBy(() -> CronFields.parse(wrong, ZoneOffset.UTC).next(0))
          .as(wrong)
          .isInstanceOf(BadCronFieldException.class);
    }
  }

  @Test
  void emptyFieldsNameEveryMinute() {
    Recurrence recurrence = CronFields.parse("", "", "", "", "", ZoneOffset.UTC);
    assertThat(next(recurrence, "2026-01-01T00:00:00Z")).isEqualTo("2026-01-01T00:01:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60 * * * *     | minute       | 60     | 0 to 59
          99999 * * * *  | minute       | 99999  | 0 to 59
          1,,2 * * * *   | minute       | 1,,2   | 0 to 59
          */0 * * * *    | minute       | */0    | 0 to 59
          -1 * * * *     | minute       | -1     | 0 to 59
          * 24 * * *     | hour         | 24     | 0 to 23
          * 22-2 * * *   | hour         | 22-2   | 0 to 23
          * * 0 * *      | day of month | 0      | 1 to 31
          * * 1-32 * *   | day of month | 1-32   | 1 to 31
          * * L * *      | day of month | L      | 1 to 31
          * * * 13 *     | month        | 13     | 1 to 12
          * * * JAN *    | month        | JAN    | 1 to 12
          * * * * 7      | day of week  | 7      | 0 to 6, Monday is 0
          * * * * MON    | day of week  | MON    | 0 to 6, Monday is 0
          """)
  void badFieldIsNamed(String fields, String name, String text, String range) {
    assertThatThrownBy(() -> parse(fields, ZoneOffset.UTC))
        .isInstanceOf(BadCronFieldException.class)
        .hasMessageContaining("bad " + name + " \"" + text + "\"")
        .hasMessageContaining("(allowed: " + range + ")");
  }

  @Test
  void longBadFieldIsCut() {
    assertThatThrownBy(() -> CronFields.parse("1".repeat(5000), "", "", "", "", BERLIN))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  @ParameterizedTest
  @CsvSource({"30, 2", "'30,31', 2", "31, '2,4,6,9,11'"})
  void dayThatNeverComesIsRefused(String day, String month) {
    assertThatThrownBy(() -> CronFields.parse("0", "0", day, month, "*", ZoneOffset.UTC))
        .isInstanceOf(BadCronFieldException.class)
        .hasMessageContaining("day of month \"" + day + "\"")
        .hasMessageContaining("never comes in month \"" + month + "\"");
  }

  @Test
  void weekdayHelpsWhereTheDayNeverComes() {
    Recurrence recurrence = parse("0 0 30 2 0", ZoneOffset.UTC);
    assertThat(next(recurrence, "2026-01-01T00:00:00Z")).isEqualTo("2026-02-02T00:00:00Z");
  }

  @Test
  void timeZoneCounts() {
    Recurrence recurrence = parse("0 12 * * *", BERLIN);
    assertThat(next(recurrence, "2026-01-01T00:00:00Z")).isEqualTo("2026-01-01T11:00:00Z");
    assertThat(next(recurrence, "2026-07-01T00:00:00Z")).isEqualTo("2026-07-01T10:00:00Z");
  }

  /** On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00, which is 01:00 UTC. */
  @Test
  void timeOfDayThatIsJumpedOverFiresAtTheJump() {
    assertThat(firings(parse("30 2 * * *", BERLIN), "2026-03-27T23:00:00Z", "2026-03-30T23:00:00Z"))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
  }

  @Test
  void severalTimesThatAreJumpedOverFireOnce() {
    assertThat(
            firings(
                parse("*/10 1-3 * * *", BERLIN), "2026-03-29T00:35:00Z", "2026-03-29T01:25:00Z"))
        .containsExactly(
            "2026-03-29T00:40:00Z",
            "2026-03-29T00:50:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-29T01:10:00Z",
            "2026-03-29T01:20:00Z");
  }

  @Test
  void hourlyScheduleMakesUpForNothingAtTheJump() {
    assertThat(firings(parse("7 * * * *", BERLIN), "2026-03-29T00:00:00Z", "2026-03-29T02:30:00Z"))
        .containsExactly("2026-03-29T00:07:00Z", "2026-03-29T01:07:00Z", "2026-03-29T02:07:00Z");
  }

  /** On 25 October 2026 the clocks of Berlin go from 03:00 to 02:00, which is 01:00 UTC. */
  @Test
  void timeOfDayThatComesTwiceFiresTheFirstTime() {
    assertThat(firings(parse("30 2 * * *", BERLIN), "2026-10-24T00:00:00Z", "2026-10-26T02:00:00Z"))
        .containsExactly("2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
  }

  @Test
  void restartInTheSecondPassFiresNothingAgain() {
    assertThat(next(parse("30 2 * * *", BERLIN), "2026-10-25T01:10:00Z"))
        .isEqualTo("2026-10-26T01:30:00Z");
  }

  @Test
  void hourlyScheduleFiresInBothPasses() {
    assertThat(firings(parse("0 * * * *", BERLIN), "2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z"))
        .containsExactly("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
  }

  static Recurrence parse(String fields, ZoneId zone) {
    String[] field = fields.strip().split(" ", -1);
    return CronFields.parse(field[0], field[1], field[2], field[3], field[4], zone);
  }

  private static String next(Recurrence recurrence, String after) {
    long next = recurrence.next(Instant.parse(after).toEpochMilli());
    return Instant.ofEpochMilli(next).toString();
  }

  /** All firings after the first time, up to the second. */
  private static List<String> firings(Recurrence recurrence, String after, String until) {
    List<String> firings = new ArrayList<>();
    long end = Instant.parse(until).toEpochMilli();
    long time = recurrence.next(Instant.parse(after).toEpochMilli());
    while (time <= end) {
      firings.add(Instant.ofEpochMilli(time).toString());
      time = recurrence.next(time);
    }
    return firings;
  }
}

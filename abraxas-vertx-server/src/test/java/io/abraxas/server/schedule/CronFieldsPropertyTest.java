package io.abraxas.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Compares with the slowest and plainest way: to look at one minute after the other. */
class CronFieldsPropertyTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** How far to look, in minutes. */
  private static final int HORIZON = 60 * 24 * 70;

  @Test
  void agreesWithSteppingThroughTheMinutes() {
    repeat(
        300,
        random -> {
          long time = (long) (random.nextDouble() * 4e12);
          check(Fields.random(random, true), ZoneOffset.UTC, time);
        });
  }

  @Test
  void hourlySchedulesAgreeAcrossClockChanges() {
    repeat(
        200,
        random -> {
          int month = random.nextBoolean() ? 3 : 10;
          LocalDateTime near = LocalDateTime.of(2000 + random.nextInt(60), month, 25, 0, 0);
          long minute = near.toEpochSecond(ZoneOffset.UTC) / 60 + random.nextInt(60 * 24 * 7);
          long time = minute * 60_000 + random.nextInt(60_000);
          check(Fields.random(random, false), BERLIN, time);
        });
  }

  private static void repeat(int times, Consumer<Random> test) {
    long first = new Random().nextLong();
    for (long seed = first; seed < first + times; seed++) {
      try {
        test.accept(new Random(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void check(Fields fields, ZoneId zone, long after) {
    long next = CronFieldsTest.parse(fields.text, zone).next(after);
    long minute = Math.floorDiv(after, 60_000L) + 1;
    for (int i = 0; i < HORIZON; i++, minute++) {
      Instant time = Instant.ofEpochSecond(minute * 60);
      if (fields.match(LocalDateTime.ofInstant(time, zone))) {
        assertThat(Instant.ofEpochMilli(next)).as(fields.text).isEqualTo(time);
        return;
      }
    }
    assertThat(next).as(fields.text).isGreaterThanOrEqualTo(minute * 60_000);
  }

  private static final class Fields {
    final BitSet[] values = new BitSet[5];
    String text = "";

    static Fields random(Random random, boolean restrictHours) {
      int[][] ranges = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}};
      Fields fields = new Fields();
      for (int i = 0; i < 5; i++) {
        fields.values[i] = new BitSet();
        boolean all = random.nextInt(3) == 0 || (i == 1 && !restrictHours);
        fields.text += (all ? fields.all(i, ranges[i]) : fields.some(i, ranges[i], random)) + " ";
      }
      // Not to be bothered with days that never come.
      return fields.values[2].nextSetBit(0) > 28 ? random(random, restrictHours) : fields;
    }

    private String all(int field, int[] range) {
      values[field].set(range[0], range[1] + 1);
      return "*";
    }

    private String some(int field, int[] range, Random random) {
      String list = "";
      for (int i = random.nextInt(3); i >= 0; i--) {
        int from = range[0] + random.nextInt(range[1] - range[0] + 1);
        int to = from + random.nextInt(range[1] - from + 1);
        int step = 1 + random.nextInt(7);
        int kind = random.nextInt(4);
        switch (kind) {
          case 0 -> {
            to = from;
            step = 1;
            list += from;
          }
          case 1 -> {
            step = 1;
            list += from + "-" + to;
          }
          case 2 -> list += from + "-" + to + "/" + step;
          default -> {
            from = range[0];
            to = range[1];
            list += "*/" + step;
          }
        }
        for (int value = from; value <= to; value += step) {
          values[field].set(value);
        }
        list += i > 0 ? "," : "";
      }
      return list;
    }

    boolean match(LocalDateTime time) {
      boolean day = values[2].get(time.getDayOfMonth());
      boolean weekday = values[4].get(time.getDayOfWeek().getValue() - 1);
      boolean bothRestricted = values[2].cardinality() < 31 && values[4].cardinality() < 7;
      return values[0].get(time.getMinute())
          && values[1].get(time.getHour())
          && values[3].get(time.getMonthValue())
          && (bothRestricted ? day || weekday : day && weekday);
    }
  }
}

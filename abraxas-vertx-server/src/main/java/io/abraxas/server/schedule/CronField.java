package io.abraxas.server.schedule;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One of the five fields: its range, and how its text is read. */
enum CronField {
  MINUTE("minute", 0, 59, ""),
  HOUR("hour", 0, 23, ""),
  DAY_OF_MONTH("day of month", 1, 31, ""),
  MONTH("month", 1, 12, ""),
  DAY_OF_WEEK("day of week", 0, 6, ", Monday is 0");

  /**
   * A star, a number or a range, and perhaps a step; at most six digits, so that ints hold them.
   */
  private static final Pattern ITEM =
      Pattern.compile("(?:\\*|(?<from>\\d{1,6})(?:-(?<to>\\d{1,6}))?)(?:/(?<step>\\d{1,6}))?");

  /** What is shown of a field that is wrong: it may have the length of a packet. */
  private static final int SHOWN = 40;

  private final String title;
  private final int least;
  private final int largest;
  private final String note;

  CronField(String title, int least, int largest, String note) {
    this.title = title;
    this.least = least;
    this.largest = largest;
    this.note = note;
  }

  /**
   * The values that a text stands for: {@code *} or nothing for all, else numbers, ranges and steps
   * separated by commas. A number with a step goes on to the end of the range, as {@code 5/20}.
   *
   * @throws BadCronFieldException naming the field, the text and the range
   */
  BitSet parse(String text) {
    BitSet values = new BitSet(largest + 1);
    if (text.isEmpty()) {
      values.set(least, largest + 1);
      return values;
    }
    for (String item : text.split(",", -1)) {
      Matcher matcher = ITEM.matcher(item);
      if (!matcher.matches()) {
        throw bad(text, "not *, a number, a range or a list of them, steps allowed");
      }
      add(values, matcher, text);
    }
    return values;
  }

  private void add(BitSet values, Matcher item, String text) {
    boolean stepped = item.group("step") != null;
    int step = stepped ? Integer.parseInt(item.group("step")) : 1;
    if (step == 0) {
      throw bad(text, "a step of 0");
    }
    int from = least;
    int to = largest;
    if (item.group("from") != null) {
      from = Integer.parseInt(item.group("from"));
      if (item.group("to") != null) {
        to = Integer.parseInt(item.group("to"));
      } else if (!stepped) {
        to = from;
      }
    }
    if (from < least || from > largest || to > largest) {
      throw bad(text, "out of range");
    }
    if (from > to) {
      throw bad(text, "a range that runs backwards");
    }
    for (int value = from; value <= to; value += step) {
      values.set(value);
    }
  }

  /** Whether nothing is left out. */
  boolean isAll(BitSet values) {
    return values.cardinality() == largest - least + 1;
  }

  /** As plain a text for the same values as there is: a star or a list of numbers. */
  String text(BitSet values) {
    return isAll(values)
        ? "*"
        : values.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  private BadCronFieldException bad(String text, String reason) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    String range = least + " to " + largest + note;
    return new BadCronFieldException(
        "bad " + title + " \"" + shown + "\": " + reason + " (allowed: " + range + ")");
  }
}

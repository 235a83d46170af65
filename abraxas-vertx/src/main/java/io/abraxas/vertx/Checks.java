package io.abraxas.vertx;

import java.nio.charset.Charset;

/** Rejects what options and requests cannot be, at once, where the caller sees it. */
final class Checks {
  private static final int CRON_FIELDS = 5;

  private Checks() {}

  static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive: " + value);
    }
  }

  static void notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative: " + value);
    }
  }

  /** Null is allowed; a charset that does not exist is not. */
  static void charset(String name) {
    if (name != null) {
      Charset.forName(name);
    }
  }

  /** Null is allowed; a NUL would end the field on the wire. */
  static void name(String name, String value) {
    if (value != null && value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(name + " must not contain a NUL");
    }
  }

  static void schedule(String fields) {
    if (fields != null && cronFields(fields).length != CRON_FIELDS) {
      throw new IllegalArgumentException(
          "a schedule has five fields (minute hour day month weekday): \"" + fields + "\"");
    }
  }

  /** The fields of a schedule. */
  static String[] cronFields(String schedule) {
    return schedule.trim().split("\\s+", -1);
  }
}

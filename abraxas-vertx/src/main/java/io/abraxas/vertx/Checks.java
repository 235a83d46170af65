package io.abraxas.vertx;

import io.netty.buffer.ByteBufUtil;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Rejects what options and requests cannot be, at once, where the caller sees it. */
final class Checks {
  private static final int CRON_FIELDS = 5;

  /** What a server takes for a function, in bytes. */
  private static final int MAX_FUNCTION = 512;

  /** What a server takes for a unique id, in bytes. */
  private static final int MAX_UNIQUE = 64;

  /** No server makes a longer one, in bytes. */
  private static final int MAX_HANDLE = 63;

  /** What servers keep of a client's id, in bytes. */
  private static final int MAX_CLIENT_ID = 127;

  /** Three years: the least of what the timers of Netty's event loops take. */
  private static final long MAX_TIMER_MS = TimeUnit.DAYS.toMillis(3 * 365);

  /** Servers round down to seconds, and 0 is no limit. */
  private static final long MIN_JOB_TIMEOUT_MS = 1_000;

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

  /** A time in milliseconds, of which 0 means none. */
  static void timeout(String name, long ms) {
    notNegative(name, ms);
    fitsTimer(name, ms);
  }

  /** A time in milliseconds. */
  static void delay(String name, long ms) {
    positive(name, ms);
    fitsTimer(name, ms);
  }

  private static void fitsTimer(String name, long ms) {
    if (ms > MAX_TIMER_MS) {
      throw new IllegalArgumentException(
          name + " must not be longer than three years (" + MAX_TIMER_MS + " ms): " + ms);
    }
  }

  /** A limit that CAN_DO_TIMEOUT names, which servers read as 32 bits. */
  static void jobTimeout(String name, long ms) {
    notNegative(name, ms);
    if (ms != 0 && (ms < MIN_JOB_TIMEOUT_MS || ms > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name
              + " must be 0, or between "
              + MIN_JOB_TIMEOUT_MS
              + " and "
              + Integer.MAX_VALUE
              + " ms: "
              + ms);
    }
  }

  /** Null is allowed. */
  static void function(String name, String value) {
    notEmpty(name, value);
    field(name, value, MAX_FUNCTION);
  }

  /** Null is allowed, and an empty one, which is none. */
  static void uniqueId(String name, String value) {
    field(name, value, MAX_UNIQUE);
  }

  static void handle(String value) {
    Objects.requireNonNull(value, "handle");
    notEmpty("handle", value);
    field("handle", value, MAX_HANDLE);
  }

  /** Null is allowed. */
  static void clientId(String value) {
    notEmpty("clientId", value);
    field("clientId", value, MAX_CLIENT_ID);
  }

  private static void notEmpty(String name, String value) {
    if (value != null && value.isEmpty()) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
  }

  /** An argument of a packet, which a NUL would end. */
  private static void field(String name, String value, int maxBytes) {
    if (value == null) {
      return;
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(name + " must not contain a NUL");
    }
    int length = ByteBufUtil.utf8Bytes(value);
    if (length > maxBytes) {
      throw new IllegalArgumentException(
          name + " must not be longer than " + maxBytes + " bytes: " + length);
    }
  }

  static void schedule(String fields) {
    if (fields != null && fields.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("schedule must not contain a NUL");
    }
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

package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.JobRequest;
import java.util.concurrent.TimeUnit;

/** Rejects what the options of both bridges cannot be, at once, where the caller sees it. */
final class Checks {
  /** What the timers of a client take. */
  private static final long MAX_TIMER_MS = TimeUnit.DAYS.toMillis(3 * 365);

  private Checks() {}

  static String address(String address) {
    if (address.isEmpty()) {
      throw new IllegalArgumentException("the address must not be empty");
    }
    return address;
  }

  /** What else a name cannot be is for the client to say. */
  static String function(String function) {
    if (function.isEmpty()) {
      throw new IllegalArgumentException("the name of a function must not be empty");
    }
    return new JobRequest(function).getFunction();
  }

  static long between(String name, long min, long max, long value) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be between " + min + " and " + max + ": " + value);
    }
    return value;
  }

  /** A time in milliseconds, of which 0 means none. */
  static long timeout(String name, long ms) {
    return between(name, 0, MAX_TIMER_MS, ms);
  }

  /** A time in milliseconds. */
  static long delay(String name, long ms) {
    return between(name, 1, MAX_TIMER_MS, ms);
  }
}

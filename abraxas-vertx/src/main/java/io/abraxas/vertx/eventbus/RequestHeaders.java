package io.abraxas.vertx.eventbus;

import static io.abraxas.vertx.eventbus.EventBusContract.AT;
import static io.abraxas.vertx.eventbus.EventBusContract.BACKGROUND;
import static io.abraxas.vertx.eventbus.EventBusContract.BAD_HEADER;
import static io.abraxas.vertx.eventbus.EventBusContract.FAILURES;
import static io.abraxas.vertx.eventbus.EventBusContract.FAILURES_PLAIN;
import static io.abraxas.vertx.eventbus.EventBusContract.FAILURES_TYPED;
import static io.abraxas.vertx.eventbus.EventBusContract.PRIORITY;
import static io.abraxas.vertx.eventbus.EventBusContract.PROGRESS;
import static io.abraxas.vertx.eventbus.EventBusContract.SCHEDULE;
import static io.abraxas.vertx.eventbus.EventBusContract.TIMEOUT;
import static io.abraxas.vertx.eventbus.EventBusContract.UNIQUE;

import io.abraxas.vertx.JobPriority;
import io.abraxas.vertx.JobRequest;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;

/** Reads what the headers of a request say about its job. */
final class RequestHeaders {
  private final MultiMap headers;

  private RequestHeaders(MultiMap headers) {
    this.headers = headers;
  }

  /**
   * Puts all that the headers say into the request.
   *
   * @throws JobReplyException when one cannot be
   */
  static void read(MultiMap headers, JobRequest request) {
    if (!headers.isEmpty()) {
      new RequestHeaders(headers).into(request);
    }
  }

  /** Whether the reply is the handle. */
  static boolean isBackground(JobRequest request) {
    return request.isBackground()
        || request.getAtEpochSecond() != null
        || request.getSchedule() != null;
  }

  private void into(JobRequest request) {
    String unique = headers.get(UNIQUE);
    if (unique != null && !unique.isEmpty()) {
      set(UNIQUE, unique, () -> request.setUniqueId(unique));
    }
    String priority = headers.get(PRIORITY);
    if (priority != null) {
      request.setPriority(priority(priority));
    }
    String timeout = headers.get(TIMEOUT);
    if (timeout != null) {
      long ms = number(TIMEOUT, timeout);
      set(TIMEOUT, timeout, () -> request.setResponseTimeout(ms));
    }
    String at = headers.get(AT);
    if (at != null) {
      long due = time(at);
      set(AT, at, () -> request.setAtEpochSecond(due));
    }
    String schedule = headers.get(SCHEDULE);
    if (schedule != null) {
      set(SCHEDULE, schedule, () -> request.setSchedule(schedule));
    }
    background(request, headers.get(BACKGROUND));
    String failures = headers.get(FAILURES);
    if (failures != null && !failures.equals(FAILURES_TYPED) && !failures.equals(FAILURES_PLAIN)) {
      throw bad(FAILURES, failures, "it is plain or typed");
    }
  }

  private void background(JobRequest request, String background) {
    boolean timed = request.getAtEpochSecond() != null || request.getSchedule() != null;
    if (request.getAtEpochSecond() != null && request.getSchedule() != null) {
      throw JobReplyException.rejected(BAD_HEADER, "a job has \"at\" or \"schedule\", not both");
    }
    if (background != null) {
      boolean is = truth(background);
      if (timed && !is) {
        throw bad(BACKGROUND, background, "a job with a time is in the background");
      }
      request.setBackground(is && !timed);
    }
    String progress = headers.get(PROGRESS);
    if (progress != null && (timed || request.isBackground())) {
      throw bad(PROGRESS, progress, "a job in the background tells of none");
    }
  }

  private static JobPriority priority(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "high" -> JobPriority.HIGH;
      case "normal" -> JobPriority.NORMAL;
      case "low" -> JobPriority.LOW;
      default -> throw bad(PRIORITY, text, "it is high, normal or low");
    };
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(BACKGROUND, text, "it is true or false");
    };
  }

  private static long time(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return number(AT, text);
    }
    try {
      return OffsetDateTime.parse(text).toEpochSecond();
    } catch (DateTimeException e) {
      throw bad(AT, text, "it is seconds since 1970, or ISO 8601 as in 2030-01-31T08:00:00Z");
    }
  }

  private static long number(String header, String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw bad(header, text, "it is a number, not negative");
  }

  private static void set(String header, String text, Runnable setter) {
    try {
      setter.run();
    } catch (IllegalArgumentException e) {
      throw bad(header, text, e.getMessage());
    }
  }

  private static JobReplyException bad(String header, String value, String reason) {
    return JobReplyException.rejected(
        BAD_HEADER, "the header \"" + header + "\" cannot be \"" + value + "\": " + reason);
  }
}

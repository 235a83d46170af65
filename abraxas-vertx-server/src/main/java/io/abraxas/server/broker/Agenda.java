package io.abraxas.server.broker;

/**
 * What is to happen by itself: jobs that are due, schedules, timeouts, and what lending waits for.
 */
final class Agenda {
  private final BrokerClock clock;
  private final Dispatch dispatch;
  private final Schedules schedules;
  private final Deadlines due;
  private final Deadlines timeouts;

  Agenda(
      BrokerClock clock,
      Dispatch dispatch,
      Schedules schedules,
      Deadlines due,
      Deadlines timeouts) {
    this.clock = clock;
    this.dispatch = dispatch;
    this.schedules = schedules;
    this.due = due;
    this.timeouts = timeouts;
  }

  /** See {@link Broker#advance}. */
  void advance() {
    if (due.size() > 0) {
      long now = clock.epochMillis();
      for (Timed next = due.peek(); next != null && next.at <= now; next = due.peek()) {
        due.remove(next);
        if (next instanceof Schedule schedule) {
          schedules.fire(schedule, now);
        } else {
          dispatch.enqueue((Job) next);
        }
      }
    }
    if (timeouts.size() > 0) {
      long now = clock.nanoTime();
      for (Timed next = timeouts.peek(); next != null && next.at - now <= 0; ) {
        dispatch.takeBack((Job) next);
        next = timeouts.peek();
      }
    }
    if (dispatch.exchange != null) {
      dispatch.exchange.advance(clock.nanoTime());
    }
  }

  /** See {@link Broker#millisToNext}. */
  long millisToNext() {
    long soonest = Long.MAX_VALUE;
    if (due.size() > 0) {
      soonest = due.peek().at - clock.epochMillis();
    }
    if (timeouts.size() > 0) {
      // Rounded up: a timer that is early would find nothing to do and be set again.
      soonest = Math.min(soonest, (timeouts.peek().at - clock.nanoTime() + 999_999) / 1_000_000);
    }
    if (dispatch.exchange != null) {
      long nanos = dispatch.exchange.nanosToNext(clock.nanoTime());
      soonest = Math.min(soonest, nanos == Long.MAX_VALUE ? nanos : (nanos + 999_999) / 1_000_000);
    }
    return soonest == Long.MAX_VALUE ? -1 : Math.max(0, soonest);
  }
}

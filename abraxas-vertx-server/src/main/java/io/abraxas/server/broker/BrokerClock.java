package io.abraxas.server.broker;

/** The time, handed in: tests turn it by hand. */
public interface BrokerClock {
  /** Wall clock time in milliseconds since the Unix epoch, for due times of jobs. */
  long epochMillis();

  /** A clock that never jumps, in nanoseconds from an arbitrary start, for durations. */
  long nanoTime();
}

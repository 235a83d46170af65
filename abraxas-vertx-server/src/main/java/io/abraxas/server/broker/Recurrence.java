package io.abraxas.server.broker;

/** The times at which a schedule fires. */
public interface Recurrence {
  /**
   * The first time after the given one, both in milliseconds since the Unix epoch; -1 when there is
   * none.
   */
  long next(long epochMillis);
}

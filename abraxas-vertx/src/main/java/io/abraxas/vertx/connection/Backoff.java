package io.abraxas.vertx.connection;

import java.util.random.RandomGenerator;

/** Delays that grow with the Fibonacci sequence up to a limit, each varied by up to 15 %. */
public final class Backoff {
  private static final double VARIATION = 0.15;

  private final long firstMs;
  private final long maxMs;
  private final RandomGenerator random;
  private long previous;
  private long current;

  /** Creates a sequence. */
  public Backoff(long firstMs, long maxMs, RandomGenerator random) {
    this.firstMs = firstMs;
    this.maxMs = maxMs;
    this.random = random;
    reset();
  }

  /** Starts from the first delay again. */
  public void reset() {
    previous = 0;
    current = firstMs;
  }

  /** The next delay in milliseconds, at least 1. */
  public long next() {
    long delay = Math.min(current, maxMs);
    if (current < maxMs) {
      long next = previous + current;
      previous = current;
      current = next;
    }
    double factor = 1 + VARIATION * (2 * random.nextDouble() - 1);
    return Math.max(1, Math.round(delay * factor));
  }
}

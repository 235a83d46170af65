package io.abraxas.vertx;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that other threads have written and the loop has not taken over yet. Without a bound a fast
 * writer would fill the loop's queue of actions: the socket is full only for what has reached it.
 */
final class Crossing {
  private static final long MAX_BYTES = 256 * 1024;

  private final AtomicLong bytes = new AtomicLong();

  /** On the writer's thread, before it hands over. */
  void begins(int length) {
    bytes.addAndGet(length);
  }

  /**
   * On the loop.
   *
   * @return whether there is room again, where there was none
   */
  boolean ends(int length) {
    long left = bytes.addAndGet(-length);
    return left < MAX_BYTES && left + length >= MAX_BYTES;
  }

  /** Whether something is on its way: what is written now must not overtake it. */
  boolean isUnderWay() {
    return bytes.get() > 0;
  }

  boolean isFull() {
    return bytes.get() >= MAX_BYTES;
  }
}

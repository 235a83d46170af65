package io.abraxas.vertx;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What other threads have handed to the loop and it has not taken over yet. Without a bound on its
 * bytes a fast writer would fill the loop's queue of actions: the socket is full only for what has
 * reached it.
 */
final class Crossing {
  private static final long MAX_BYTES = 256 * 1024;

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** On the writer's thread, before it hands over. */
  void begins(int length) {
    calls.incrementAndGet();
    if (length > 0) {
      bytes.addAndGet(length);
    }
  }

  /**
   * On the loop.
   *
   * @return whether there is room again, where there was none
   */
  boolean ends(int length) {
    calls.decrementAndGet();
    if (length == 0) {
      return false;
    }
    long left = bytes.addAndGet(-length);
    return left < MAX_BYTES && left + length >= MAX_BYTES;
  }

  /** Whether something is on its way: what is called now must not overtake it. */
  boolean isUnderWay() {
    return calls.get() > 0;
  }

  boolean isFull() {
    return bytes.get() >= MAX_BYTES;
  }
}

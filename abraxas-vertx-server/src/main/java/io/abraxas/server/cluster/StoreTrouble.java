package io.abraxas.server.cluster;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** Tells in the log of operations that fail, and of the end of that; not of each. */
final class StoreTrouble {
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Logger log;
  private final String task;

  /** How many writes failed and did not succeed since. */
  private int failing;

  private boolean told;
  private long tellAgainNanos = System.nanoTime();

  /**
   * @param task what fails, behind <q>cannot</q>
   */
  StoreTrouble(Logger log, String task) {
    this.log = log;
    this.task = task;
  }

  /**
   * A write failed.
   *
   * @param first whether it did not fail before
   */
  void failed(boolean first, Throwable failure) {
    if (first) {
      failing++;
    }
    long now = System.nanoTime();
    if (now - tellAgainNanos >= 0) {
      told = true;
      tellAgainNanos = now + PAUSE_NANOS;
      log.warn("cannot {}, trying again; {} wait: {}", task, failing, failure.toString());
    }
  }

  /** One that had failed succeeded. */
  void recovered() {
    if (--failing == 0 && told) {
      told = false;
      log.info("can {} again", task);
    }
  }
}

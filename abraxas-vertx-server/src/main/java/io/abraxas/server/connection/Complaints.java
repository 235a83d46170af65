package io.abraxas.server.connection;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of peers that misbehave: a line each, but only so many a second, so that they
 * cannot fill the disk and hold up the event loop.
 */
final class Complaints {
  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
  private static final int MOST_A_SECOND = 20;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long secondStart = System.nanoTime();
  private int said;
  private int unsaid;

  /** Logs a line, unless there were too many in this second. */
  void say(String format, Object... arguments) {
    long now = System.nanoTime();
    if (now - secondStart >= SECOND) {
      if (unsaid > 0) {
        LOG.warn("and {} more lines about peers", unsaid);
      }
      secondStart = now;
      said = 0;
      unsaid = 0;
    }
    if (said < MOST_A_SECOND) {
      said++;
      LOG.warn(format, arguments);
    } else {
      unsaid++;
    }
  }
}

package io.abraxas.vertx;

import io.abraxas.vertx.connection.Connection;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.Map;

/**
 * The jobs of one connection whose results nobody reads: while there is one the connection is not
 * read, and each may be here only for so long.
 */
final class StalledJobs {
  private final ClientLoop loop;
  private final long timeoutMs;

  /** Each with what ends its stay. */
  private final Map<SubmittedJob, ScheduledFuture<?>> timers = new HashMap<>();

  private Connection connection;

  StalledJobs(ClientLoop loop, long timeoutMs) {
    this.loop = loop;
    this.timeoutMs = timeoutMs;
  }

  /** From now on they hold back this connection. */
  void on(Connection connection) {
    this.connection = connection;
  }

  void add(SubmittedJob job) {
    timers.put(
        job,
        loop.after(
            timeoutMs, () -> job.fail(new ReadStalledException(timeoutMs, job.handleText()))));
    connection.pauseReading();
  }

  /** Does nothing when it is not here. */
  void remove(SubmittedJob job) {
    if (timers.isEmpty()) {
      return;
    }
    ScheduledFuture<?> timer = timers.remove(job);
    if (timer != null) {
      timer.cancel(false);
      if (timers.isEmpty()) {
        connection.resumeReading();
      }
    }
  }

  /** The connection is gone. */
  void clear() {
    timers.values().forEach(timer -> timer.cancel(false));
    timers.clear();
  }
}

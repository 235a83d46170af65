package io.abraxas.vertx;

import io.abraxas.vertx.connection.Connection;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.Map;

/**
 * The tasks of one connection whose results nobody reads: while there is one the connection is not
 * read, and each may be here only for so long.
 */
final class StalledTasks {
  private final ClientLoop loop;
  private final long timeoutMs;

  /** Each with what ends its stay. */
  private final Map<SubmittedTask, ScheduledFuture<?>> timers = new HashMap<>();

  private Connection connection;

  StalledTasks(ClientLoop loop, long timeoutMs) {
    this.loop = loop;
    this.timeoutMs = timeoutMs;
  }

  /** From now on they hold back this connection. */
  void on(Connection connection) {
    this.connection = connection;
  }

  void add(SubmittedTask task) {
    timers.put(
        task,
        loop.after(
            timeoutMs, () -> task.fail(new ReadStalledException(timeoutMs, task.handleText()))));
    connection.pauseReading();
  }

  /** Does nothing when it is not here. */
  void remove(SubmittedTask task) {
    if (timers.isEmpty()) {
      return;
    }
    ScheduledFuture<?> timer = timers.remove(task);
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

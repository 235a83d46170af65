package io.abraxas.vertx;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tasks that wait for a connection that takes them, first in first out. Bounded by {@code
 * maxWaitingBytes}, beyond which a submit fails, unsent.
 *
 * <p>All wait equally long, so that the first one always has the earliest deadline.
 */
final class SubmitQueue {
  /** What a waiting task costs beside its payload, about. */
  private static final int TASK_BYTES = 512;

  private final ClientImpl client;
  private final ArrayDeque<TaskImpl> waiting = new ArrayDeque<>();
  private long waitingBytes;

  /** Those whose payload is still being written: they wait for their writer. */
  private final Set<TaskImpl> collecting = new HashSet<>();

  private boolean timerSet;

  SubmitQueue(ClientImpl client) {
    this.client = client;
  }

  int size() {
    return waiting.size();
  }

  void submit(TaskImpl task) {
    ServerLink link = waiting.isEmpty() ? client.servers().nextWritable(task) : null;
    if (link != null) {
      task.send(link);
      return;
    }
    if (waitingBytes >= client.options().getMaxWaitingBytes()) {
      task.failUnsent(new SubmitQueueFullException(waitingBytes));
      return;
    }
    long timeout = client.options().getSubmitTimeout();
    if (timeout > 0) {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout);
      task.deadlineNanos = deadline == 0 ? 1 : deadline;
    }
    waiting.add(task);
    waitingBytes += cost(task);
    setTimer();
  }

  /** Remembers a task that is not complete yet, to fail it when the client is closed. */
  void collecting(TaskImpl task) {
    collecting.add(task);
  }

  void collected(TaskImpl task) {
    collecting.remove(task);
  }

  /** Sends what can be sent. Called when a connection has come or takes more. */
  void pump() {
    while (!waiting.isEmpty()) {
      TaskImpl task = waiting.peek();
      if (task.state() != TaskImpl.State.WAITING) {
        remove();
        continue;
      }
      ServerLink link = client.servers().nextWritable(task);
      if (link == null) {
        return;
      }
      remove();
      task.send(link);
    }
  }

  private TaskImpl remove() {
    TaskImpl task = waiting.remove();
    waitingBytes -= cost(task);
    return task;
  }

  private static long cost(TaskImpl task) {
    return TASK_BYTES + task.waitingBytes();
  }

  private void setTimer() {
    if (timerSet || waiting.isEmpty() || waiting.peek().deadlineNanos == 0) {
      return;
    }
    timerSet = true;
    long nanos = waiting.peek().deadlineNanos - System.nanoTime();
    client.loop().after(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1), this::expire);
  }

  private void expire() {
    timerSet = false;
    long timeout = client.options().getSubmitTimeout();
    long now = System.nanoTime();
    while (!waiting.isEmpty() && waiting.peek().deadlineNanos - now <= 0) {
      remove().failUnsent(new SubmitTimeoutException(timeout));
    }
    setTimer();
  }

  /** Fails all: the client was closed. */
  void close() {
    for (TaskImpl task : List.copyOf(collecting)) {
      task.fail(new ClientClosedException(JobOutcome.NEVER_SENT, null));
    }
    while (!waiting.isEmpty()) {
      remove().failUnsent(new ClientClosedException(JobOutcome.NEVER_SENT, null));
    }
  }
}

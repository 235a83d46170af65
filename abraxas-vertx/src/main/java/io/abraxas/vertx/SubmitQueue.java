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

  private final ClientCore client;

  /** Those that any server may take. */
  private final ArrayDeque<SubmittedTask> forAny = new ArrayDeque<>();

  /** Those that servers in streaming mode may not take: they hold up nobody but each other. */
  private final ArrayDeque<SubmittedTask> forSome = new ArrayDeque<>();

  private long waitingBytes;

  /** Those of them that were sent once already. */
  private int waitingRetries;

  /** Those whose payload is still being written: they wait for their writer. */
  private final Set<SubmittedTask> collecting = new HashSet<>();

  private boolean timerSet;

  SubmitQueue(ClientCore client) {
    this.client = client;
  }

  int size() {
    return forAny.size() + forSome.size();
  }

  void submit(SubmittedTask task) {
    ArrayDeque<SubmittedTask> waiting = client.servers().allowAll(task) ? forAny : forSome;
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
      task.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout);
    }
    waiting.add(task);
    task.queuedBytes = TASK_BYTES + task.payloadBytes();
    waitingBytes += task.queuedBytes;
    waitingRetries += task.isRetried() ? 1 : 0;
    setTimer();
  }

  /** Takes a task whose connection was lost before JOB_CREATED. */
  void submitAgain(SubmittedTask task) {
    if (waitingRetries >= client.options().getMaxWaitingRetries()) {
      task.failLost();
    } else {
      submit(task);
    }
  }

  /**
   * A task that waits here has ended: nothing of it is kept but its place, until its turn comes.
   */
  void ended(SubmittedTask task) {
    if (task.queuedBytes > 0) {
      waitingBytes -= task.queuedBytes;
      waitingRetries -= task.isRetried() ? 1 : 0;
      task.queuedBytes = 0;
    }
  }

  /** Remembers a task that is not complete yet, to fail it when the client is closed. */
  void collecting(SubmittedTask task) {
    collecting.add(task);
  }

  void collected(SubmittedTask task) {
    collecting.remove(task);
  }

  /** Sends what can be sent. Called when a connection has come or takes more. */
  void pump() {
    pump(forSome);
    pump(forAny);
  }

  private void pump(ArrayDeque<SubmittedTask> waiting) {
    while (!waiting.isEmpty()) {
      SubmittedTask task = waiting.peek();
      if (task.state() != SubmittedTask.State.WAITING) {
        remove(waiting);
        continue;
      }
      ServerLink link = client.servers().nextWritable(task);
      if (link == null) {
        return;
      }
      remove(waiting);
      task.send(link);
    }
  }

  private SubmittedTask remove(ArrayDeque<SubmittedTask> waiting) {
    SubmittedTask task = waiting.remove();
    ended(task);
    return task;
  }

  private void setTimer() {
    if (timerSet || size() == 0 || client.options().getSubmitTimeout() == 0) {
      return;
    }
    timerSet = true;
    long now = System.nanoTime();
    long nanos = Math.min(left(forAny, now), left(forSome, now));
    client.loop().after(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1), this::expire);
  }

  /** Nanoseconds until the first one has waited long enough. */
  private static long left(ArrayDeque<SubmittedTask> waiting, long now) {
    return waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().deadlineNanos - now;
  }

  private void expire() {
    timerSet = false;
    long now = System.nanoTime();
    expire(forAny, now);
    expire(forSome, now);
    setTimer();
  }

  private void expire(ArrayDeque<SubmittedTask> waiting, long now) {
    long timeout = client.options().getSubmitTimeout();
    while (left(waiting, now) <= 0) {
      remove(waiting).failUnsent(new SubmitTimeoutException(timeout, client.servers().lastError()));
    }
  }

  /** Fails all: the client was closed. */
  void close() {
    for (SubmittedTask task : List.copyOf(collecting)) {
      task.fail(new ClientClosedException(JobOutcome.NEVER_SENT, null));
    }
    close(forAny);
    close(forSome);
  }

  private void close(ArrayDeque<SubmittedTask> waiting) {
    while (!waiting.isEmpty()) {
      remove(waiting).failUnsent(new ClientClosedException(JobOutcome.NEVER_SENT, null));
    }
  }
}

package io.abraxas.server.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Writes that wait for their turn, in order, and those under way: at most about {@value
 * #MAX_UNDER_WAY} jobs or {@value #MAX_BYTES} bytes. Puts that follow each other and are kept
 * together go out as one operation: that of a job of its own costs many times what one more job in
 * it does. Confined to the loop.
 */
final class WriteQueue {
  private static final int MAX_UNDER_WAY = 512;
  private static final int MAX_BYTES = 16 << 20;

  /** A batch with more would hold up the others of its connection between the members. */
  private static final int MAX_BATCH_BYTES = 256 << 10;

  private static final Executor DIRECT = Runnable::run;

  private final Queue<JobWrite> waiting = new ArrayDeque<>();
  private JobMap map;
  private int underWay;
  private long bytesUnderWay;

  void open(JobMap map) {
    this.map = map;
  }

  void add(JobWrite write) {
    waiting.add(write);
  }

  /** A write was answered. */
  void arrived(JobWrite write) {
    write.isUnderWay = false;
    underWay--;
    bytesUnderWay -= write.size();
  }

  /** Forgets what waits. */
  void clear() {
    waiting.clear();
  }

  /** Begins what waits, as far as there is room. */
  void issue() {
    while (!waiting.isEmpty() && underWay < MAX_UNDER_WAY && bytesUnderWay < MAX_BYTES) {
      JobWrite first = waiting.remove();
      List<JobWrite> batch = together(first);
      BiConsumer<Object, Throwable> answer = batch.isEmpty() ? first : new Batch(batch);
      try {
        CompletionStage<?> stage = batch.isEmpty() ? one(first) : all(batch);
        stage.whenCompleteAsync(answer, DIRECT);
      } catch (RuntimeException e) {
        // From a member that merges or ends, for instance. Answered later, like everything.
        answer.accept(null, e);
      }
    }
  }

  /**
   * Takes the puts that wait next and go with this one. Empty when there are none, or when it has
   * failed before: others need not fail with it again.
   */
  private List<JobWrite> together(JobWrite first) {
    if (!mayGoTogether(first)) {
      return List.of();
    }
    List<JobWrite> batch = List.of();
    long bytes = first.size();
    for (JobWrite next = waiting.peek(); next != null; next = waiting.peek()) {
      bytes += next.size();
      if (!mayGoTogether(next)
          || bytes > MAX_BATCH_BYTES
          || !JobMap.isTogether(first.handle, next.handle)) {
        break;
      }
      if (batch.isEmpty()) {
        batch = new ArrayList<>(JobMap.TOGETHER);
        batch.add(first);
      }
      batch.add(waiting.remove());
    }
    return batch;
  }

  private static boolean mayGoTogether(JobWrite write) {
    return write.record != null && write.failures == 0;
  }

  private CompletionStage<?> one(JobWrite write) {
    begin(write);
    return write.record == null ? map.remove(write.key) : map.set(write.key, write.record);
  }

  private CompletionStage<?> all(List<JobWrite> batch) {
    List<String> keys = new ArrayList<>(batch.size());
    List<byte[]> records = new ArrayList<>(batch.size());
    for (JobWrite write : batch) {
      begin(write);
      keys.add(write.key);
      records.add(write.record);
    }
    return map.setAll(keys, records);
  }

  private void begin(JobWrite write) {
    write.isUnderWay = true;
    underWay++;
    bytesUnderWay += write.size();
  }

  /** Puts that are answered as one. */
  private record Batch(List<JobWrite> writes) implements BiConsumer<Object, Throwable> {
    @Override
    public void accept(Object result, Throwable failure) {
      writes.forEach(write -> write.accept(result, failure));
    }
  }
}

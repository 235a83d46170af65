package io.abraxas.server.cluster;

import java.util.function.BiConsumer;

/**
 * The key of one job, what is being done to it in the map, and what is to follow. Confined to the
 * loop.
 */
final class JobWrite extends Answers.Answer {
  final long handle;
  final String key;
  private final BiConsumer<JobWrite, Throwable> end;

  /** Null: the key is to be removed. */
  byte[] record;

  /** Whether it is a put that ends with its deadline. */
  boolean submit;

  long deadlineNanos;
  boolean isUnderWay;

  /** Whether something else is to be done to the key afterwards: {@link #next}. */
  boolean hasNext;

  byte[] next;

  /** How often it failed since it last succeeded. */
  int failures;

  /** When it is to be done again, once it has failed. */
  long againNanos;

  /**
   * @param end told when it is answered; the failure is null when it succeeded
   */
  JobWrite(Answers answers, long handle, String key, BiConsumer<JobWrite, Throwable> end) {
    super(answers);
    this.handle = handle;
    this.key = key;
    this.end = end;
  }

  int size() {
    return record == null ? 0 : record.length;
  }

  /** Goes on with what was to follow. */
  void takeNext() {
    record = next;
    next = null;
    hasNext = false;
  }

  @Override
  void arrived(Throwable failure) {
    end.accept(this, failure);
  }
}

package io.abraxas.server.cluster;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Completions on Hazelcast's threads, handed to the event loop in batches: the first of a batch
 * posts one task, which takes all that have come until it runs.
 */
final class Answers {
  private final Executor loop;
  private final Runnable begin;
  private final Runnable end;
  private final Runnable take = this::take;

  /** The last that came, linked to those before; null when the loop has taken all. */
  private final AtomicReference<Answer> last = new AtomicReference<>();

  /**
   * @param begin run on the loop before the answers of a batch
   * @param end run on the loop after them
   */
  Answers(Executor loop, Runnable begin, Runnable end) {
    this.loop = loop;
    this.begin = begin;
    this.end = end;
  }

  /**
   * Waits for one completion at a time, which may come on any thread. Once it has arrived, the same
   * object may wait for another.
   */
  abstract static class Answer implements BiConsumer<Object, Throwable> {
    private final Answers answers;
    private Answer previous;
    private Throwable error;

    Answer(Answers answers) {
      this.answers = answers;
    }

    @Override
    public final void accept(Object result, Throwable failure) {
      completed(result);
      error = failure;
      answers.add(this);
    }

    /** It is complete, with this result. On the completing thread, before {@link #arrived}. */
    void completed(Object result) {}

    /**
     * It is complete. On the loop.
     *
     * @param failure null: it succeeded
     */
    abstract void arrived(Throwable failure);
  }

  private void add(Answer answer) {
    Answer before;
    do {
      before = last.get();
      answer.previous = before;
    } while (!last.compareAndSet(before, answer));
    if (before == null) {
      try {
        loop.execute(take);
      } catch (RejectedExecutionException e) {
        // The server has ended: nobody waits for it any more.
        return;
      }
    }
  }

  private void take() {
    Answer first = null;
    for (Answer answer = last.getAndSet(null); answer != null; ) {
      Answer before = answer.previous;
      answer.previous = first;
      first = answer;
      answer = before;
    }
    begin.run();
    while (first != null) {
      Answer next = first.previous;
      first.previous = null;
      first.arrived(first.error);
      first = next;
    }
    end.run();
  }
}

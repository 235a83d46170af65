package io.abraxas.server.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Operations of Hazelcast that are done again and again until they are done, or nobody needs them.
 * At most {@value #MAX_UNDER_WAY} are under way; the rest waits in order. Confined to the event
 * loop.
 */
final class Steps {
  private static final int MAX_UNDER_WAY = 512;
  private static final long TICK_MILLIS = 25;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 1000;
  private static final Executor DIRECT = Runnable::run;

  private final ScheduledExecutorService loop;
  private final Answers answers;
  private final StoreTrouble trouble;
  private final Queue<Step> waiting = new ArrayDeque<>();
  private final List<Step> paused = new ArrayList<>();
  private Runnable turn = () -> {};
  private int underWay;
  private boolean ticking;
  private boolean closed;

  /**
   * @param log is told of failures
   * @param task what fails, behind <q>cannot</q>
   */
  Steps(ScheduledExecutorService loop, Logger log, String task) {
    this.loop = loop;
    trouble = new StoreTrouble(log, task);
    answers = new Answers(loop, () -> {}, this::endAnswers);
  }

  /**
   * From now on steps may be begun.
   *
   * @param newTurn run after some of them were done
   */
  void open(Runnable newTurn) {
    turn = newTurn;
  }

  /** One operation at a time, which may lead to the next. */
  abstract static class Step extends Answers.Answer {
    private final Steps steps;
    private long againNanos;
    private int failures;
    private Object result;

    Step(Steps steps) {
      super(steps.answers);
      this.steps = steps;
    }

    /** Begins the operation. May throw at once, which is a failure like others. */
    abstract CompletionStage<?> issue();

    /** The operation has succeeded. */
    abstract void done(Object answer);

    /** Whether it is still needed. */
    boolean isNeeded() {
      return true;
    }

    /** It failed, so that nobody knows what it did, and is not done again: nobody needs it. */
    void abandoned() {}

    @Override
    void completed(Object answer) {
      result = answer;
    }

    @Override
    final void arrived(Throwable failure) {
      Object answer = result;
      result = null;
      steps.underWay--;
      if (steps.closed) {
        return;
      }
      if (failure == null) {
        recovered();
        done(answer);
      } else {
        failed(failure);
      }
    }

    private void drop() {
      if (failures > 0) {
        recovered();
        abandoned();
      }
    }

    private void recovered() {
      if (failures > 0) {
        failures = 0;
        steps.trouble.recovered();
      }
    }

    private void failed(Throwable failure) {
      steps.trouble.failed(failures == 0, failure);
      long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(failures, 10), MAX_PAUSE_MILLIS);
      failures++;
      steps.pause(this, pause);
    }
  }

  /** Begins a step, or its next operation. */
  void start(Step step) {
    if (closed) {
      return;
    }
    if (waiting.isEmpty() && underWay < MAX_UNDER_WAY) {
      issue(step);
    } else {
      waiting.add(step);
    }
  }

  /** The same in a while. */
  void startLater(Step step) {
    pause(step, FIRST_PAUSE_MILLIS);
  }

  private void pause(Step step, long millis) {
    step.againNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    paused.add(step);
    tickLater();
  }

  private void issue(Step step) {
    underWay++;
    try {
      step.issue().whenCompleteAsync(step, DIRECT);
    } catch (RuntimeException e) {
      // From a member that merges or ends, for instance. Answered later, like everything.
      step.accept(null, e);
    }
  }

  private void endAnswers() {
    while (!closed && !waiting.isEmpty() && underWay < MAX_UNDER_WAY) {
      issue(waiting.remove());
    }
    turn.run();
  }

  private void tickLater() {
    if (!ticking && !closed && !paused.isEmpty()) {
      ticking = true;
      try {
        loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        closed = true;
      }
    }
  }

  private void tick() {
    ticking = false;
    long now = System.nanoTime();
    paused.removeIf(
        step -> {
          if (!step.isNeeded()) {
            step.drop();
            return true;
          }
          if (closed || step.againNanos - now > 0) {
            return false;
          }
          start(step);
          return true;
        });
    tickLater();
  }

  /** Whether nothing is under way. */
  boolean isIdle() {
    return underWay == 0 && waiting.isEmpty();
  }

  /** Begins nothing any more. What is under way goes on, unheard. */
  void close() {
    closed = true;
    waiting.clear();
    paused.clear();
  }
}

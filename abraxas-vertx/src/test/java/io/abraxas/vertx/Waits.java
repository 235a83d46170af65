package io.abraxas.vertx;

import io.vertx.core.Future;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** Waits for futures with a bound. */
final class Waits {
  /** Ends a test that hangs; a busy machine is not meant to reach it. */
  static final long SECONDS = 30;

  private Waits() {}

  /** The next element, which another thread is about to add. */
  static <T> T next(BlockingQueue<T> queue) {
    try {
      T next = queue.poll(SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static void until(Callable<Boolean> condition) {
    Awaitility.await().atMost(SECONDS, TimeUnit.SECONDS).until(condition);
  }

  static void reached(CountDownLatch latch) {
    try {
      if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("never reached");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static <T> T result(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("left hanging", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The failure, which must be of this type. */
  static <E extends Throwable> E failure(Future<?> future, Class<E> type) {
    try {
      Object result =
          future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("expected a failure, got " + result);
    } catch (ExecutionException e) {
      if (!type.isInstance(e.getCause())) {
        throw new AssertionError("expected " + type.getSimpleName(), e.getCause());
      }
      return type.cast(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("left hanging", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

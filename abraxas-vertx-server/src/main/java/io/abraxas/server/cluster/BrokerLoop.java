package io.abraxas.server.cluster;

import io.abraxas.server.broker.Broker;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker, for threads that block: has things done on the event loop, and waits for them. */
final class BrokerLoop {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerLoop.class);

  /** So many of a long row are dealt with in one turn of the loop, which has others to serve. */
  private static final int SLICE = 512;

  /** So many slices wait for the loop at a time. */
  private static final int SLICES = 4;

  private static final long PATIENCE_SECONDS = 60;

  private final ContextInternal context;
  private final Broker broker;
  private final Runnable turn;

  /**
   * @param context the event loop's
   * @param turn run after something was said to the broker
   */
  BrokerLoop(ContextInternal context, Broker broker, Runnable turn) {
    this.context = context;
    this.broker = broker;
    this.turn = turn;
  }

  /**
   * Asks or tells the broker something.
   *
   * @throws IllegalStateException when the loop has ended, or is stuck
   */
  <T> T call(Function<Broker, T> question) {
    return await(post(question));
  }

  /** Tells the broker something. */
  void run(Consumer<Broker> statement) {
    call(
        broker -> {
          statement.accept(broker);
          return null;
        });
  }

  /** Tells the broker something of each of a long row, in its order. */
  <T> void forEach(List<T> row, Consumer<T> statement) {
    Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
    for (int i = 0; i < row.size(); i += SLICE) {
      List<T> slice = row.subList(i, Math.min(row.size(), i + SLICE));
      if (underWay.size() == SLICES) {
        await(underWay.remove());
      }
      underWay.add(
          post(
              broker -> {
                slice.forEach(statement);
                return null;
              }));
    }
    underWay.forEach(BrokerLoop::await);
  }

  private <T> CompletableFuture<T> post(Function<Broker, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            answer.complete(question.apply(broker));
          } catch (RuntimeException | Error e) {
            LOG.error("a bug: what the cluster asked for failed", e);
            answer.completeExceptionally(e);
          }
          turn.run();
        });
    return answer;
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the server ends", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the event loop did not do it", e);
    }
  }
}

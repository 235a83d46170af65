package io.abraxas.server.cluster;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.cluster.NodeEntry.State;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves a cluster in good order: jobs that do not run go to their heirs, those that run end here.
 *
 * <pre>
 *  UP ──▶ LEAVING: nothing is accepted or assigned; what is being written is waited for
 *            └──▶ HANDED: others have all jobs but those that run here, which are listed
 *                    └──▶ LEFT: what still ran, others treat as lost
 * </pre>
 *
 * <p>When time is up, or Hazelcast fails, the next step is LEFT. A server that ends anywhere on the
 * way is a lost one, and loses nothing either. Confined to the event loop.
 */
final class Leaving {
  private static final long LOOK_MILLIS = 10;

  /** Of the time there is, one in so many is kept for the last step. */
  private static final int LAST_SHARE = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);

  private final ContextInternal context;
  private final Broker broker;
  private final Runnable turn;
  private final RunningList list;
  private final BooleanSupplier writesDone;
  private final Steps steps;

  /** What is done elsewhere. */
  interface Steps {
    /** Writes and deletes no job any more. */
    void closeStore();

    /** Tells the others in which state this server is. */
    Future<Void> tell(State state);

    /** Takes nothing over any more. */
    Future<Void> stopTakingOver();
  }

  /**
   * @param turn run after something was said to the broker
   * @param writesDone whether the store has no write under way
   */
  Leaving(
      ContextInternal context,
      Broker broker,
      Runnable turn,
      RunningList list,
      BooleanSupplier writesDone,
      Steps steps) {
    this.context = context;
    this.broker = broker;
    this.turn = turn;
    this.list = list;
    this.writesDone = writesDone;
    this.steps = steps;
  }

  /**
   * Leaves.
   *
   * @return completes when the others were told that this server has left, or when it is too late
   *     for that; never fails
   */
  Future<Void> leave(long timeoutMillis) {
    long now = System.nanoTime();
    long end = now + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    long last = end - TimeUnit.MILLISECONDS.toNanos(timeoutMillis / LAST_SHARE);
    broker.leave();
    turn.run();
    return handOver(last)
        .timeout(remaining(last), TimeUnit.MILLISECONDS)
        .onFailure(cause -> LOG.warn("not all jobs were handed over, or ended: {}", text(cause)))
        .transform(handed -> part(end))
        .timeout(remaining(end), TimeUnit.MILLISECONDS)
        .onFailure(cause -> LOG.warn("the others were not told of the end: {}", text(cause)))
        .otherwiseEmpty();
  }

  private static long remaining(long atNanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(atNanos - System.nanoTime()));
  }

  private static String text(Throwable cause) {
    return cause instanceof TimeoutException ? "time is up" : cause.toString();
  }

  private Future<Void> handOver(long deadline) {
    return steps
        .tell(State.LEAVING)
        .compose(v -> until(writesDone, deadline))
        .compose(v -> steps.stopTakingOver())
        .compose(
            v -> {
              broker.adoption().handOver();
              turn.run();
              return list.write();
            })
        .compose(v -> steps.tell(State.HANDED))
        .onSuccess(v -> LOG.info("handed its jobs over; {} still run here", broker.running()))
        .compose(v -> until(() -> broker.running() == 0, deadline));
  }

  private Future<Void> part(long deadline) {
    return until(writesDone, deadline)
        .compose(v -> list.write())
        .compose(
            v -> {
              // What comes later would undo what heirs do.
              list.close();
              steps.closeStore();
              return steps.tell(State.LEFT);
            });
  }

  private Future<Void> until(BooleanSupplier condition, long deadline) {
    Promise<Void> promise = context.promise();
    look(condition, deadline, promise);
    return promise.future();
  }

  private void look(BooleanSupplier condition, long deadline, Promise<Void> promise) {
    if (condition.getAsBoolean()) {
      promise.complete();
    } else if (deadline - System.nanoTime() > 0) {
      context.setTimer(LOOK_MILLIS, timer -> look(condition, deadline, promise));
    } else {
      promise.fail(new TimeoutException());
    }
  }
}

package io.abraxas.rxjava3;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.FlowableSubscriber;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.vertx.core.Handler;
import io.vertx.core.streams.ReadStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.reactivestreams.Subscription;

/**
 * A Flowable as a stream of Vert.x: what generated classes hand on where the API takes a stream.
 *
 * <p>It subscribes when a handler is set, asks for a few items ahead, and calls one handler at a
 * time, on the thread that emits or on the one that lets it go on. A handler set to null cancels
 * the Flowable. A failure is told to the exception handler alone, an end to the end handler.
 *
 * <p>Vert.x 5.0 has such a class too. It leaves items lying that are emitted while it asks for
 * more, which a Flowable that emits at once does each time, and then both wait for ever.
 */
public final class FlowableStream<R, J> implements ReadStream<J>, FlowableSubscriber<R> {
  /** Items asked for ahead of the handler. */
  private static final int AHEAD = 16;

  private final Flowable<R> source;
  private final Function<R, J> adapter;

  /** Never more than were asked for. */
  private final Queue<R> waiting = new ConcurrentLinkedQueue<>();

  private final AtomicLong demand = new AtomicLong(Long.MAX_VALUE);

  /** How often somebody wanted to drain since it was last empty; who makes it 1 does it. */
  private final AtomicInteger drains = new AtomicInteger();

  private volatile Handler<J> handler;
  private volatile Handler<Void> endHandler;
  private volatile Handler<Throwable> exceptionHandler;
  private volatile Subscription subscription;
  private volatile Throwable failure;

  /** Whether no more items come; written after the failure. */
  private volatile boolean done;

  private volatile boolean left;

  /** Items asked for that were not handed on yet. Owned by the drain. */
  private int asked;

  /** Whether the end or the failure was told. Owned by the drain. */
  private boolean told;

  private FlowableStream(Flowable<R> source, Function<R, J> adapter) {
    this.source = source;
    this.adapter = adapter;
  }

  /** Makes a stream of a Flowable, which is not subscribed before the stream has a handler. */
  public static <R, J> ReadStream<J> asReadStream(Flowable<R> source, Function<R, J> adapter) {
    return new FlowableStream<>(source, adapter);
  }

  @Override
  public FlowableStream<R, J> handler(Handler<J> handler) {
    boolean first;
    boolean last;
    synchronized (this) {
      first = this.handler == null && handler != null && !left && subscription == null;
      last = this.handler != null && handler == null;
      left |= last;
      this.handler = handler;
    }
    if (first) {
      source.subscribe(this);
    } else if (last && subscription != null) {
      subscription.cancel();
    }
    drain();
    return this;
  }

  @Override
  public FlowableStream<R, J> pause() {
    demand.set(0);
    return this;
  }

  @Override
  public FlowableStream<R, J> resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public FlowableStream<R, J> fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("cannot fetch " + amount);
    }
    demand.accumulateAndGet(amount, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    drain();
    return this;
  }

  @Override
  public FlowableStream<R, J> endHandler(Handler<Void> handler) {
    endHandler = handler;
    drain();
    return this;
  }

  @Override
  public FlowableStream<R, J> exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    drain();
    return this;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    if (left) {
      subscription.cancel();
    }
    drain();
  }

  @Override
  public void onNext(R item) {
    waiting.add(item);
    drain();
  }

  @Override
  public void onError(Throwable cause) {
    if (done) {
      RxJavaPlugins.onError(cause);
      return;
    }
    failure = cause;
    done = true;
    drain();
  }

  @Override
  public void onComplete() {
    done = true;
    drain();
  }

  /** Hands on what may be. Whoever comes while it runs makes it run once more. */
  private void drain() {
    if (drains.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      handOn();
      seen = drains.addAndGet(-seen);
    } while (seen != 0);
  }

  private void handOn() {
    Handler<J> to = handler;
    while (to != null && demand.get() > 0) {
      R item = waiting.poll();
      if (item == null) {
        break;
      }
      asked--;
      demand.updateAndGet(n -> n == 0 || n == Long.MAX_VALUE ? n : n - 1);
      try {
        to.handle(adapter.apply(item));
      } catch (RuntimeException e) {
        subscription.cancel();
        waiting.clear();
        failure = e;
        done = true;
      }
      to = handler;
    }
    if (left) {
      waiting.clear();
    } else if (done) {
      tellEnd();
    } else if (to != null && subscription != null && asked <= AHEAD / 2) {
      int more = AHEAD - asked;
      asked = AHEAD;
      // It may emit in here: then this runs again.
      subscription.request(more);
    }
  }

  private void tellEnd() {
    if (told || !waiting.isEmpty()) {
      return;
    }
    Throwable cause = failure;
    Handler<Void> onEnd = endHandler;
    Handler<Throwable> onFailure = exceptionHandler;
    if (cause != null && onFailure != null) {
      told = true;
      onFailure.handle(cause);
    } else if (cause == null && onEnd != null) {
      told = true;
      onEnd.handle(null);
    }
  }
}

package io.abraxas.vertx;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;

/**
 * The two contexts of a client: the event loop it lives on, to which all its state is confined, and
 * the context its user sees, which is the same one whenever that is an event loop.
 */
final class ClientLoop {
  private final ContextInternal loop;
  private final ContextInternal user;

  private ClientLoop(ContextInternal loop, ContextInternal user) {
    this.loop = loop;
    this.user = user;
  }

  /** Takes the current context for the user's, if there is one. */
  static ClientLoop of(Vertx vertx) {
    VertxInternal owner = (VertxInternal) vertx;
    ContextInternal current = ContextInternal.current();
    ContextInternal user =
        current == null || current.owner() != owner
            ? owner.createEventLoopContext()
            : current.unwrap();
    ContextInternal loop =
        user.isEventLoopContext()
            ? user
            : owner.contextBuilder().withEventLoop(user.nettyEventLoop()).build();
    return new ClientLoop(loop, user);
  }

  ContextInternal loop() {
    return loop;
  }

  ContextInternal user() {
    return user;
  }

  VertxInternal vertx() {
    return loop.owner();
  }

  /** Whether handlers of the user's run on the loop, inside the call that causes them. */
  boolean isDirect() {
    return loop == user;
  }

  /** Runs on the loop: now when called there, soon otherwise. */
  void run(Runnable action) {
    if (loop.inThread()) {
      action.run();
    } else {
      loop.nettyEventLoop().execute(() -> loop.dispatch(action));
    }
  }

  /** As {@link #run}, but behind what another thread has handed over before. */
  void runBehind(boolean underWay, Runnable action) {
    if (underWay) {
      later(action);
    } else {
      run(action);
    }
  }

  /** Runs on the loop, never inside this call. */
  void later(Runnable action) {
    loop.nettyEventLoop().execute(() -> loop.dispatch(action));
  }

  /** Runs on the loop after a while. */
  ScheduledFuture<?> after(long delayMs, Runnable action) {
    return loop.nettyEventLoop()
        .schedule(() -> loop.dispatch(action), delayMs, TimeUnit.MILLISECONDS);
  }

  /** Whose future completes on the user's context. */
  <T> Promise<T> promise() {
    return user.promise();
  }

  /** Calls a handler of the user's, if it has one. What it throws goes to its context. */
  <T> void call(Handler<T> handler, T value) {
    if (handler != null) {
      user.emit(value, handler);
    }
  }
}

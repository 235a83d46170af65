package io.abraxas.vertx;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/**
 * The read side of a task: pieces wait here until they are collected or handed to the handlers.
 *
 * <p>Confined to the loop. Calls of the user's never run handlers inside themselves: whoever sets
 * three handlers in a row has set all three before the first is called.
 */
final class ResultStream {
  /** What the stream tells the task it belongs to. */
  interface Owner {
    /** More is held than may be: true; or no longer: false. */
    void stalled(boolean stalled);

    /** The result does not fit into what is collected. */
    void tooLarge();
  }

  private final ClientLoop loop;
  private final Owner owner;
  private final long maxHeld;
  private final long maxCollected;

  private Handler<Buffer> handler;
  private Handler<Buffer> dataHandler;
  private Handler<Void> endHandler;
  private Handler<Throwable> exceptionHandler;

  /** Collects the result; null when it is not asked for. */
  private Promise<Buffer> result;

  private Buffer collected;

  /** Pieces nobody took yet, without the last; null when there was never one. */
  private ArrayDeque<Buffer> pieces;

  private long held;
  private boolean stalled;

  /** The bytes of WORK_COMPLETE; null before, and after they were handed out. */
  private Buffer last;

  private boolean ended;
  private Throwable failure;

  private long demand = Long.MAX_VALUE;
  private boolean paused;

  /**
   * Whether a handler for pieces was ever set. Once it is taken away its reader has left, and what
   * still comes is dropped: nobody could read the whole any more.
   */
  private boolean wasRead;

  /** Whether a piece went to a handler without being collected. */
  private boolean handedOut;

  /** Whether a piece is with a handler on another thread. */
  private boolean busy;

  /** Whether the end or the failure was told. */
  private boolean told;

  ResultStream(ClientLoop loop, Owner owner, long maxHeld, long maxCollected) {
    this.loop = loop;
    this.owner = owner;
    this.maxHeld = maxHeld;
    this.maxCollected = maxCollected;
  }

  void add(Buffer piece) {
    if (ended || failure != null) {
      return;
    }
    if (pieces == null) {
      pieces = new ArrayDeque<>(4);
    }
    pieces.add(piece);
    held += piece.length();
    drain();
    if (held > maxHeld && !stalled && failure == null) {
      stalled = true;
      owner.stalled(true);
    }
  }

  /** The job has ended well. */
  void end(Buffer last) {
    if (ended || failure != null) {
      return;
    }
    ended = true;
    this.last = last.length() == 0 ? null : last;
    drain();
  }

  /** The job has ended badly. What arrived before is still handed out, unless it is dropped. */
  void fail(Throwable cause, boolean drop) {
    if (failure != null || told) {
      return;
    }
    failure = cause;
    if (drop) {
      pieces = null;
      held = 0;
    }
    if (result != null) {
      result.tryFail(cause);
    }
    collected = null;
    loop.later(this::drain);
  }

  Future<Buffer> result() {
    Promise<Buffer> promise = loop.promise();
    loop.run(() -> collectFor(promise));
    return promise.future();
  }

  private void collectFor(Promise<Buffer> promise) {
    if (result != null) {
      result.future().onComplete(promise);
    } else if (handedOut) {
      promise.fail(new IllegalStateException("a part of the result was handed out already"));
    } else {
      result = promise;
      if (failure != null) {
        promise.tryFail(failure);
      } else if (ended || pieces != null) {
        loop.later(this::drain);
      }
    }
  }

  void handler(Handler<Buffer> handler) {
    loop.run(
        () ->
            change(
                () -> {
                  wasRead |= handler != null;
                  this.handler = handler;
                }));
  }

  void dataHandler(Handler<Buffer> handler) {
    loop.run(
        () ->
            change(
                () -> {
                  wasRead |= handler != null;
                  this.dataHandler = handler;
                }));
  }

  void endHandler(Handler<Void> handler) {
    loop.run(() -> change(() -> this.endHandler = handler));
  }

  void exceptionHandler(Handler<Throwable> handler) {
    loop.run(() -> change(() -> this.exceptionHandler = handler));
  }

  void pause() {
    loop.run(
        () -> {
          demand = 0;
          paused = true;
        });
  }

  void fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("cannot fetch " + amount);
    }
    loop.run(
        () ->
            change(
                () -> {
                  paused = false;
                  demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
                }));
  }

  private void change(Runnable change) {
    change.run();
    if (pieces != null || ended || failure != null) {
      loop.later(this::drain);
    }
  }

  private boolean isRead() {
    return result != null || wasRead;
  }

  private void drain() {
    while (!busy && !told) {
      if (demand > 0 && isRead() && pieces != null && !pieces.isEmpty()) {
        Buffer piece = pieces.poll();
        held -= piece.length();
        handOut(piece, true);
        relax();
      } else if (pieces != null && !pieces.isEmpty() && (failure == null || isRead())) {
        return;
      } else if (failure != null) {
        tellFailure();
        return;
      } else if (ended && last != null && demand > 0 && isRead()) {
        Buffer piece = last;
        last = null;
        handOut(piece, false);
      } else if (ended && last == null && !paused) {
        tellEnd();
        return;
      } else {
        return;
      }
    }
  }

  private void relax() {
    if (stalled && held <= maxHeld / 2) {
      stalled = false;
      owner.stalled(false);
    }
  }

  private void handOut(Buffer piece, boolean isData) {
    if (result != null && !collect(piece)) {
      return;
    }
    Handler<Buffer> onData = isData ? dataHandler : null;
    Handler<Buffer> onPiece = handler;
    if (onData == null && onPiece == null) {
      handedOut |= result == null;
      return;
    }
    handedOut |= result == null;
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    if (loop.isDirect()) {
      loop.call(onData, piece);
      loop.call(onPiece, piece);
    } else {
      // One at a time: a pause inside the handler is on its way to us before the next may go.
      busy = true;
      loop.call(onData, piece);
      loop.call(onPiece, piece);
      loop.user()
          .runOnContext(
              nothing ->
                  loop.run(
                      () -> {
                        busy = false;
                        drain();
                      }));
    }
  }

  private boolean collect(Buffer piece) {
    long length = piece.length() + (collected == null ? 0L : collected.length());
    if (length > maxCollected) {
      owner.tooLarge();
      return false;
    }
    if (collected == null && ended && (pieces == null || pieces.isEmpty())) {
      // The usual case: the whole result came at once.
      collected = piece;
    } else {
      collected = collected == null ? Buffer.buffer() : collected;
      collected.appendBuffer(piece);
    }
    return true;
  }

  private void tellEnd() {
    if (result != null) {
      Buffer whole = collected == null ? Buffer.buffer() : collected;
      collected = null;
      result.tryComplete(whole);
    }
    if (endHandler != null) {
      told = true;
      loop.call(endHandler, null);
    }
  }

  private void tellFailure() {
    // Without a handler it is not told: one may still be set.
    if (exceptionHandler != null) {
      told = true;
      loop.call(exceptionHandler, failure);
    }
  }
}

package io.abraxas.server.client;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.atomic.AtomicLong;

/** A stream of so many zeros, as fast as it is read, that counts what it gave. */
final class Zeros implements ReadStream<Buffer> {
  private static final int PIECE = 64 * 1024;

  private final Context context;
  private final AtomicLong given;
  private long left;
  private long demand = Long.MAX_VALUE;
  private boolean scheduled;
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;

  Zeros(Vertx vertx, long length, AtomicLong given) {
    this.context = vertx.getOrCreateContext();
    this.left = length;
    this.given = given;
  }

  private void schedule() {
    if (!scheduled && handler != null && demand > 0) {
      scheduled = true;
      context.runOnContext(v -> give());
    }
  }

  private void give() {
    scheduled = false;
    if (demand <= 0 || handler == null) {
      return;
    }
    if (left == 0) {
      Handler<Void> end = endHandler;
      handler = null;
      if (end != null) {
        end.handle(null);
      }
      return;
    }
    int length = (int) Math.min(left, PIECE);
    left -= length;
    demand = demand == Long.MAX_VALUE ? demand : demand - 1;
    given.addAndGet(length);
    handler.handle(Buffer.buffer(new byte[length]));
    schedule();
  }

  @Override
  public Zeros exceptionHandler(Handler<Throwable> handler) {
    return this;
  }

  @Override
  public Zeros handler(Handler<Buffer> handler) {
    this.handler = handler;
    schedule();
    return this;
  }

  @Override
  public Zeros pause() {
    demand = 0;
    return this;
  }

  @Override
  public Zeros resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public Zeros fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    schedule();
    return this;
  }

  @Override
  public Zeros endHandler(Handler<Void> handler) {
    endHandler = handler;
    return this;
  }
}

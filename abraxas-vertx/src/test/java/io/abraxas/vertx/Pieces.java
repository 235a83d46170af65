package io.abraxas.vertx;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A stream of pieces of text that ends, or fails. It runs on the thread that lets it flow. */
final class Pieces implements ReadStream<Buffer> {
  static final String FAILURE = "no more of the source";

  private final Deque<String> left;
  private final boolean fails;
  private long demand = Long.MAX_VALUE;
  private boolean running;
  private boolean over;
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;
  private Handler<Throwable> exceptionHandler;

  private Pieces(boolean fails, String... pieces) {
    this.fails = fails;
    this.left = new ArrayDeque<>(List.of(pieces));
  }

  static Pieces of(String... pieces) {
    return new Pieces(false, pieces);
  }

  /** Fails after its last piece. */
  static Pieces failing(String... pieces) {
    return new Pieces(true, pieces);
  }

  private void flow() {
    if (running || handler == null) {
      return;
    }
    running = true;
    while (demand > 0 && !left.isEmpty()) {
      demand--;
      handler.handle(Buffer.buffer(left.poll()));
    }
    running = false;
    if (left.isEmpty() && demand > 0 && !over) {
      over = true;
      if (fails && exceptionHandler != null) {
        exceptionHandler.handle(new IllegalStateException(FAILURE));
      } else if (endHandler != null) {
        endHandler.handle(null);
      }
    }
  }

  @Override
  public synchronized Pieces handler(Handler<Buffer> handler) {
    this.handler = handler;
    flow();
    return this;
  }

  @Override
  public synchronized Pieces endHandler(Handler<Void> handler) {
    endHandler = handler;
    return this;
  }

  @Override
  public synchronized Pieces exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  @Override
  public synchronized Pieces pause() {
    demand = 0;
    return this;
  }

  @Override
  public Pieces resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public synchronized Pieces fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    flow();
    return this;
  }
}

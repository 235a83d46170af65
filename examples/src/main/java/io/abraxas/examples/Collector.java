package io.abraxas.examples;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/** Stands for a file or an HTTP response at the end of a pipe. */
final class Collector implements WriteStream<Buffer> {
  private final Buffer all = Buffer.buffer();

  String text() {
    return all.toString();
  }

  @Override
  public Collector exceptionHandler(Handler<Throwable> handler) {
    return this;
  }

  @Override
  public Future<Void> write(Buffer data) {
    all.appendBuffer(data);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> end() {
    return Future.succeededFuture();
  }

  @Override
  public Collector setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public Collector drainHandler(Handler<Void> handler) {
    return this;
  }
}

package io.abraxas.examples;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Another stream in upper case, byte by byte (ASCII). */
final class UpperCase implements ReadStream<Buffer> {
  private final ReadStream<Buffer> source;

  UpperCase(ReadStream<Buffer> source) {
    this.source = source;
  }

  private static Buffer upper(Buffer piece) {
    Buffer result = piece.copy();
    for (int i = 0; i < result.length(); i++) {
      byte b = result.getByte(i);
      if (b >= 'a' && b <= 'z') {
        result.setByte(i, (byte) (b - 'a' + 'A'));
      }
    }
    return result;
  }

  @Override
  public UpperCase exceptionHandler(Handler<Throwable> handler) {
    source.exceptionHandler(handler);
    return this;
  }

  @Override
  public UpperCase handler(Handler<Buffer> handler) {
    source.handler(handler == null ? null : piece -> handler.handle(upper(piece)));
    return this;
  }

  @Override
  public UpperCase pause() {
    source.pause();
    return this;
  }

  @Override
  public UpperCase resume() {
    source.resume();
    return this;
  }

  @Override
  public UpperCase fetch(long amount) {
    source.fetch(amount);
    return this;
  }

  @Override
  public UpperCase endHandler(Handler<Void> handler) {
    source.endHandler(handler);
    return this;
  }
}

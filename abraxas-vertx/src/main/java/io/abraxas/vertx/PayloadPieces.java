package io.abraxas.vertx;

import io.vertx.core.buffer.Buffer;

/** A payload, which arrives whole, as a stream of pieces that a pipe can pace. */
final class PayloadPieces {
  private static final int PIECE = 64 * 1024;

  private static final ResultStream.Owner NOBODY =
      new ResultStream.Owner() {
        @Override
        public void stalled(boolean stalled) {}

        @Override
        public void tooLarge() {}
      };

  private PayloadPieces() {}

  static ResultStream of(ClientLoop loop, Buffer payload) {
    ResultStream stream = new ResultStream(loop, NOBODY, Long.MAX_VALUE, Long.MAX_VALUE);
    for (int at = 0; at < payload.length(); at += PIECE) {
      stream.add(payload.slice(at, Math.min(payload.length(), at + PIECE)));
    }
    stream.end(Buffer.buffer());
    return stream;
  }
}

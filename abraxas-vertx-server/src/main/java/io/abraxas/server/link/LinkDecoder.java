package io.abraxas.server.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Finds frames in the bytes of a link and hands each over where it lies; only one that comes in
 * parts is copied together, as it comes and never ahead of it.
 */
final class LinkDecoder {
  /** Before the other node has shown who it is. */
  static final int MAX_FIRST_FRAME = 1024;

  /** More than any packet that a server accepts. */
  static final int MAX_FRAME = 1 << 30;

  private static final int HEADER = 4;
  private static final int FIRST_CAPACITY = 1024;

  /** Hears of frames. */
  interface Listener {
    /** A frame: its type, and where its body lies during the call. */
    void frame(int type, ByteBuf buffer, int start, int length);

    /** What comes is no frame; nothing more is decoded. */
    void malformed(String reason);
  }

  private final Listener listener;
  private int limit = MAX_FIRST_FRAME;

  /** The beginning of a frame whose rest has not come; null: there is none. */
  private ByteBuf begun;

  private boolean stopped;

  LinkDecoder(Listener listener) {
    this.listener = listener;
  }

  /** The other node is known: its frames may be as large as packets. */
  void trust() {
    limit = MAX_FRAME;
  }

  /** Nothing more is decoded. */
  void stop() {
    stopped = true;
    if (begun != null) {
      begun.release();
      begun = null;
    }
  }

  /** Takes all that is readable. */
  void decode(ByteBuf in, ByteBufAllocator allocator) {
    while (!stopped && in.isReadable()) {
      if (begun == null && !decodeInPlace(in)) {
        if (stopped) {
          return;
        }
        begun = allocator.buffer(FIRST_CAPACITY);
      }
      if (begun != null) {
        complete(in);
      }
    }
  }

  /** Hands over the frame that begins here if all of it is here. */
  private boolean decodeInPlace(ByteBuf in) {
    if (in.readableBytes() < HEADER) {
      return false;
    }
    int start = in.readerIndex();
    int length = in.getInt(start);
    if (!isSound(length) || in.readableBytes() - HEADER < length) {
      return false;
    }
    in.skipBytes(HEADER + length);
    deliver(in, start);
    return true;
  }

  private boolean isSound(int length) {
    if (length > 0 && length <= limit) {
      return true;
    }
    stop();
    listener.malformed("a frame of " + Integer.toUnsignedString(length) + " bytes");
    return false;
  }

  private void complete(ByteBuf in) {
    if (begun.readableBytes() < HEADER) {
      begun.writeBytes(in, Math.min(in.readableBytes(), HEADER - begun.readableBytes()));
      if (begun.readableBytes() < HEADER || !isSound(begun.getInt(0))) {
        return;
      }
    }
    int missing = HEADER + begun.getInt(0) - begun.readableBytes();
    begun.writeBytes(in, Math.min(in.readableBytes(), missing));
    if (begun.readableBytes() == HEADER + begun.getInt(0)) {
      ByteBuf frame = begun;
      begun = null;
      try {
        deliver(frame, 0);
      } finally {
        frame.release();
      }
    }
  }

  private void deliver(ByteBuf buffer, int start) {
    int type = buffer.getUnsignedByte(start + HEADER);
    listener.frame(type, buffer, start + HEADER + 1, buffer.getInt(start) - 1);
  }
}

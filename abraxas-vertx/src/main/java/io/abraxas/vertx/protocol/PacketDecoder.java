package io.abraxas.vertx.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Cuts a stream of bytes into binary packets and lines of text, whatever the pieces it arrives in.
 *
 * <p>Packets that lie whole in the buffer handed to {@link #decode} are decoded there, in place.
 * Only the bytes of a packet that is not complete are copied, into a buffer of the decoder's own,
 * which grows with the bytes that arrived and never with what a header claims: a peer that sends
 * one byte a minute costs memory for what it sent. The first byte of each message tells binary (0)
 * from text.
 *
 * <p>Any byte sequence is survived: what cannot be decoded ends in {@link
 * PacketListener#malformed}, once, after which the decoder ignores its input.
 */
public final class PacketDecoder {
  /** Bytes before the body: magic, number, size. */
  public static final int HEADER_LENGTH = 12;

  /** Largest body accepted unless said otherwise, in bytes: 128 MiB. */
  public static final int DEFAULT_MAX_BODY_LENGTH = 128 * 1024 * 1024;

  /** Longest line of text in bytes, as in gearmand. */
  public static final int MAX_LINE_LENGTH = 8192;

  private static final int FIRST_CAPACITY = 64;

  /** The one number in the range that is no packet's. */
  private static final int UNASSIGNED = 5;

  private final PacketListener listener;
  private final int maxBodyLength;
  private final MemoryBudget budget;
  private final Packet packet = new Packet();

  /**
   * The bytes of the message that is not complete, from its first byte on; null when there are
   * none.
   */
  private ByteBuf held;

  /** What the budget granted for {@link #held}: its capacity. */
  private int reserved;

  /** Bytes still to throw away of a packet of {@link #discardedType}. */
  private int toDiscard;

  /** Null for the unassigned number, which is delivered without its body. */
  private PacketType discardedType;

  private Magic discardedMagic;
  private boolean stopped;

  /** Whether the listener is being told of a packet that lies in {@link #held}. */
  private boolean insideHeld;

  /**
   * Creates a decoder.
   *
   * @param listener told of everything found
   * @param maxBodyLength largest body of a packet in bytes
   * @param budget asked before bytes are held back
   */
  public PacketDecoder(PacketListener listener, int maxBodyLength, MemoryBudget budget) {
    if (maxBodyLength < 0) {
      throw new IllegalArgumentException("maxBodyLength must not be negative: " + maxBodyLength);
    }
    this.listener = listener;
    this.maxBodyLength = maxBodyLength;
    this.budget = budget;
  }

  /**
   * Decodes all that lies between the buffer's reader and writer index.
   *
   * @param in read to its end; stays the caller's, who releases it
   * @param allocator where the rest of an incomplete packet is kept
   */
  public void decode(ByteBuf in, ByteBufAllocator allocator) {
    while (in.isReadable() && !stopped) {
      if (toDiscard > 0) {
        discard(in);
      } else if (held != null) {
        complete(in);
      } else {
        int next = decodeMessages(in, in.readerIndex(), in.writerIndex());
        in.readerIndex(next);
        if (in.isReadable() && !stopped) {
          hold(in, allocator);
        }
      }
    }
    if (stopped) {
      in.readerIndex(in.writerIndex());
    }
  }

  /** Bytes of memory held for an incomplete message. */
  public int heldBytes() {
    return reserved;
  }

  /** Whether a message was begun and not finished. */
  public boolean isMidMessage() {
    return held != null || toDiscard > 0;
  }

  /** Ignores all further input and frees what is held. May be called by the listener. */
  public void stop() {
    stopped = true;
    toDiscard = 0;
    // Invariant: while the listener is inside a packet that lies in the held buffer, complete()
    // still needs that buffer, and frees it on its way out.
    if (!insideHeld) {
      free();
    }
  }

  /** Decodes whole messages in place; returns where the first incomplete one starts. */
  private int decodeMessages(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && !stopped) {
      int length = messageLength(in, at, to);
      if (length < 0 || length > to - at) {
        return at;
      }
      deliver(in, at, length);
      at += length;
    }
    return at;
  }

  /**
   * The length of the message that starts at {@code at}, or -1 when not enough of it is there to
   * tell. Stops the decoder when it is malformed.
   */
  private int messageLength(ByteBuf in, int at, int to) {
    int available = to - at;
    if (in.getByte(at) != 0) {
      int limit = Math.min(available, MAX_LINE_LENGTH + 1);
      int lf = in.indexOf(at, at + limit, (byte) '\n');
      if (lf < 0) {
        return limit > MAX_LINE_LENGTH ? malformed(Malformed.LINE_TOO_LONG) : -1;
      }
      return lf - at + 1;
    }
    if (available < HEADER_LENGTH) {
      return startsLikeMagic(in, at, available) ? -1 : malformed(Malformed.BAD_MAGIC);
    }
    int magic = in.getInt(at);
    if (magic != Magic.REQUEST.code() && magic != Magic.RESPONSE.code()) {
      return malformed(Malformed.BAD_MAGIC);
    }
    int number = in.getInt(at + 4);
    if (number <= 0 || number > PacketType.MAX_NUMBER) {
      return malformed(Malformed.UNKNOWN_TYPE);
    }
    int body = in.getInt(at + 8);
    if (body < 0 || body > maxBodyLength || body > Integer.MAX_VALUE - HEADER_LENGTH) {
      return malformed(Malformed.TOO_LARGE);
    }
    return HEADER_LENGTH + body;
  }

  private static boolean startsLikeMagic(ByteBuf in, int at, int available) {
    int n = Math.min(available, 4);
    for (int i = 0; i < n; i++) {
      int shift = 24 - 8 * i;
      byte b = in.getByte(at + i);
      if (b != (byte) (Magic.REQUEST.code() >> shift)
          && b != (byte) (Magic.RESPONSE.code() >> shift)) {
        return false;
      }
    }
    return true;
  }

  private int malformed(Malformed reason) {
    stop();
    listener.malformed(reason);
    return -1;
  }

  private void deliver(ByteBuf in, int at, int length) {
    if (in.getByte(at) != 0) {
      int text = length - 1;
      if (text > 0 && in.getByte(at + text - 1) == '\r') {
        text--;
      }
      listener.line(in, at, text);
      return;
    }
    packet.set(in, magic(in, at), in.getInt(at + 4), at + HEADER_LENGTH, length - HEADER_LENGTH);
    listener.packet(packet);
    packet.clear();
  }

  private static Magic magic(ByteBuf in, int at) {
    return in.getInt(at) == Magic.REQUEST.code() ? Magic.REQUEST : Magic.RESPONSE;
  }

  /** Keeps the rest of {@code in}, the beginning of a message, or begins to throw it away. */
  private void hold(ByteBuf in, ByteBufAllocator allocator) {
    int arrived = in.readableBytes();
    int wanted = messageLength(in, in.readerIndex(), in.writerIndex());
    if (stopped) {
      return;
    }
    int capacity = capacityFor(arrived, wanted);
    if (!reserve(in, capacity)) {
      beginDiscard(in, wanted);
      return;
    }
    held = allocator.buffer(capacity, Integer.MAX_VALUE);
    held.writeBytes(in);
  }

  /** Takes from {@code in} what the held message still needs, and delivers it when it is whole. */
  private void complete(ByteBuf in) {
    int have = held.readableBytes();
    int wanted = messageLength(held, held.readerIndex(), held.writerIndex());
    if (wanted < 0) {
      // Not enough to know the length: a header, or a line whose LF may come in this piece.
      wanted = held.getByte(held.readerIndex()) == 0 ? HEADER_LENGTH : lineLength(in, have);
      if (stopped) {
        return;
      }
    }
    int take = Math.min(wanted - have, in.readableBytes());
    if (!grow(have + take, wanted)) {
      return;
    }
    held.writeBytes(in, take);
    int length = messageLength(held, held.readerIndex(), held.writerIndex());
    if (stopped || length < 0) {
      return;
    }
    if (length > held.readableBytes()) {
      if (isUnassigned(held)) {
        int missing = length - held.readableBytes();
        beginDiscard(held, missing);
        free();
      }
      return;
    }
    insideHeld = true;
    try {
      deliver(held, held.readerIndex(), length);
    } finally {
      insideHeld = false;
      free();
    }
  }

  /** How long the held line of {@code have} bytes is with what {@code in} adds to it. */
  private int lineLength(ByteBuf in, int have) {
    int limit = Math.min(in.readableBytes(), MAX_LINE_LENGTH + 1 - have);
    int lf = in.indexOf(in.readerIndex(), in.readerIndex() + limit, (byte) '\n');
    return lf < 0 ? have + limit : have + lf - in.readerIndex() + 1;
  }

  /** Makes room for {@code needed} bytes of a message of {@code wanted}; false: it is discarded. */
  private boolean grow(int needed, int wanted) {
    if (needed <= reserved) {
      return true;
    }
    int capacity = capacityFor(needed, wanted);
    if (!reserve(held, capacity - reserved)) {
      beginDiscard(held, wanted - held.readableBytes());
      free();
      return false;
    }
    held.capacity(capacity);
    return true;
  }

  /** Takes room for the message that {@code in} begins with; false: it is to be discarded. */
  private boolean reserve(ByteBuf in, int bytes) {
    if (isUnassigned(in) || !budget.reserve(typeOf(in), bytes)) {
      return false;
    }
    reserved += bytes;
    return true;
  }

  /** Twice what arrived, at most what the message needs: memory follows the bytes. */
  private static int capacityFor(int arrived, int wanted) {
    long doubled = Math.max(FIRST_CAPACITY, 2L * arrived);
    return (int)
        (wanted < arrived ? Math.min(doubled, Integer.MAX_VALUE) : Math.min(doubled, wanted));
  }

  private static boolean hasHeader(ByteBuf in) {
    return in.readableBytes() >= HEADER_LENGTH && in.getByte(in.readerIndex()) == 0;
  }

  /** Null while the header is not complete, and for a line of text. */
  private static PacketType typeOf(ByteBuf in) {
    return hasHeader(in) ? PacketType.of(in.getInt(in.readerIndex() + 4)) : null;
  }

  /** Whether it begins with a packet of the unassigned number, whose body nobody will read. */
  private static boolean isUnassigned(ByteBuf in) {
    return hasHeader(in) && typeOf(in) == null;
  }

  private void beginDiscard(ByteBuf in, int bytes) {
    if (!hasHeader(in)) {
      throw new IllegalStateException("a budget must not refuse headers and lines");
    }
    discardedType = typeOf(in);
    discardedMagic = magic(in, in.readerIndex());
    toDiscard = bytes;
  }

  private void discard(ByteBuf in) {
    int n = Math.min(toDiscard, in.readableBytes());
    in.skipBytes(n);
    toDiscard -= n;
    if (toDiscard > 0) {
      return;
    }
    if (discardedType != null) {
      listener.discarded(discardedType);
    } else {
      packet.set(Unpooled.EMPTY_BUFFER, discardedMagic, UNASSIGNED, 0, 0);
      listener.packet(packet);
      packet.clear();
    }
  }

  private void free() {
    if (held != null) {
      held.release();
      held = null;
    }
    // Not only with a buffer: the allocator may have failed after the budget agreed.
    if (reserved > 0) {
      budget.release(reserved);
      reserved = 0;
    }
  }
}

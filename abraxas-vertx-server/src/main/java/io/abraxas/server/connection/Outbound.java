package io.abraxas.server.connection;

import io.abraxas.server.broker.ReplySlot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/**
 * The bytes for one peer that are not handed to its socket yet, in order.
 *
 * <p>A reply that is not decided yet leaves a slot; what is written after it waits until the slot
 * is filled, so that replies never overtake each other.
 */
final class Outbound {
  private static final int MIN_CAPACITY = 512;
  private static final int MAX_FIRST_CAPACITY = 256 * 1024;

  private final ByteBufAllocator allocator;

  /** What may go out: everything before the first unfilled slot. Null when there is nothing. */
  private ByteBuf sendable;

  /** Slots in order, the first of them unfilled. */
  private final ArrayDeque<Slot> slots = new ArrayDeque<>(0);

  /** Bytes that wait in the slots, but for those after the last one, which may still grow. */
  private long held;

  /** What buffers are made with: the size of the last one that went out. */
  private int firstCapacity = MIN_CAPACITY;

  private boolean closed;

  private static final class Slot implements ReplySlot {
    ByteBuf reply;
    ByteBuf after;
    boolean filled;
  }

  Outbound(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Where the next packet is to be written. */
  ByteBuf buffer() {
    Slot last = slots.peekLast();
    if (last != null) {
      if (last.after == null) {
        last.after = allocator.directBuffer(MIN_CAPACITY);
      }
      return last.after;
    }
    if (sendable == null) {
      sendable = allocator.directBuffer(firstCapacity);
    }
    return sendable;
  }

  /** Leaves a slot here. */
  ReplySlot hold() {
    Slot last = slots.peekLast();
    if (last != null) {
      held += size(last.after);
    }
    Slot slot = new Slot();
    slots.add(slot);
    return slot;
  }

  /** Where the packet that fills the slot is to be written; {@link #filled} must follow. */
  ByteBuf fill(ReplySlot slot) {
    Slot s = (Slot) slot;
    s.reply = allocator.directBuffer(MIN_CAPACITY);
    return s.reply;
  }

  /** The slot has its reply: what waited for it may go out. */
  void filled(ReplySlot slot) {
    ((Slot) slot).filled = true;
    if (closed) {
      free((Slot) slot);
      return;
    }
    held += size(((Slot) slot).reply);
    for (Slot first = slots.peek(); first != null && first.filled; first = slots.peek()) {
      slots.poll();
      held -= size(first.reply) + (slots.isEmpty() ? 0 : size(first.after));
      if (sendable == null) {
        sendable = allocator.directBuffer(firstCapacity);
      }
      sendable.writeBytes(first.reply);
      if (first.after != null) {
        sendable.writeBytes(first.after);
      }
      free(first);
    }
  }

  /** Bytes that may go out now. */
  int sendableBytes() {
    return size(sendable);
  }

  /** Bytes that wait here, behind slots too. */
  long bytes() {
    Slot last = slots.peekLast();
    return sendableBytes() + held + (last == null ? 0 : size(last.after));
  }

  private static int size(ByteBuf buffer) {
    return buffer == null ? 0 : buffer.readableBytes();
  }

  /** Whether nothing waits behind a slot. */
  boolean isSettled() {
    return slots.isEmpty();
  }

  /** Hands over what may go out, or null when that is nothing. The caller releases it. */
  ByteBuf take() {
    ByteBuf taken = sendable;
    sendable = null;
    if (taken != null) {
      int size = taken.readableBytes();
      firstCapacity = Math.max(MIN_CAPACITY, Math.min(size + (size >> 2), MAX_FIRST_CAPACITY));
    }
    return taken;
  }

  /** Frees everything; slots may still be filled, to no effect. */
  void close() {
    closed = true;
    if (sendable != null) {
      sendable.release();
      sendable = null;
    }
    slots.forEach(Outbound::free);
    slots.clear();
    held = 0;
  }

  private static void free(Slot slot) {
    if (slot.reply != null) {
      slot.reply.release();
      slot.reply = null;
    }
    if (slot.after != null) {
      slot.after.release();
      slot.after = null;
    }
  }
}

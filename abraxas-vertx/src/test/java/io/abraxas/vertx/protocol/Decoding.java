package io.abraxas.vertx.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;

/**
 * A decoder with an allocator and a budget that are counted. Pieces are fed in a buffer that is
 * overwritten and released afterwards, so that a decoder that keeps a view of it is found out.
 */
final class Decoding {
  static final int MAX_BODY = 1 << 20;

  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, false);
  final CountingBudget budget = new CountingBudget();
  final Transcript transcript;
  final PacketDecoder decoder;

  Decoding() {
    this(new Transcript(), MAX_BODY);
  }

  Decoding(Transcript transcript, int maxBodyLength) {
    this.transcript = transcript;
    decoder = new PacketDecoder(transcript, maxBodyLength, budget);
  }

  /** What a decoder finds in bytes that arrive all at once. */
  static List<String> whole(byte[] bytes) {
    return new Decoding().feed(bytes).entries();
  }

  Decoding feed(byte[]... pieces) {
    for (byte[] piece : pieces) {
      feed(piece, 0, piece.length);
    }
    return this;
  }

  Decoding feed(byte[] bytes, int from, int to) {
    // An odd start finds indexes that are taken for relative ones.
    ByteBuf in = UnpooledByteBufAllocator.DEFAULT.heapBuffer(to - from + 7);
    in.writeZero(7).skipBytes(7).writeBytes(bytes, from, to - from);
    decoder.decode(in, allocator);
    assertThat(in.isReadable()).as("input is left over").isFalse();
    assertThat(in.refCnt()).isEqualTo(1);
    for (int i = 0; i < in.capacity(); i++) {
      in.setByte(i, 0x55);
    }
    in.release();
    assertThat(budget.used).as("what the budget counts").isEqualTo(decoder.heldBytes());
    return this;
  }

  Decoding feedByteByByte(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      feed(bytes, i, i + 1);
    }
    return this;
  }

  List<String> entries() {
    return transcript.entries;
  }

  /** Bytes that the decoder has allocated and not released. */
  long allocated() {
    return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
  }

  void assertHoldsNothing() {
    assertThat(decoder.heldBytes()).as("held bytes").isZero();
    assertThat(allocated()).as("allocated bytes").isZero();
    assertThat(budget.used).as("reserved bytes").isZero();
  }

  /** Refuses packets that would take it over its limit, and nothing else. */
  static final class CountingBudget implements MemoryBudget {
    long limit = Long.MAX_VALUE;
    long used;

    @Override
    public boolean reserve(PacketType type, int bytes) {
      assertThat(bytes).as("bytes to reserve").isPositive();
      if (type != null && bytes > limit - used) {
        return false;
      }
      used += bytes;
      return true;
    }

    @Override
    public void release(int bytes) {
      used -= bytes;
      assertThat(used).as("reserved bytes").isNotNegative();
    }
  }
}

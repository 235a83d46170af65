package io.abraxas.vertx.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketDecoderMemoryTest {
  private static final int HUGE = 100 * 1024 * 1024;
  private static final byte[] NOOP = Bytes.header("RES", 6, 0);

  @Test
  void holdsWhatArrivedAndNotWhatTheHeaderClaims() {
    Decoding decoding = new Decoding(new Transcript(), HUGE);
    decoding.feed(Bytes.header("REQ", 7, HUGE), new byte[8]);
    assertThat(decoding.decoder.heldBytes()).isLessThan(200);
    assertThat(decoding.allocated()).isLessThan(200);
  }

  @Test
  void memoryFollowsTheBytes() {
    Decoding decoding = new Decoding(new Transcript(), HUGE);
    decoding.feed(Bytes.header("REQ", 7, HUGE));
    byte[] piece = new byte[1000];
    for (int sent = 12; sent < 300_000; sent += piece.length) {
      assertThat(decoding.decoder.heldBytes()).isLessThanOrEqualTo(Math.max(64, 2 * sent));
      assertThat(decoding.allocated()).isEqualTo(decoding.decoder.heldBytes());
      decoding.feed(piece);
    }
  }

  @Test
  void holdsNoMoreThanThePacketNeeds() {
    Decoding decoding = new Decoding().feed(Bytes.header("REQ", 7, 1000), new byte[900]);
    assertThat(decoding.decoder.heldBytes()).isEqualTo(1012);
  }

  @Test
  void copiesABodyThatArrivesInSmallPiecesALogarithmOfTimes() {
    // Byte by byte and 64 KiB long: quadratic copying would take minutes.
    Decoding decoding = new Decoding();
    long allocations = 0;
    long before = 0;
    byte[] packet = Bytes.request(22, "x".repeat(1 << 16));
    for (int i = 0; i < packet.length; i++) {
      decoding.feed(packet, i, i + 1);
      if (decoding.decoder.heldBytes() != before) {
        before = decoding.decoder.heldBytes();
        allocations++;
      }
    }
    assertThat(decoding.entries()).hasSize(1);
    assertThat(allocations).isLessThan(20);
  }

  @Test
  void throwsAwayPacketsThatTheBudgetRefusesWhereverTheStreamIsSplit() {
    byte[] stream = Bytes.join(Bytes.request(7, "f\0u\0" + "x".repeat(200)), NOOP);
    for (int split = 1; split < stream.length - NOOP.length; split++) {
      Decoding decoding = new Decoding();
      decoding.budget.limit = 20;
      decoding.feed(stream, 0, split);
      assertThat(decoding.decoder.isMidMessage()).isTrue();
      decoding.feed(stream, split, stream.length);
      // Not held, it could be delivered where it lies; the split packet is thrown away.
      assertThat(decoding.entries())
          .as("split at %d", split)
          .containsExactly("discarded SUBMIT_JOB", "RESPONSE NOOP");
      decoding.assertHoldsNothing();
    }
  }

  @Test
  void throwsAwayARefusedPacketThatArrivesByteByByte() {
    for (int limit = 0; limit < 230; limit++) {
      Decoding decoding = new Decoding();
      decoding.budget.limit = limit;
      decoding.feedByteByByte(Bytes.join(Bytes.request(18, "f\0u\0" + "x".repeat(200)), NOOP));
      String first = decoding.entries().get(0);
      assertThat(first).isIn("discarded SUBMIT_JOB_BG", expectedWhole());
      assertThat(decoding.entries()).hasSize(2).endsWith("RESPONSE NOOP");
      decoding.assertHoldsNothing();
    }
  }

  private static String expectedWhole() {
    return "REQUEST SUBMIT_JOB_BG [f] [u] [" + "x".repeat(200) + "]";
  }

  @Test
  void forgetsWhatItThrowsAwayWhenStopped() {
    Decoding decoding = new Decoding();
    decoding.budget.limit = 0;
    decoding.feed(Bytes.header("REQ", 7, 500), new byte[100]);
    assertThat(decoding.decoder.isMidMessage()).isTrue();
    decoding.decoder.stop();
    assertThat(decoding.decoder.isMidMessage()).isFalse();
    assertThat(decoding.feed(new byte[400], NOOP).entries()).isEmpty();
  }

  @Test
  void canBeStoppedWhenToldOfADiscardedPacket() {
    PacketDecoder[] decoder = new PacketDecoder[1];
    Decoding decoding =
        new Decoding(
            new Transcript() {
              @Override
              public void discarded(PacketType type) {
                super.discarded(type);
                decoder[0].stop();
              }
            },
            1000);
    decoder[0] = decoding.decoder;
    decoding.budget.limit = 0;
    decoding.feed(Bytes.header("REQ", 7, 3), Bytes.join(new byte[3], NOOP));
    assertThat(decoding.entries()).containsExactly("discarded SUBMIT_JOB");
    assertThat(decoding.decoder.isMidMessage()).isFalse();
  }

  @Test
  void neverHoldsTheBodyOfTheUnassignedType() {
    Decoding decoding = new Decoding(new Transcript(), HUGE);
    decoding.feed(Bytes.header("REQ", 5, 10_000));
    for (int i = 0; i < 100; i++) {
      decoding.feed(new byte[100]);
      assertThat(decoding.decoder.heldBytes()).isLessThan(200);
    }
    decoding.feed(NOOP);
    assertThat(decoding.entries()).containsExactly("REQUEST 5", "RESPONSE NOOP");
    decoding.assertHoldsNothing();
  }

  @Test
  void givesTheBudgetBackWhenTheAllocatorFails() {
    Decoding.CountingBudget budget = new Decoding.CountingBudget();
    PacketDecoder decoder = new PacketDecoder(new Transcript(), HUGE, budget);
    EmptyAllocator empty = new EmptyAllocator();
    ByteBuf in = UnpooledByteBufAllocator.DEFAULT.heapBuffer();
    in.writeBytes(Bytes.header("REQ", 7, 100));
    assertThatThrownBy(() -> decoder.decode(in, empty)).isInstanceOf(OutOfMemoryError.class);
    in.release();
    decoder.stop();
    assertThat(budget.used).isZero();
  }

  @Test
  void manyDecodersShareABudget() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Decoding.CountingBudget budget = new Decoding.CountingBudget();
    budget.limit = 2000;
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    List<PacketDecoder> decoders = new ArrayList<>();
    List<Transcript> transcripts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      transcripts.add(new Transcript());
      decoders.add(new PacketDecoder(transcripts.get(i), 1000, budget));
    }
    byte[] packet = Bytes.request(7, "f\0u\0" + "x".repeat(500));
    int[] sent = new int[decoders.size()];
    for (int round = 0; round < 5000; round++) {
      int i = random.nextInt(decoders.size());
      int n = Math.min(packet.length - sent[i], 1 + random.nextInt(100));
      ByteBuf in = UnpooledByteBufAllocator.DEFAULT.heapBuffer().writeBytes(packet, sent[i], n);
      decoders.get(i).decode(in, allocator);
      in.release();
      sent[i] = (sent[i] + n) % packet.length;
      int held = decoders.stream().mapToInt(PacketDecoder::heldBytes).sum();
      assertThat(budget.used).as("seed %d", seed).isEqualTo(held);
    }
    decoders.forEach(PacketDecoder::stop);
    assertThat(budget.used).as("seed %d", seed).isZero();
    assertThat(allocator.metric().usedHeapMemory()).as("seed %d", seed).isZero();
    assertThat(transcripts.stream().flatMap(t -> t.entries.stream()))
        .as("seed %d", seed)
        .contains("discarded SUBMIT_JOB")
        .anyMatch(entry -> entry.startsWith("REQUEST SUBMIT_JOB "));
  }

  /** Has no memory at all. */
  private static final class EmptyAllocator extends AbstractByteBufAllocator {
    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("none left");
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("none left");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }
}

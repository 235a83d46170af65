package io.abraxas.vertx.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketDecoderGarbageTest {
  private static final int ROUNDS = 3000;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void survivesRandomBytes() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(2000)];
      random.nextBytes(bytes);
      if (random.nextBoolean() && bytes.length > 0) {
        bytes[0] = 0;
      }
      decodeInPieces(bytes, Long.MAX_VALUE);
    }
  }

  @Test
  void survivesDamagedPackets() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = GoldenPackets.concatenated();
      int damages = 1 + random.nextInt(10);
      for (int i = 0; i < damages; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      decodeInPieces(bytes, random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(200));
    }
  }

  @Test
  void survivesBytesThatLookLikePackets() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[][] pieces = new byte[1 + random.nextInt(20)][];
      for (int i = 0; i < pieces.length; i++) {
        pieces[i] = almostAPacket();
      }
      decodeInPieces(Bytes.join(pieces), random.nextBoolean() ? Long.MAX_VALUE : 100);
    }
  }

  private byte[] almostAPacket() {
    byte[] body = new byte[random.nextInt(100)];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) "\0\0ab\n\r:1".charAt(random.nextInt(8));
    }
    int length = random.nextInt(20) == 0 ? random.nextInt() : body.length;
    int number = random.nextInt(50) == 0 ? random.nextInt(45) : 1 + random.nextInt(42);
    byte[] header = Bytes.header(random.nextBoolean() ? "REQ" : "RES", number, length);
    return random.nextInt(10) == 0 ? Bytes.ascii("status\r\n") : Bytes.join(header, body);
  }

  /** Whatever the pieces, the same messages are found, and nothing is held at the end. */
  private void decodeInPieces(byte[] bytes, long budget) {
    Decoding decoding = new Decoding();
    decoding.budget.limit = budget;
    try {
      for (int at = 0; at < bytes.length; ) {
        int next = Math.min(bytes.length, at + 1 + random.nextInt(100));
        decoding.feed(bytes, at, next);
        at = next;
      }
      if (budget == Long.MAX_VALUE) {
        assertThat(decoding.entries()).isEqualTo(Decoding.whole(bytes));
      }
      long malformed = decoding.entries().stream().filter(e -> e.startsWith("malformed")).count();
      assertThat(malformed).isLessThanOrEqualTo(1);
      decoding.decoder.stop();
      decoding.assertHoldsNothing();
    } catch (RuntimeException | AssertionError e) {
      fail("seed " + seed + ", bytes " + Arrays.toString(bytes), e);
    }
  }
}

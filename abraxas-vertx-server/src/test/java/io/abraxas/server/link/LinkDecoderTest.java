package io.abraxas.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkDecoderTest {
  private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);

  private final List<String> heard = new ArrayList<>();
  private final LinkDecoder decoder =
      new LinkDecoder(
          new LinkDecoder.Listener() {
            @Override
            public void frame(int type, ByteBuf buffer, int start, int length) {
              heard.add(type + " " + ByteBufUtil.hexDump(buffer, start, length));
            }

            @Override
            public void malformed(String reason) {
              heard.add(reason);
            }
          });

  private void decode(ByteBuf bytes) {
    decoder.decode(bytes, ALLOCATOR);
  }

  /** Three frames: 02, 06 with a body of two bytes, fe with a body of one. */
  private static ByteBuf three() {
    return bytes("0000000102" + "00000003060102" + "00000002feff");
  }

  private static ByteBuf bytes(String hex) {
    return ALLOCATOR.buffer().writeBytes(ByteBufUtil.decodeHexDump(hex));
  }

  @Test
  void findsFramesThatCameAtOnce() {
    decode(three());
    assertThat(heard).containsExactly("2 ", "6 0102", "254 ff");
  }

  @Test
  void findsFramesHoweverTheyAreSplit() {
    int length = three().readableBytes();
    for (int first = 0; first <= length; first++) {
      for (int second = first; second <= length; second++) {
        heard.clear();
        ByteBuf all = three();
        decode(all.readRetainedSlice(first));
        decode(all.readRetainedSlice(second - first));
        decode(all);
        assertThat(heard)
            .as("split at %d and %d", first, second)
            .containsExactly("2 ", "6 0102", "254 ff");
      }
    }
  }

  @Test
  void findsALargeFrameByteByByte() {
    decoder.trust();
    ByteBuf frame = bytes("0001000107").writeZero(0x10000);
    while (frame.isReadable()) {
      decode(frame.readRetainedSlice(1));
    }
    assertThat(heard).containsExactly("7 " + "00".repeat(0x10000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "ffffffff", "80000000", "7fffffff", "40000001"})
  void refusesSizesThatNoFrameHas(String length) {
    decoder.trust();
    ByteBuf all = bytes(length + "0000000102");
    decode(all.readRetainedSlice(2));
    decode(all);
    decode(three());
    assertThat(heard)
        .containsExactly(
            "a frame of "
                + Integer.toUnsignedString(Integer.parseUnsignedInt(length, 16))
                + " bytes");
  }

  @Test
  void takesLargeFramesOnlyFromWhoIsKnown() {
    decode(bytes("00000401"));
    assertThat(heard).containsExactly("a frame of 1025 bytes");
  }

  @Test
  void takesNoMemoryAheadOfWhatCame() {
    decoder.trust();
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    decoder.decode(bytes("40000000" + "07" + "00".repeat(10)), allocator);
    assertThat(allocator.metric().usedHeapMemory()).isBetween(1L, 10_000L);
    decoder.stop();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void findsNothingMoreOnceItWasStopped() {
    decode(three().readRetainedSlice(7));
    decoder.stop();
    decode(three());
    assertThat(heard).containsExactly("2 ");
  }

  @Test
  void codesOfMessagesAreThoseOfTheFirstVersion() {
    List<String> codes = new ArrayList<>();
    for (LinkMessage message : LinkMessage.values()) {
      codes.add(message.code() + " " + message);
      assertThat(LinkMessage.of(message.code())).isSameAs(message);
    }
    assertThat(codes)
        .containsExactly(
            "1 HELLO",
            "2 PING",
            "3 WANT",
            "4 UNWANT",
            "5 SURPLUS",
            "6 BORROW",
            "7 LEND",
            "8 NOTHING",
            "9 GIVE_BACK",
            "10 REPORT",
            "11 QUESTION",
            "12 ANSWER",
            "13 ATTACH",
            "14 ATTACHED",
            "15 GONE",
            "16 REFUSED",
            "17 DETACH");
    for (int code : new int[] {-1, 0, 18, 127, 128, 255}) {
      assertThat(LinkMessage.of(code)).isNull();
    }
  }
}

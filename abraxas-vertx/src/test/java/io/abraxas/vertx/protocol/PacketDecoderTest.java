package io.abraxas.vertx.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketDecoderTest {
  private static final byte[] NOOP = Bytes.header("RES", 6, 0);

  @ParameterizedTest
  @ValueSource(ints = {0, 43, 44, 1000, 0xffffffff, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void refusesTypesOutsideTheRange(int number) {
    byte[] bytes = Bytes.join(NOOP, Bytes.header("REQ", number, 0), NOOP);
    List<String> expected = List.of("RESPONSE NOOP", "malformed UNKNOWN_TYPE");
    assertThat(Decoding.whole(bytes)).isEqualTo(expected);
    assertThat(new Decoding().feedByteByByte(bytes).entries()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\0R", "\0RE", "\0REQ"})
  void refusesBadMagicAtItsFirstWrongByte(String good) {
    byte[] bytes = Bytes.ascii(good);
    for (int wrong = 0; wrong < 256; wrong++) {
      byte[] bad = bytes.clone();
      bad[bad.length - 1] = (byte) wrong;
      boolean isMagic = wrong == bytes[bytes.length - 1] || (good.length() == 4 && wrong == 'S');
      if (isMagic || (good.length() == 1 && wrong != 0)) {
        continue;
      }
      List<String> expected = List.of("malformed BAD_MAGIC");
      assertThat(Decoding.whole(bad)).as("byte %d", wrong).isEqualTo(expected);
      Decoding slowly = new Decoding().feedByteByByte(bad);
      assertThat(slowly.entries()).as("byte %d", wrong).isEqualTo(expected);
      slowly.assertHoldsNothing();
      byte[] long_ = Bytes.join(bad, new byte[20]);
      assertThat(Decoding.whole(long_)).as("byte %d", wrong).isEqualTo(expected);
    }
  }

  @Test
  void waitsForTheRestOfAnyBeginningOfAHeader() {
    byte[] header = Bytes.header("RES", 42, 5);
    for (int n = 1; n <= header.length; n++) {
      Decoding decoding = new Decoding().feed(header, 0, n);
      assertThat(decoding.entries()).isEmpty();
      assertThat(decoding.decoder.isMidMessage()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Decoding.MAX_BODY + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void refusesABodyOverTheLimitByItsHeaderAlone(int size) {
    Decoding decoding = new Decoding().feed(NOOP, Bytes.header("REQ", 7, size));
    assertThat(decoding.entries()).containsExactly("RESPONSE NOOP", "malformed TOO_LARGE");
    decoding.assertHoldsNothing();
    Decoding slowly = new Decoding().feedByteByByte(Bytes.header("REQ", 7, size));
    assertThat(slowly.entries()).containsExactly("malformed TOO_LARGE");
    slowly.assertHoldsNothing();
  }

  @Test
  void acceptsABodyOfExactlyTheLimit() {
    Decoding decoding = new Decoding(new Transcript(), 8).feed(Bytes.request(22, "12345678"));
    assertThat(decoding.entries()).containsExactly("REQUEST SET_CLIENT_ID [12345678]");
    decoding = new Decoding(new Transcript(), 8).feed(Bytes.request(22, "123456789"));
    assertThat(decoding.entries()).containsExactly("malformed TOO_LARGE");
    decoding = new Decoding(new Transcript(), 0).feed(Bytes.request(9, ""));
    assertThat(decoding.entries()).containsExactly("REQUEST GRAB_JOB");
  }

  @Test
  void survivesTheLargestLimitThereIs() {
    Decoding decoding = new Decoding(new Transcript(), Integer.MAX_VALUE);
    decoding.feed(Bytes.header("REQ", 7, Integer.MAX_VALUE - 12));
    assertThat(decoding.entries()).isEmpty();
    decoding = new Decoding(new Transcript(), Integer.MAX_VALUE);
    decoding.feed(Bytes.header("REQ", 7, Integer.MAX_VALUE - 11));
    assertThat(decoding.entries()).containsExactly("malformed TOO_LARGE");
  }

  @Test
  void refusesANegativeLimit() {
    assertThatThrownBy(() -> new PacketDecoder(new Transcript(), -1, MemoryBudget.UNLIMITED))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void boundsArgumentsByTheSizeOfThePacket() {
    byte[] bytes = Bytes.join(Bytes.request(7, "function"), Bytes.ascii("xyz\0u\0p\n"));
    assertThat(Decoding.whole(bytes))
        .containsExactly("REQUEST SUBMIT_JOB [function] incomplete", "line [xyz|u|p]");
  }

  @Test
  void missingArgumentsAreEmpty() {
    Transcript lengths =
        new Transcript() {
          @Override
          public void packet(Packet packet) {
            for (int i = 0; i < packet.type().argumentCount(); i++) {
              entries.add(Bytes.printable(packet.bytes(i)) + "/" + packet.length(i));
            }
            entries.add(packet.argumentsFound() + " " + packet.isComplete());
          }
        };
    new Decoding(lengths, 100).feed(Bytes.request(38, "f\0u"), Bytes.request(2, ""));
    assertThat(lengths.entries)
        .containsExactly("f/1", "u/1", "/0", "/0", "/0", "2 false", "/0", "1 true");
  }

  @Test
  void theLastArgumentKeepsItsNuls() {
    assertThat(Decoding.whole(Bytes.request(14, "H:lap:1\0")))
        .containsExactly("REQUEST WORK_FAIL [H:lap:1|]");
    assertThat(Decoding.whole(Bytes.request(7, "f\0\0\0\0")))
        .containsExactly("REQUEST SUBMIT_JOB [f] [] [||]");
  }

  @Test
  void linesEndInLfOrCrLf() {
    byte[] bytes = Bytes.ascii("a\nb\r\n\n\r\nc\rd\r\r\n");
    List<String> expected =
        List.of("line [a]", "line [b]", "line []", "line []", "line [c<0d>d<0d>]");
    assertThat(Decoding.whole(bytes)).isEqualTo(expected);
    assertThat(new Decoding().feedByteByByte(bytes).entries()).isEqualTo(expected);
  }

  @Test
  void acceptsALineOf8192BytesAndNoMore() {
    String line = "x".repeat(PacketDecoder.MAX_LINE_LENGTH);
    byte[] longest = Bytes.ascii(line + "\n");
    byte[] tooLong = Bytes.ascii(line + "x\n");
    assertThat(Decoding.whole(longest)).containsExactly("line [" + line + "]");
    assertThat(Decoding.whole(tooLong)).containsExactly("malformed LINE_TOO_LONG");
    for (int split : new int[] {1, 8191, 8192, 8193}) {
      Decoding good = new Decoding().feed(longest, 0, split).feed(longest, split, longest.length);
      assertThat(good.entries()).as("split at %d", split).containsExactly("line [" + line + "]");
      good.assertHoldsNothing();
      Decoding bad = new Decoding().feed(tooLong, 0, split).feed(tooLong, split, tooLong.length);
      assertThat(bad.entries()).as("split at %d", split).containsExactly("malformed LINE_TOO_LONG");
      bad.assertHoldsNothing();
    }
    assertThat(new Decoding().feedByteByByte(longest).entries()).hasSize(1);
    assertThat(new Decoding().feedByteByByte(tooLong).entries())
        .containsExactly("malformed LINE_TOO_LONG");
  }

  @Test
  void ignoresAllThatFollowsMalformedBytes() {
    Decoding decoding = new Decoding().feed(Bytes.ascii("\0GET / HTTP/1.1\r\n"), NOOP);
    decoding.feedByteByByte(NOOP);
    assertThat(decoding.entries()).containsExactly("malformed BAD_MAGIC");
    decoding.assertHoldsNothing();
  }

  @Test
  void readsHttpAsLines() {
    byte[] http = Bytes.ascii("GET / HTTP/1.1\r\nHost: lap\r\n\r\n");
    assertThat(Decoding.whole(http))
        .containsExactly("line [GET / HTTP/1.1]", "line [Host: lap]", "line []");
  }

  @Test
  void canBeStoppedByTheListenerAtAnyMessageWhereverTheStreamIsSplit() {
    byte[] stream =
        Bytes.join(NOOP, Bytes.ascii("stop\r\n"), NOOP, Bytes.request(22, "stop"), NOOP);
    for (String last : List.of("line [stop]", "REQUEST SET_CLIENT_ID [stop]")) {
      for (int split = 0; split <= stream.length; split++) {
        List<String> expected = new ArrayList<>(Decoding.whole(stream));
        expected = expected.subList(0, expected.indexOf(last) + 1);
        Decoding decoding = stoppingAt(last);
        decoding.feed(stream, 0, split).feed(stream, split, stream.length);
        assertThat(decoding.entries()).as("split at %d", split).isEqualTo(expected);
        assertThat(decoding.decoder.isMidMessage()).isFalse();
        decoding.assertHoldsNothing();
      }
    }
  }

  private static Decoding stoppingAt(String last) {
    PacketDecoder[] decoder = new PacketDecoder[1];
    Decoding decoding =
        new Decoding(
            new Transcript() {
              @Override
              public void packet(Packet packet) {
                super.packet(packet);
                stopAtLast();
                // The packet stays readable until the call is over.
                assertThat(packet.buffer().refCnt()).isPositive();
                assertThat(packet.buffer().getByte(packet.bodyStart() - 12)).isZero();
              }

              @Override
              public void line(ByteBuf buffer, int start, int length) {
                super.line(buffer, start, length);
                stopAtLast();
                assertThat(buffer.getByte(start)).isEqualTo((byte) 's');
              }

              private void stopAtLast() {
                if (entries.get(entries.size() - 1).equals(last)) {
                  decoder[0].stop();
                  decoder[0].stop();
                }
              }
            },
            100);
    decoder[0] = decoding.decoder;
    return decoding;
  }

  @Test
  void stopFreesAHalfReceivedPacket() {
    Decoding decoding = new Decoding().feed(Bytes.header("REQ", 7, 1000), new byte[500]);
    assertThat(decoding.decoder.heldBytes()).isPositive();
    decoding.decoder.stop();
    decoding.assertHoldsNothing();
    assertThat(decoding.decoder.isMidMessage()).isFalse();
    assertThat(decoding.feed(new byte[500], NOOP).entries()).isEmpty();
  }

  @Test
  void freesTheHeldPacketWhenTheListenerThrows() {
    Decoding decoding =
        new Decoding(
            new Transcript() {
              @Override
              public void packet(Packet packet) {
                throw new IllegalStateException("listener");
              }
            },
            100);
    byte[] packet = Bytes.request(22, "me");
    decoding.feed(packet, 0, 5);
    assertThatThrownBy(() -> decoding.feed(packet, 5, packet.length)).hasMessage("listener");
    decoding.assertHoldsNothing();
  }
}

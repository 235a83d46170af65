package io.abraxas.vertx.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketDecoderSplitTest {
  private static final byte[] STREAM =
      Bytes.join(
          Bytes.ascii("status\n"),
          GoldenPackets.concatenated(),
          Bytes.ascii("version\r\n\n\r\nmaxqueue f 3\n"),
          Bytes.request(5, "unassigned"),
          Bytes.request(5, ""),
          Bytes.request(13, "H:lap:1"),
          Bytes.request(7, "f"),
          Bytes.request(7, "f|"),
          Bytes.ascii("workers\n"));

  private static final List<String> EXPECTED = expected();

  private static List<String> expected() {
    List<String> entries = new ArrayList<>();
    entries.add("line [status]");
    GoldenPackets.ALL.forEach(golden -> entries.add(golden.entry()));
    entries.add("line [version]");
    entries.add("line []");
    entries.add("line []");
    entries.add("line [maxqueue f 3]");
    entries.add("REQUEST 5");
    entries.add("REQUEST 5");
    entries.add("REQUEST WORK_COMPLETE [H:lap:1] incomplete");
    entries.add("REQUEST SUBMIT_JOB [f] incomplete");
    entries.add("REQUEST SUBMIT_JOB [f|] incomplete");
    entries.add("line [workers]");
    return entries;
  }

  @Test
  void findsAllMessagesInOnePiece() {
    assertThat(Decoding.whole(STREAM)).isEqualTo(EXPECTED);
  }

  @Test
  void findsAllMessagesByteByByte() {
    Decoding decoding = new Decoding().feedByteByByte(STREAM);
    assertThat(decoding.entries()).isEqualTo(EXPECTED);
    decoding.assertHoldsNothing();
  }

  @Test
  void findsAllMessagesWhereverTheStreamIsSplit() {
    for (int split = 0; split <= STREAM.length; split++) {
      Decoding decoding = new Decoding().feed(STREAM, 0, split).feed(STREAM, split, STREAM.length);
      assertThat(decoding.entries()).as("split at %d", split).isEqualTo(EXPECTED);
      decoding.assertHoldsNothing();
    }
  }

  @Test
  void findsAllMessagesWhereverAShortStreamIsSplitTwice() {
    byte[] stream =
        Bytes.join(
            Bytes.ascii("status\n"),
            Bytes.request(7, "f\0u\0payload"),
            Bytes.ascii("version\r\n"),
            Bytes.request(9, ""),
            Bytes.request(12, "H:lap:1\0003\00010"),
            Bytes.request(5, "odd"),
            Bytes.ascii("\r\n"));
    List<String> expected = Decoding.whole(stream);
    assertThat(expected).hasSize(7);
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second++) {
        Decoding decoding =
            new Decoding()
                .feed(stream, 0, first)
                .feed(stream, first, second)
                .feed(stream, second, stream.length);
        assertThat(decoding.entries()).as("split at %d, %d", first, second).isEqualTo(expected);
        decoding.assertHoldsNothing();
      }
    }
  }

  @Test
  void findsAllMessagesInRandomPieces() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      Decoding decoding = new Decoding();
      int most = 1 + random.nextInt(200);
      for (int at = 0; at < STREAM.length; ) {
        int next = Math.min(STREAM.length, at + random.nextInt(most + 1));
        decoding.feed(STREAM, at, next);
        at = next;
      }
      assertThat(decoding.entries()).as("seed %d", seed).isEqualTo(EXPECTED);
      decoding.assertHoldsNothing();
    }
  }

  @Test
  void knowsWhetherAMessageIsUnfinishedAtEverySplit() {
    byte[] packet = Bytes.request(7, "f\0u\0payload");
    for (int split = 0; split <= packet.length; split++) {
      Decoding decoding = new Decoding().feed(packet, 0, split);
      assertThat(decoding.decoder.isMidMessage())
          .as("split at %d", split)
          .isEqualTo(split > 0 && split < packet.length);
    }
  }
}

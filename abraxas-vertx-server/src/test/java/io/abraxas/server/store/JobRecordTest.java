package io.abraxas.server.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.StoredJob;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JobRecordTest {
  private static final String HERE = "0123456789012345678";
  private static final String THERE = "0987654321098765432";

  /** The record of {@link #job}, by hand. */
  private static final String GOLDEN =
      """
      01 01 01 00 00000007 0000018bcfe56800 0000018bcfe56be8
      03 483a61
      0004 6563686f
      01 2d
      00000005 68656c6c6f
      01 00000003 726564
      """
          .replaceAll("\\s", "");

  private final Origins origins = new Origins("H:a", HERE);

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static byte[] golden() {
    return HexFormat.of().parseHex(GOLDEN);
  }

  private static StoredJob job(long handle) {
    return new StoredJob(
        handle,
        bytes("echo"),
        bytes("-"),
        true,
        Priority.HIGH,
        7,
        1_700_000_000_000L,
        1_700_000_001_000L,
        bytes("hello"),
        bytes("red"));
  }

  private static void assertSame(StoredJob read, StoredJob expected) {
    assertThat(read).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void bytesAreThoseOfTheDocumentation() {
    assertThat(HexFormat.of().formatHex(JobRecord.write(job(Origins.handle(0, 42)), origins)))
        .isEqualTo(GOLDEN);
    assertThat(JobRecord.key(Origins.handle(0, 42), origins)).isEqualTo(HERE + ".42");
  }

  @Test
  void readsWhatItWrote() throws UnreadableRecordException {
    int there = origins.enter("H:elsewhere", THERE);
    for (Priority priority : Priority.values()) {
      StoredJob job =
          new StoredJob(
              Origins.handle(there, Origins.MAX_NUMBER),
              bytes("f".repeat(512)),
              bytes("u".repeat(64)),
              false,
              priority,
              Integer.MAX_VALUE,
              0,
              Long.MAX_VALUE,
              new byte[1000],
              null);
      String key = JobRecord.key(job.handle(), origins);
      assertSame(JobRecord.read(key, JobRecord.write(job, origins), origins), job);
    }
  }

  @Test
  void aJobThatWaitsForItsScheduleSaysForWhichDueTime() throws UnreadableRecordException {
    StoredJob job =
        new StoredJob(
            Origins.handle(0, 42),
            bytes("echo"),
            bytes("u"),
            true,
            Priority.NORMAL,
            0,
            1_700_000_000_000L,
            0,
            bytes("hello"),
            null,
            new Firing(THERE, 5, 1_700_000_040_000L));
    byte[] record = JobRecord.write(job, origins);
    String due = "0000018bcfe60440";
    assertThat(HexFormat.of().formatHex(record))
        .endsWith("68656c6c6f" + "0200000023" + hex(THERE) + "0000000000000005" + due);
    assertSame(JobRecord.read(HERE + ".42", record, origins), job);
    byte[] tooShort = HexFormat.of().parseHex(GOLDEN + "02" + "0000000f" + "00".repeat(15));
    assertThatThrownBy(() -> JobRecord.read(HERE + ".42", tooShort, origins))
        .isInstanceOf(UnreadableRecordException.class);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(bytes(text));
  }

  @Test
  void aJobKeepsItsHandleOnAServerThatNeverHeardOfItsOrigin() throws UnreadableRecordException {
    Origins others = new Origins("H:b", THERE);
    StoredJob read = JobRecord.read(HERE + ".42", golden(), others);
    assertThat(new Handles(others).text(read.handle())).isEqualTo("H:a:" + HERE + "42");
  }

  @Test
  void readsARecordOfTheNextVersionButForWhatIsNew() throws UnreadableRecordException {
    byte[] newer = HexFormat.of().parseHex(GOLDEN + "7f00000002abcd" + "7e00000000");
    newer[0] = 2;
    newer[2] |= 0x40;
    assertSame(JobRecord.read(HERE + ".42", newer, origins), job(Origins.handle(0, 42)));
  }

  @Test
  void refusesARecordThatALaterVersionKeepsForItself() {
    byte[] newer = golden();
    newer[0] = 9;
    newer[1] = 2;
    assertThatThrownBy(() -> JobRecord.read(HERE + ".42", newer, origins))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("needs version 2");
  }

  @Test
  void refusesARecordThatIsCutOffAnywhere() {
    byte[] whole = golden();
    // Without its last field it is a whole record again.
    int reducerAt = whole.length - 8;
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      if (length == reducerAt) {
        continue;
      }
      assertThatThrownBy(() -> JobRecord.read(HERE + ".42", part, origins))
          .as("%d bytes", length)
          .isInstanceOf(UnreadableRecordException.class);
    }
  }

  @Test
  void refusesKeysThatAreNone() {
    for (String key :
        new String[] {
          "",
          ".",
          "7",
          HERE,
          HERE + ".",
          HERE + ".0",
          HERE + ".01",
          HERE + ".-1",
          HERE + ".1x",
          HERE + "." + (Origins.MAX_NUMBER + 1),
          HERE + ".9999999999999999999",
          "12.7",
          "x" + HERE + ".7"
        }) {
      assertThatThrownBy(() -> JobRecord.read(key, golden(), origins))
          .as(key)
          .isInstanceOf(UnreadableRecordException.class);
    }
  }

  @Test
  void hostileBytesAreReadOrRefusedAndNothingElse() {
    Random random = new Random(7);
    byte[] golden = golden();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] hostile = golden.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(JobRecord.read(HERE + ".42", hostile, origins)).isNotNull();
      } catch (UnreadableRecordException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}

package io.abraxas.server.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScheduleRecordTest {
  private static final String HERE = "0123456789012345678";
  private static final String THERE = "0987654321098765432";

  /** The record of {@link #fired}, by hand. */
  private static final String GOLDEN =
      """
      01 01 02
      0000018bcfe60440 13 30393837363534333231303938373635343332 0000000000000009
      03 483a61 13 30313233343536373839303132333435363738 000000000000002a
      0004 6563686f
      01 75
      0009 2a202a202a202a2030
      03 555443
      00000005 68656c6c6f
      """
          .replaceAll("\\s", "");

  private final Origins origins = new Origins("H:a", HERE);

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private ScheduleRecord submitted(String unique, String fields, String payload) {
    return ScheduleRecord.of(
        new StoredSchedule(42, bytes("echo"), bytes(unique), fields, from -> from, bytes(payload)),
        "UTC",
        origins);
  }

  private ScheduleRecord submitted() {
    return submitted("u", "* * * * 0", "hello");
  }

  private ScheduleRecord fired() {
    return submitted().with(new Last(1_700_000_040_000L, THERE, 9, true));
  }

  private static void assertSame(ScheduleRecord read, ScheduleRecord expected) {
    assertThat(read).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void bytesAreThoseOfTheDocumentation() {
    assertThat(HexFormat.of().formatHex(fired().bytes())).isEqualTo(GOLDEN);
  }

  @Test
  void readsWhatItWrote() {
    assertSame(ScheduleRecord.of(submitted().bytes()), submitted());
    assertSame(ScheduleRecord.of(fired().bytes()), fired());
    ScheduleRecord intended = fired().with(new Last(7, HERE, Origins.MAX_NUMBER, false));
    assertSame(ScheduleRecord.of(intended.bytes()), intended);
    String longest = "1".repeat(1004);
    ScheduleRecord large = submitted("u".repeat(64), longest, "p".repeat(70_000));
    assertSame(ScheduleRecord.of(large.bytes()), large);
  }

  @Test
  void keepsOfARecordOfTheNextVersionWhatIsNew() {
    byte[] newer = HexFormat.of().parseHex(GOLDEN + "7f00000002abcd");
    newer[0] = 2;
    ScheduleRecord read = ScheduleRecord.of(newer);
    assertThat(read.last()).isEqualTo(fired().last());
    assertThat(read.payload()).isEqualTo(bytes("hello"));
    assertThat(read.bytes()).isEqualTo(newer);
    Last next = new Last(1_700_000_100_000L, HERE, 10, false);
    assertThat(HexFormat.of().formatHex(read.with(next).bytes()))
        .startsWith("020101")
        .endsWith("68656c6c6f7f00000002abcd");
    assertThat(read.replacedBy(submitted()).bytes()).isEqualTo(fired().bytes());
  }

  @Test
  void refusesWhatALaterVersionKeepsForItselfAndWhatIsCutOff() {
    byte[] newer = HexFormat.of().parseHex(GOLDEN);
    newer[0] = 9;
    newer[1] = 2;
    assertThatThrownBy(() -> ScheduleRecord.of(newer)).hasMessageContaining("needs version 2");
    byte[] whole = HexFormat.of().parseHex(GOLDEN);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ScheduleRecord.of(part))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void hostileBytesAreReadOrRefusedAndNothingElse() {
    Random random = new Random(7);
    byte[] golden = HexFormat.of().parseHex(GOLDEN);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] hostile = golden.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(ScheduleRecord.of(hostile)).isNotNull();
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void whatReplacesItKeepsHandleAndFiring() {
    ScheduleRecord next =
        ScheduleRecord.of(
            new StoredSchedule(77, bytes("echo"), bytes("u"), "0 0 * * *", f -> f, bytes("new")),
            "Europe/Berlin",
            origins);
    ScheduleRecord replaced = fired().replacedBy(next);
    assertThat(replaced.isOf(HERE, 42)).isTrue();
    assertThat(replaced.last()).isEqualTo(fired().last());
    assertThat(replaced.isLike(fired())).isFalse();
    assertThat(replaced.zone()).isEqualTo("Europe/Berlin");
    assertThat(replaced.payload()).isEqualTo(bytes("new"));
    assertThat(fired().isLike(submitted())).isTrue();
  }

  @Test
  void theKeyIsTheUniqueIdOrThePayloadOrTheHandle() {
    assertThat(submitted().key()).isEqualTo("4:echo=u");
    assertThat(submitted("", "* * * * *", "hello").key()).isEqualTo("4:echo#" + HERE + ".42");
    assertThat(submitted("-", "* * * * *", "").key()).isEqualTo("4:echo#" + HERE + ".42");
    assertThat(submitted("-", "* * * * *", "hello").key())
        .isEqualTo("4:echo-2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(ScheduleRecord.key(bytes("a=b"), bytes("c"), bytes(""), HERE, 1))
        .isNotEqualTo(ScheduleRecord.key(bytes("a"), bytes("b=c"), bytes(""), HERE, 1));
  }
}

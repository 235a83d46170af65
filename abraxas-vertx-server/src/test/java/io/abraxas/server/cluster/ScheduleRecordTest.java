package io.abraxas.server.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScheduleRecordTest {
  private static final String HERE = "0123456789012345678";
  private static final String THERE = "0987654321098765432";

  /** The record of {@link #fired}, by hand. */
  private static final String GOLDEN =
      """
      02 01 02
      0000018bcfe60440 13 30393837363534333231303938373635343332 0000000000000009
      03 483a61 13 30313233343536373839303132333435363738 000000000000002a
      0004 6563686f
      01 75
      0009 2a202a202a202a2030
      03 555443
      00000005 68656c6c6f
      """
          .replaceAll("\\s", "");

  /** The same, by a server of version 1. */
  private static final String GOLDEN_1 = "01" + GOLDEN.substring(2);

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

  private ScheduleRecord submitted(long number, String payload) {
    StoredSchedule schedule =
        new StoredSchedule(
            number, bytes("echo"), bytes("u"), "* * * * 0", from -> from, bytes(payload));
    return ScheduleRecord.of(schedule, "UTC", origins);
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
  void aTagThatIsCutOffIsDroppedByTheNext() {
    byte[] first = Tags.with(new byte[0], (byte) 1, new byte[] {7});
    byte[] cut = Arrays.copyOf(Tags.with(first, (byte) 3, new byte[] {8, 9}), first.length + 6);
    assertThat(Tags.find(cut, (byte) 3)).isNull();
    byte[] more = Tags.with(cut, (byte) 2, new byte[] {5});
    assertThat(Tags.find(more, (byte) 1)).containsExactly(7);
    assertThat(Tags.find(more, (byte) 2)).containsExactly(5);
    assertThat(Tags.find(more, (byte) 3)).isNull();
    assertThat(Tags.with(more, (byte) 2, new byte[] {6})).hasSameSizeAs(more);
  }

  @Test
  void bytesOfTagsAreThoseOfTheDocumentation() {
    ScheduleRecord replaced =
        fired().replacedBy(submitted(77, "hello")).replacing(List.of(HERE + ".5", THERE + ".6"));
    assertThat(HexFormat.of().formatHex(replaced.bytes()))
        .isEqualTo(
            GOLDEN
                + "01 00000016 30313233343536373839303132333435363738 2e 3737".replaceAll("\\s", "")
                + "02 0000002b".replaceAll("\\s", "")
                + HexFormat.of().formatHex(bytes(HERE + ".5 " + THERE + ".6")));
    ScheduleRecord read = ScheduleRecord.of(replaced.bytes());
    assertSame(read, replaced);
    assertThat(read.mark()).isEqualTo(HERE + ".77");
    assertThat(read.replaced()).containsExactly(HERE + ".5", THERE + ".6");
  }

  @Test
  void readsARecordOfVersionOneAndLeavesItOne() {
    ScheduleRecord read = ScheduleRecord.of(HexFormat.of().parseHex(GOLDEN_1));
    assertThat(read.mark()).as("that of the submit that made it").isEqualTo(fired().mark());
    assertThat(read.isLike(fired())).isTrue();
    assertThat(read.replaced()).isEmpty();
    assertThat(HexFormat.of().formatHex(read.with(fired().last()).bytes())).isEqualTo(GOLDEN_1);
  }

  @Test
  void eachSubmitHasAMarkOfItsOwn() {
    ScheduleRecord again = fired().replacedBy(submitted(77, "hello"));
    assertThat(again.isOf(HERE, 42)).isTrue();
    assertThat(again.isLike(fired())).isFalse();
    ScheduleRecord third = again.replacedBy(submitted(78, "hello"));
    assertThat(third.mark()).isEqualTo(HERE + ".78");
    assertThat(third.bytes()).as("it remembers one mark").hasSameSizeAs(again.bytes());
    assertThat(again.with(null).isLike(again)).isTrue();
    assertThat(again.stored(origins, ScheduleNode::times).mark()).isEqualTo(again.mark());
  }

  @Test
  void someIntentsThatWereReplacedAreRemembered() {
    ScheduleRecord record = fired();
    for (int i = 1; i <= 20; i++) {
      record = record.replacing(List.of(THERE + "." + i));
      assertThat(record.replacing(List.of(THERE + "." + i))).isSameAs(record);
    }
    assertThat(record.replaced()).hasSize(16).startsWith(THERE + ".5").endsWith(THERE + ".20");
    assertThat(record.replacedBy(submitted(77, "new")).replaced()).isEqualTo(record.replaced());
    assertThat(record.replacing(List.of())).isSameAs(record);
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
    newer[0] = 3;
    ScheduleRecord read = ScheduleRecord.of(newer);
    assertThat(read.last()).isEqualTo(fired().last());
    assertThat(read.payload()).isEqualTo(bytes("hello"));
    assertThat(read.bytes()).isEqualTo(newer);
    Last next = new Last(1_700_000_100_000L, HERE, 10, false);
    assertThat(HexFormat.of().formatHex(read.with(next).bytes()))
        .startsWith("030101")
        .endsWith("68656c6c6f7f00000002abcd");
    assertThat(read.replacing(List.of("1.2")).bytes()).startsWith(newer);
    assertThat(read.replacedBy(submitted()).isLike(fired())).isTrue();
  }

  @Test
  void refusesWhatALaterVersionKeepsForItselfAndWhatIsCutOff() {
    byte[] newer = HexFormat.of().parseHex(GOLDEN);
    newer[0] = 9;
    newer[1] = 3;
    assertThatThrownBy(() -> ScheduleRecord.of(newer)).hasMessageContaining("needs version 3");
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

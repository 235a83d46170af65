package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.cluster.NodeEntry.State;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NodeEntryTest {
  private static final UUID MEMBER = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);

  private static final String GOLDEN =
      """
      01 01 01 0102030405060708 090a0b0c0d0e0f10
      09 3132372e302e302e31
      ea60
      02 4142
      03 373737
      0000000000000000
      """
          .replaceAll("\\s", "");

  private final NodeEntry started = NodeEntry.started("777", MEMBER, "127.0.0.1", 60_000, "AB");

  @Test
  void bytesAreThoseOfTheDocumentation() {
    assertThat(HexFormat.of().formatHex(started.bytes())).isEqualTo(GOLDEN);
  }

  @Test
  void aServerThatStartedIsTheHomeOfItsJobs() {
    NodeEntry read = NodeEntry.of(HexFormat.of().parseHex(GOLDEN));
    assertThat(read).isEqualTo(started);
    assertThat(read.state()).isEqualTo(State.UP);
    assertThat(read.member()).isEqualTo(MEMBER);
    assertThat(read.linkHost()).isEqualTo("127.0.0.1");
    assertThat(read.linkPort()).isEqualTo(60_000);
    assertThat(read.linkToken()).isEqualTo("AB");
    assertThat(read.home()).isEqualTo("777");
    assertThat(read.epoch()).isZero();
    assertThat(read.version()).isEqualTo(1);
  }

  @Test
  void everyClaimIsAnEpoch() {
    NodeEntry claimed = started.in(State.LEFT).claimedBy("88888").claimedBy("9");
    assertThat(claimed.home()).isEqualTo("9");
    assertThat(claimed.epoch()).isEqualTo(2);
    assertThat(claimed.state()).isEqualTo(State.LEFT);
    assertThat(claimed.member()).isEqualTo(MEMBER);
    assertThat(NodeEntry.of(claimed.bytes())).isEqualTo(claimed);
    assertThat(started.epoch()).as("the entry it was made of").isZero();
  }

  @Test
  void aServerMayGetAnotherMember() {
    UUID other = new UUID(5, 6);
    NodeEntry moved = started.withMember(other);
    assertThat(moved.member()).isEqualTo(other);
    assertThat(moved.withMember(MEMBER)).isEqualTo(started);
  }

  @Test
  void whatALaterVersionSaysBesidesIsKept() {
    byte[] newer = HexFormat.of().parseHex(GOLDEN + "0500000001ff");
    newer[0] = 2;
    NodeEntry claimed = NodeEntry.of(newer).claimedBy("778").in(State.HANDED);
    assertThat(claimed.version()).isEqualTo(2);
    assertThat(HexFormat.of().formatHex(claimed.bytes())).endsWith("00000000000000010500000001ff");
  }

  @Test
  void refusesAnEntryThatALaterVersionKeepsForItself() {
    byte[] newer = started.bytes().clone();
    newer[1] = 2;
    assertThatThrownBy(() -> NodeEntry.of(newer)).hasMessageContaining("needs version 2");
  }

  @Test
  void refusesBytesThatAreNone() {
    byte[] whole = started.bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> NodeEntry.of(part))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int state : new int[] {0, 5, -1}) {
      byte[] odd = whole.clone();
      odd[2] = (byte) state;
      assertThatThrownBy(() -> NodeEntry.of(odd)).hasMessageContaining("state");
    }
  }
}

package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.broker.Origins;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class UniqueEntryTest {
  private static final String GOLDEN =
      "0101" // versions
          + "000000000000002a" // number
          + "13" // incarnation
          + "30313233343536373839303132333435363738"
          + "05" // name
          + "483a616263";

  private final Origins origins = new Origins("H:here", "9876543210987654321");

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void isWrittenAsItIsDescribed() {
    int index = origins.enter("H:abc", "0123456789012345678");
    assertThat(UniqueEntry.value(Origins.handle(index, 42), origins)).isEqualTo(bytes(GOLDEN));
  }

  @Test
  void makesTheOriginKnown() {
    long handle = UniqueEntry.handle(bytes(GOLDEN), origins);
    assertThat(Origins.number(handle)).isEqualTo(42);
    assertThat(origins.incarnation(Origins.index(handle))).isEqualTo("0123456789012345678");
    assertThat(origins.name(Origins.index(handle))).isEqualTo("H:abc");
  }

  @Test
  void isReadWhateverALaterVersionAdds() {
    byte[] later = Arrays.copyOf(bytes(GOLDEN), GOLDEN.length() / 2 + 3);
    later[0] = 9;
    assertThat(Origins.number(UniqueEntry.handle(later, origins))).isEqualTo(42);
  }

  @Test
  void isNotReadWhenALaterVersionForbidsIt() {
    byte[] later = bytes(GOLDEN);
    later[0] = 9;
    later[1] = 2;
    assertThatThrownBy(() -> UniqueEntry.handle(later, origins))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs version 2");
  }

  @Test
  void isNotReadWhenItIsCutOffOrMakesNoSense() {
    byte[] whole = bytes(GOLDEN);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> UniqueEntry.handle(part, origins))
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] zero = whole.clone();
    zero[9] = 0;
    assertThatThrownBy(() -> UniqueEntry.handle(zero, origins))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] letter = whole.clone();
    letter[12] = 'x';
    assertThatThrownBy(() -> UniqueEntry.handle(letter, origins))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(origins.size()).isOne();
  }
}

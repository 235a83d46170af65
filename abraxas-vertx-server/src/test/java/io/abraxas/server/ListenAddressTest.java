package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @CsvSource({
    "localhost, localhost:4730",
    "localhost:1, localhost:1",
    ":7, 0.0.0.0:7",
    "::1, [::1]:4730",
    "[::1], [::1]:4730",
    "[::1]:9, [::1]:9",
    "10.0.0.1:0, 10.0.0.1:0",
    "unix:/run/g.sock, unix:/run/g.sock"
  })
  void readsAndWrites(String text, String written) {
    ListenAddress address = ListenAddress.parse(text, 4730);
    assertThat(address).hasToString(written);
    assertThat(ListenAddress.parse(written, 1)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "host:", "host:x", "host:65536", "host:-1", "[::1", "[::1]x", "unix:"})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> ListenAddress.parse(text, 4730))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void tellsUnixSocketsApart() {
    assertThat(ListenAddress.parse("unix:a", 1).isUnix()).isTrue();
    assertThat(ListenAddress.parse("unix", 1).isUnix()).isFalse();
  }
}

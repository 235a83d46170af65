package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @CsvSource({
    "localhost, localhost:4730",
    "localhost:0, localhost:0",
    ":80, 0.0.0.0:80",
    "127.0.0.1:65535, 127.0.0.1:65535",
    "::, [::]:4730",
    "::1, [::1]:4730",
    "[::1], [::1]:4730",
    "[::1]:80, [::1]:80",
    "[fe80::1%eth0]:80, [fe80::1%eth0]:80",
    "unix:/run/a b, unix:/run/a b",
    "unix:relative, unix:relative",
  })
  void readsEveryForm(String text, String whole) {
    ListenAddress address = ListenAddress.parse(text, 4730);
    assertThat(address).hasToString(whole);
    assertThat(ListenAddress.parse(whole, 1)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unix:",
        "a:",
        "a:b",
        "a:65536",
        "a:-1",
        "4730",
        "a b",
        "a/b",
        "[::1",
        "[::1]80",
        "[::1]:",
        "[]:80",
        "[localhost]:80",
        "http://a:80",
      })
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> ListenAddress.parse(text, 4730))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot listen on \"" + text + "\"");
  }
}

package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.broker.Origins;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunsTest {
  private static final String A = "1000000000000000001";
  private static final String B = "1000000000000000002";

  /** Version 1: a list of two jobs of one origin and one of another. */
  private static byte[] list() {
    return ByteBuffer.allocate(2 + 2 * (1 + 19 + 4) + 3 * 12)
        .put(new byte[] {1, 1, 19})
        .put(A.getBytes(StandardCharsets.US_ASCII))
        .putInt(2)
        .putLong(7)
        .putInt(0)
        .putLong(Origins.MAX_NUMBER)
        .putInt(3)
        .put((byte) 19)
        .put(B.getBytes(StandardCharsets.US_ASCII))
        .putInt(1)
        .putLong(7)
        .putInt(1)
        .array();
  }

  @Test
  void tellsWhichJobsAreListedWithWhichRetryCounts() {
    Runs runs = new Runs();
    runs.add(list());
    assertThat(runs.has(A, 7, 0)).isTrue();
    assertThat(runs.has(A, 7, 1)).isFalse();
    assertThat(runs.has(A, 7)).isTrue();
    assertThat(runs.has(A, Origins.MAX_NUMBER, 3)).isTrue();
    assertThat(runs.has(A, 8)).isFalse();
    assertThat(runs.has(B, 7, 1)).isTrue();
    assertThat(runs.has("1000000000000000003", 7)).isFalse();
  }

  @Test
  void severalListsAddUp() {
    Runs runs = new Runs();
    runs.add(list());
    byte[] other = list();
    other[2 + 1 + 19 + 4 + 8 + 3] = 9;
    runs.add(other);
    assertThat(runs.has(A, 7, 0)).isTrue();
    assertThat(runs.has(A, 7, 9)).isTrue();
  }

  @Test
  void nothingIsAListToo() {
    Runs runs = new Runs();
    runs.add(Runs.write(List.of(), new Origins("H:lap", A)));
    assertThat(runs.has(A, 1)).isFalse();
  }

  @Test
  void whatIsNoListIsRefused() {
    byte[] whole = list();
    for (int length = 0; length < whole.length; length++) {
      if (length == 2 || length == 2 + 1 + 19 + 4 + 24) {
        continue;
      }
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> new Runs().add(part))
          .as("the first %d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
    whole[1] = 2;
    assertThatThrownBy(() -> new Runs().add(whole)).isInstanceOf(IllegalArgumentException.class);
  }
}

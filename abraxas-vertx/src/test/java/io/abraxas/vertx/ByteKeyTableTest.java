package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteKeyTableTest {
  @Test
  void behavesAsAMapWhateverIsAddedAndRemoved() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, Integer> expected = new HashMap<>();
    ByteKeyTable<Integer> table = new ByteKeyTable<>();
    for (int i = 0; i < 100_000; i++) {
      String key = "H:host:" + random.nextInt(300);
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      if (random.nextBoolean()) {
        expected.put(key, i);
        table.put(bytes, i);
      } else {
        expected.remove(key);
        table.remove(bytes);
      }
      String probe = "H:host:" + random.nextInt(300);
      ByteBuf buffer = Unpooled.copiedBuffer("xx" + probe + "yy", StandardCharsets.UTF_8);
      assertThat(table.get(buffer, 2, probe.length()))
          .as("seed %d", seed)
          .isEqualTo(expected.get(probe));
      assertThat(table.size()).as("seed %d", seed).isEqualTo(expected.size());
    }
  }
}

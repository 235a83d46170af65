package io.abraxas.server.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.ReplySlot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replies that are decided late, and in another order than that of the requests. */
class OutboundTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final Outbound out = new Outbound(allocator);

  @AfterEach
  void freesAllMemory() {
    out.close();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  private void write(String text) {
    out.buffer().writeCharSequence(text, US_ASCII);
  }

  private void fill(ReplySlot slot, String text) {
    out.fill(slot).writeCharSequence(text, US_ASCII);
    out.filled(slot);
  }

  private String take() {
    ByteBuf bytes = out.take();
    if (bytes == null) {
      return "";
    }
    String text = bytes.toString(US_ASCII);
    bytes.release();
    return text;
  }

  @Test
  void sendsWhatIsWrittenAtOnceWhenNothingIsAwaited() {
    assertThat(take()).isEmpty();
    write("a");
    write("b");
    assertThat(out.bytes()).isEqualTo(2);
    assertThat(take()).isEqualTo("ab");
    assertThat(out.bytes()).isZero();
    assertThat(take()).isEmpty();
  }

  @Test
  void holdsBackWhatIsWrittenAfterASlotUntilThatIsFilled() {
    write("a");
    ReplySlot slot = out.hold();
    write("c");
    assertThat(take()).isEqualTo("a");
    assertThat(take()).isEmpty();
    assertThat(out.bytes()).isEqualTo(1);
    write("d");
    fill(slot, "b");
    assertThat(out.bytes()).isEqualTo(3);
    write("e");
    assertThat(take()).isEqualTo("bcde");
  }

  @Test
  void sendsRepliesInTheOrderOfTheirSlots() {
    ReplySlot first = out.hold();
    ReplySlot second = out.hold();
    write("c");
    ReplySlot third = out.hold();
    write("e");
    fill(third, "d");
    fill(second, "b");
    assertThat(take()).isEmpty();
    assertThat(out.bytes()).isEqualTo(4);
    fill(first, "a");
    assertThat(out.bytes()).isEqualTo(5);
    assertThat(take()).isEqualTo("abcde");
    assertThat(out.bytes()).isZero();
  }

  @Test
  void forgetsAllWhenClosedAndLetsSlotsBeFilledAfterwards() {
    write("a");
    ReplySlot first = out.hold();
    write("b");
    ReplySlot second = out.hold();
    fill(second, "c");
    out.close();
    fill(first, "d");
    assertThat(take()).isEmpty();
    assertThat(out.bytes()).isZero();
  }

  @Test
  void keepsOrderAndCountsBytesWhateverHappens() {
    for (long seed = 1; seed <= 200; seed++) {
      checkRandom(seed);
    }
  }

  private void checkRandom(long seed) {
    Random random = new Random(seed);
    List<ReplySlot> open = new ArrayList<>();
    List<String> replies = new ArrayList<>();
    StringBuilder expected = new StringBuilder();
    StringBuilder sent = new StringBuilder();
    int number = 0;
    long written = 0;
    for (int step = 0; step < 100; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          String text = "<" + number++ + ">";
          expected.append(text);
          written += text.length();
          write(text);
        }
        case 2 -> {
          String text = "[" + number++ + "]";
          expected.append(text);
          open.add(out.hold());
          replies.add(text);
        }
        default -> {
          if (!open.isEmpty()) {
            int i = random.nextInt(open.size());
            written += replies.get(i).length();
            fill(open.remove(i), replies.remove(i));
          }
          sent.append(take());
        }
      }
      assertThat(out.bytes()).as("seed %d, step %d", seed, step).isEqualTo(written - sent.length());
    }
    Collections.reverse(open);
    Collections.reverse(replies);
    for (int i = 0; i < open.size(); i++) {
      fill(open.get(i), replies.get(i));
    }
    sent.append(take());
    assertThat(sent).as("seed %d", seed).hasToString(expected.toString());
    assertThat(out.bytes()).isZero();
  }
}

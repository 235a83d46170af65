package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The tables below the rules, each against a plain collection. */
class TablesTest {
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final FunctionQueue function = new FunctionQueue(Member.bytes("f"), 0);

  private Job job(long handle, String unique) {
    return new Job(handle, function, Priority.NORMAL, Member.bytes(unique), Job.NONE);
  }

  @Test
  void theJobTableFindsWhatIsInIt() {
    JobTable table = new JobTable();
    Map<Long, Job> expected = new HashMap<>();
    List<Long> handles = new ArrayList<>();
    long last = 0;
    for (int i = 0; i < 300_000; i++) {
      boolean grows = (i / 50_000) % 2 == 0;
      if (handles.isEmpty() || random.nextInt(10) < (grows ? 7 : 2)) {
        last += random.nextInt(20) == 0 ? 1 + random.nextInt(500) : 1;
        Job job = job(last, "");
        table.add(job);
        expected.put(last, job);
        handles.add(last);
      } else {
        int at = random.nextInt(handles.size());
        long handle = handles.get(at);
        handles.set(at, handles.get(handles.size() - 1));
        handles.remove(handles.size() - 1);
        table.remove(expected.remove(handle));
      }
      long probe = Math.floorMod(random.nextLong(), last + 10);
      assertThat(table.get(probe)).as("seed %d", seed).isSameAs(expected.get(probe));
    }
    Set<Job> all = new HashSet<>();
    table.forEach(all::add);
    assertThat(all).as("seed %d", seed).isEqualTo(new HashSet<>(expected.values()));
    assertThat(table.size()).isEqualTo(expected.size());
  }

  @Test
  void deadlinesComeOutInOrder() {
    Deadlines deadlines = new Deadlines();
    List<Job> in = new ArrayList<>();
    long handle = 0;
    for (int i = 0; i < 50_000; i++) {
      int what = random.nextInt(i < 25_000 ? 4 : 8);
      if (in.isEmpty() || what < 2) {
        Job job = job(++handle, "");
        // Across the wrap of a nanosecond clock.
        deadlines.add(job, Long.MAX_VALUE - 50 + random.nextInt(100));
        in.add(job);
      } else if (what == 2) {
        Job job = in.remove(random.nextInt(in.size()));
        deadlines.remove(job);
        deadlines.remove(job);
      } else {
        Job soonest = in.size() > 500 ? (Job) deadlines.peek() : smallest(in);
        assertThat(deadlines.peek()).as("seed %d", seed).isSameAs(soonest);
        deadlines.remove(soonest);
        in.remove(soonest);
      }
      assertThat(deadlines.size()).as("seed %d", seed).isEqualTo(in.size());
    }
  }

  private static Job smallest(List<Job> jobs) {
    Comparator<Job> order = (a, b) -> Long.signum(a.at - b.at);
    return jobs.stream().min(order.thenComparing(Job::handle)).orElseThrow();
  }

  @Test
  void theUniqueIndexFindsTheNewest() {
    UniqueIndex index = new UniqueIndex();
    Map<String, List<Job>> expected = new HashMap<>();
    long handle = 0;
    for (int i = 0; i < 100_000; i++) {
      String unique = "u" + random.nextInt(i < 50_000 ? 5000 : 50);
      List<Job> jobs = expected.computeIfAbsent(unique, u -> new ArrayList<>());
      ByteBuf bytes = Unpooled.wrappedBuffer(Member.bytes("xy" + unique));
      int length = unique.length();
      int hash = UniqueIndex.hash(bytes, 2, length);
      if (jobs.size() < 3 && random.nextBoolean()) {
        Job job = job(++handle, unique);
        job.state = JobState.QUEUED;
        index.add(job, hash);
        jobs.add(job);
      } else if (!jobs.isEmpty()) {
        index.remove(jobs.remove(random.nextInt(jobs.size())));
      }
      Job newest = jobs.isEmpty() ? null : jobs.get(jobs.size() - 1);
      assertThat(index.find(function, false, hash, bytes, 2, length)).isSameAs(newest);
      assertThat(index.findAny(bytes, 2, length)).isSameAs(newest);
    }
    expected.values().forEach(jobs -> jobs.forEach(index::remove));
    assertThat(index.size()).as("seed %d", seed).isZero();
  }

  @Test
  void hashesDoNotDependOnWhereTheBytesLie() {
    for (int length = 0; length < 70; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      ByteBuf there = Unpooled.buffer().writeZero(5).writeBytes(bytes).writeZero(3);
      int expected = UniqueIndex.hash(Unpooled.wrappedBuffer(bytes), 0, length);
      assertThat(UniqueIndex.hash(there, 5, length)).as("length %d", length).isEqualTo(expected);
    }
  }

  @Test
  void aPeerCannotChooseIdsThatShareAHash() {
    // A change of the top bit of a word survives a multiplication unchanged: in a hash that
    // multiplies by a constant two such changes cancel out, whatever the seed.
    Set<Integer> hashes = new HashSet<>();
    for (int choice = 0; choice < 256; choice++) {
      ByteBuf id = Unpooled.buffer();
      for (int pair = 0; pair < 8; pair++) {
        boolean changed = (choice >> pair & 1) == 1;
        id.writeIntLE(0x61616161 ^ (changed ? 0x80000000 : 0));
        id.writeIntLE(0x61616161 ^ (changed ? 0x80010000 : 0));
      }
      hashes.add(UniqueIndex.hash(id, 0, id.writerIndex()));
    }
    assertThat(hashes).hasSizeGreaterThan(250);
  }

  @Test
  void hashesSpread() {
    int[] buckets = new int[1024];
    for (int i = 0; i < 102_400; i++) {
      byte[] id = Member.bytes("job-" + i);
      buckets[UniqueIndex.hash(Unpooled.wrappedBuffer(id), 0, id.length) & 1023]++;
    }
    for (int count : buckets) {
      assertThat(count).isBetween(40, 200);
    }
  }

  @Test
  void handlesAreReadAgainAndNothingElseIs() {
    Handles handles = new Handles(new Origins("H:lap", "1234567890123456789"));
    for (long number : new long[] {1, 9, 10, 63, 64, 1234567, Origins.MAX_NUMBER}) {
      ByteBuf out = Unpooled.buffer().writeZero(2);
      handles.write(out, number);
      assertThat(out.toString(2, out.writerIndex() - 2, java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo(handles.text(number))
          .hasSizeLessThanOrEqualTo(Handles.MAX_LENGTH);
      assertThat(handles.parse(out, 2, out.writerIndex() - 2)).isEqualTo(number);
    }
    String prefix = "H:lap:1234567890123456789";
    for (String bad :
        List.of(
            "",
            "1",
            prefix,
            prefix + "0",
            prefix + "01",
            prefix + "-1",
            prefix + "1x",
            prefix + "17592186044416",
            prefix + "99999999999999",
            prefix + "100000000000000",
            prefix + "9".repeat(200),
            "H:lap:12345678901234567881",
            "x" + prefix + "1")) {
      assertThat(handles.parse(bad)).as(bad).isEqualTo(-1);
    }
  }

  @Test
  void handlesOfOtherServersAreNumbersTooOnceTheyAreKnown() {
    Origins origins = new Origins("H:lap", "1234567890123456789");
    Handles handles = new Handles(origins);
    String foreign = "H:top:1234567890123456788" + Origins.MAX_NUMBER;
    assertThat(handles.parse(foreign)).isEqualTo(-1);

    int index = origins.enter("H:top", "1234567890123456788");
    long handle = Origins.handle(index, Origins.MAX_NUMBER);

    assertThat(handles.parse(foreign)).isEqualTo(handle).isNotEqualTo(handles.parse("x" + foreign));
    assertThat(handles.text(handle)).isEqualTo(foreign);
    assertThat(handles.text(Origins.borrowed(handle))).isEqualTo(foreign);
    assertThat(Origins.index(Origins.borrowed(handle))).isEqualTo(index);
    assertThat(Origins.isBorrowed(Origins.borrowed(handle))).isTrue();
    assertThat(Origins.isBorrowed(handle)).isFalse();
    assertThat(handles.text(7)).isEqualTo("H:lap:12345678901234567897");
    assertThat(handles.parse("H:lap:12345678901234567897")).isEqualTo(7);
  }

  @Test
  void anOriginKeepsItsIndex() {
    Origins origins = new Origins("H:lap", "1234567890123456789");
    int index = origins.enter("H:top", "1234567890123456788");
    assertThat(origins.enter("H:else", "1234567890123456788")).isEqualTo(index);
    assertThat(origins.enter("H:top", "1234567890123456789")).isZero();
    assertThat(origins.find("1234567890123456788")).isEqualTo(index);
    assertThat(origins.find("1234567890123456787")).isEqualTo(-1);
    assertThat(origins.name(index) + origins.incarnation(index))
        .isEqualTo("H:top1234567890123456788");
    assertThat(origins.size()).isEqualTo(2);
    for (String bad : List.of("H:a b", "H:".repeat(20))) {
      assertThatThrownBy(() -> origins.enter(bad, "1234567890123456787"))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> origins.enter("H:top", "123456789012345678x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anotherServerMayHaveANameThatBeginsAsOurHandlesDo() {
    Origins origins = new Origins("a", "1234567890123456789");
    Handles handles = new Handles(origins);
    int index = origins.enter("a:12345678901234567891", "1".repeat(19));
    String foreign = "a:12345678901234567891:" + "1".repeat(19) + "5";
    assertThat(handles.parse(foreign)).isEqualTo(Origins.handle(index, 5));
    assertThat(handles.parse("a:12345678901234567891")).isEqualTo(1);
  }

  @Test
  void handlesOfAnyHostAreShortAndPlain() {
    Handles handles =
        new Handles(new Origins("H:a host\twith \u00e4 name".repeat(9), "1234567890123456789"));
    assertThat(handles.text(Origins.MAX_NUMBER)).hasSize(Handles.MAX_LENGTH).matches("[!-~]+");
    assertThat(handles.parse(handles.text(7))).isEqualTo(7);
  }
}

package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BrokerModelTest {
  private static final int SEEDS = 300;
  private static final int EVENTS = 2000;
  private static final String[] FUNCTIONS = {"a", "b", "c", "d"};
  private static final String[] UNIQUES = {"", "", "", "-", "u1", "u2", "u3"};

  @Test
  void keepsItsPromisesWhateverHappens() {
    long first = System.nanoTime();
    for (long seed = first; seed < first + SEEDS; seed++) {
      try {
        new Run(seed).play();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** One random course of events. */
  private static final class Run {
    private final Random random;
    private final int jobRetries;
    private final Harness h;

    /** Null: the schedules are the broker's own. */
    private final LateSchedules schedules;

    private final Expectations expected;
    private final List<Member> members = new ArrayList<>();
    private long highestHandle = 1;

    /** Records that other servers left. */
    private final Map<Long, StoredJob> foreign = new HashMap<>();

    /** What a reading that goes on has found and not adopted yet, or null. */
    private Deque<StoredJob> reading;

    Run(long seed) {
      random = new Random(seed);
      jobRetries = random.nextInt(3);
      BrokerConfig config =
          new BrokerConfig(jobRetries, false, random.nextInt(3), random.nextBoolean());
      long memory = random.nextInt(4) == 0 ? 20L * Job.OVERHEAD : 0;
      h = new Harness(config, memory, random.nextBoolean(), random.nextInt(3) == 0);
      h.auditEvery = 50;
      schedules = h.store == null ? null : new LateSchedules(h);
      expected = new Expectations(h);
    }

    private <T> T pick(T[] choices) {
      return choices[random.nextInt(choices.length)];
    }

    void play() {
      for (int i = 0; i < EVENTS; i++) {
        happen();
        expected.afterEvent(jobRetries);
      }
      finish();
    }

    private void happen() {
      if (members.size() < 3 || (members.size() < 9 && random.nextInt(20) == 0)) {
        connect();
        return;
      }
      Member member = members.get(random.nextInt(members.size()));
      switch (random.nextInt(26)) {
        case 0 -> canDo(member, pick(FUNCTIONS));
        case 1 -> forget(member);
        case 2, 3 -> {
          expected.sleeps(member);
          member.sleep();
        }
        case 4, 5, 6, 7 -> grab(member);
        case 8, 9, 10, 11 -> submit(member);
        case 12 -> submitLater(member);
        case 13, 14, 15, 16 -> end(member);
        case 17 -> reportOnAnything(member);
        case 18 -> pass(random.nextInt(1500));
        case 19 -> control();
        case 20, 21 -> takeOver();
        default -> answer();
      }
    }

    private void connect() {
      Member member = h.connect();
      members.add(member);
      expected.connected(member);
      if (random.nextInt(5) == 0) {
        member.withStreaming();
      }
      if (random.nextBoolean()) {
        canDo(member, pick(FUNCTIONS));
      }
    }

    private void canDo(Member member, String function) {
      long timeout = random.nextInt(3) == 0 ? 1000L + random.nextInt(3000) : 0;
      expected.canDo(member, function, timeout);
      member.canDo(function, timeout);
    }

    private void forget(Member member) {
      String function = pick(FUNCTIONS);
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          expected.cannotDo(member, function);
          member.cantDo(function);
        }
        case 2 -> {
          expected.cannotDoAnything(member);
          member.resetAbilities();
        }
        case 3, 4 -> leave(member);
        default -> member.withExceptions();
      }
    }

    private void leave(Member member) {
      expected.leaves(member);
      members.remove(member);
      member.leave();
    }

    private void grab(Member member) {
      expected.beforeGrab(member);
      member.grab();
    }

    private void submit(Member member) {
      String function = pick(FUNCTIONS);
      boolean background = random.nextBoolean();
      expected.submitted(member, function, background);
      String payload = random.nextInt(5) == 0 ? "" : "p" + random.nextInt(3);
      Priority priority = pick(Priority.values());
      member.submit(priority, background, function, unique(), payload);
    }

    private String unique() {
      return pick(UNIQUES);
    }

    private void submitLater(Member member) {
      String function = pick(FUNCTIONS);
      long at = h.clock.epochMillis + random.nextInt(5000);
      if (random.nextInt(4) == 0 && h.broker.schedules().size() < 4) {
        // Its JOB_CREATED names no job, so it is expected as that of a foreground job would be
        // that ends at once.
        long period = 500L + random.nextInt(5000);
        Member alone = h.connect();
        alone.schedule(function, unique(), "p", from -> from + period);
        alone.leave();
      } else {
        expected.submitted(member, function, true);
        member.submitAt(function, unique(), "p", at);
      }
    }

    private void end(Member member) {
      List<Long> held = expected.heldBy(member);
      if (held.isEmpty()) {
        return;
      }
      long handle = held.get(random.nextInt(held.size()));
      switch (random.nextInt(8)) {
        case 0 -> member.data(handle, "d");
        case 1 -> member.status(handle, 1, 2);
        case 2 -> {
          expected.ended(member, handle);
          member.failed(handle);
        }
        case 3 -> {
          expected.ended(member, handle);
          member.exception(handle, "x");
          member.failed(handle);
        }
        default -> {
          expected.ended(member, handle);
          member.complete(handle, "r");
        }
      }
    }

    private void reportOnAnything(Member member) {
      long handle = anyHandle();
      WorkReport report = pick(WorkReport.values());
      if (report.endsJob()) {
        expected.ended(member, handle);
      }
      member.report(report, handle, "x");
    }

    private long anyHandle() {
      h.broker.forEachJob(job -> highestHandle = Math.max(highestHandle, job.handle()));
      return highestHandle - random.nextInt(20);
    }

    private void pass(long millis) {
      h.clock.epochMillis += millis;
      h.clock.nanos += millis * 1_000_000;
      expected.timePassed();
      h.pass(0);
    }

    private void control() {
      long handle = anyHandle();
      if (random.nextInt(8) == 0) {
        String function = pick(FUNCTIONS);
        if (h.drop(function) == null) {
          expected.dropped(function);
        }
      } else if (h.cancel(handle)) {
        expected.cancelled(handle);
      }
    }

    /** Other servers come and go. */
    private void takeOver() {
      if (h.store == null) {
        return;
      }
      int origin = 1 + random.nextInt(2);
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> {
          long handle = Origins.handle(origin, foreign.size() + 1);
          foreign.put(handle, foreignJob(handle));
          h.store.kept.add(handle);
        }
        case 3, 4 -> read();
        case 5 -> {
          expected.forgotten(origin);
          h.broker.adoption().forget(origin);
          h.endTurn();
        }
        case 6 -> h.broker.adoption().writeAgain(anyHandle());
        default -> adoptNext();
      }
    }

    private StoredJob foreignJob(long handle) {
      long due = random.nextInt(4) == 0 ? h.clock.epochMillis + random.nextInt(5000) : 0;
      return new StoredJob(
          handle,
          Member.bytes(pick(FUNCTIONS)),
          Member.bytes(unique()),
          false,
          pick(Priority.values()),
          random.nextInt(2),
          h.clock.epochMillis,
          due,
          Member.bytes("p" + random.nextInt(3)),
          null);
    }

    /** Begins a reading, which finds what the store has now, and what it is about to forget. */
    private void read() {
      if (reading == null) {
        h.broker.adoption().beginReading();
        reading = new ArrayDeque<>();
        foreign.forEach(
            (handle, job) -> {
              if (h.store.kept.contains(handle) || h.store.leaving.contains(handle)) {
                reading.add(job);
              }
            });
      }
    }

    private void adoptNext() {
      if (reading == null) {
        return;
      }
      StoredJob stored = reading.poll();
      if (stored == null) {
        reading = null;
        h.broker.adoption().endReading();
        return;
      }
      long handle = stored.handle();
      boolean removed = h.store.leaving.contains(handle) || !h.store.kept.contains(handle);
      int ran = random.nextInt(2);
      boolean adopted = h.broker.adoption().adopt(stored, ran == 1);
      assertThat(adopted && removed).as("%d ended and is back", handle).isFalse();
      Job job = h.broker.find(handle);
      if (adopted) {
        expected.adopted(handle, Member.text(stored.function()), stored.retries() + ran);
      } else if (job != null && job.stored) {
        expected.adopted(handle, Member.text(stored.function()), job.retries);
      }
      h.endTurn();
    }

    private void answer() {
      if (schedules != null && !schedules.isIdle() && random.nextBoolean()) {
        answerSchedule();
        return;
      }
      if (h.store != null && !h.store.leaving.isEmpty() && random.nextBoolean()) {
        List<Long> leaving = h.store.leaving;
        h.store.answerRemoval(leaving.get(random.nextInt(leaving.size())));
        return;
      }
      if (h.store != null && !h.store.pending.isEmpty()) {
        List<Long> pending = h.store.pending;
        h.store.answer(pending.get(random.nextInt(pending.size())), random.nextInt(8) > 0);
      }
      if (h.owners != null && !h.owners.pending.isEmpty()) {
        List<Long> pending = h.owners.pending;
        long handle = pending.get(random.nextInt(pending.size()));
        // One that was given up is looked for, and there is nobody else here.
        boolean ours = Origins.index(handle) == 0 && random.nextInt(8) > 0;
        h.owners.answer(handle, ours ? Owner.OURS : Owner.UNKNOWN);
      }
    }

    private void answerSchedule() {
      boolean good = random.nextInt(8) > 0;
      if (!schedules.submitted.isEmpty()) {
        if (good) {
          schedules.keep();
        } else {
          schedules.refuse();
        }
      } else if (!schedules.cancelled.isEmpty()) {
        schedules.forget();
      } else if (!schedules.due.isEmpty()) {
        schedules.fire();
      } else if (good) {
        schedules.queue();
      } else {
        schedules.drop();
      }
    }

    /** Everything comes to its end, and nothing is left. */
    private void finish() {
      do {
        new ArrayList<>(h.broker.schedules()).forEach(schedule -> h.cancel(schedule.handle()));
        answer();
        expected.afterEvent(jobRetries);
      } while (pendingAnswers());
      pass(10_000);
      expected.afterEvent(jobRetries);
      for (Member member : members) {
        for (long handle : expected.heldBy(member)) {
          expected.ended(member, handle);
          member.complete(handle, "r");
        }
        // It may have a cancelled job still whose time was up.
        expected.cannotDoAnything(member);
        member.resetAbilities();
        expected.afterEvent(jobRetries);
      }
      if (h.store != null) {
        readAll();
      }
      Member last = h.connect();
      members.add(last);
      expected.connected(last);
      for (String function : FUNCTIONS) {
        expected.canDo(last, function, 0);
        last.canDo(function);
      }
      for (int left = EVENTS; h.broker.jobs() > 0; left--) {
        assertThat(left).as("turns left for the last %d jobs", h.broker.jobs()).isPositive();
        grab(last);
        expected.afterEvent(jobRetries);
        for (long handle : expected.heldBy(last)) {
          expected.ended(last, handle);
          last.complete(handle, "r");
        }
        answer();
        expected.afterEvent(jobRetries);
      }
      expected.assertAllTold();
      Audit.checkEmpty(h);
    }

    /** What was given up and nobody else went on with comes back. */
    private void readAll() {
      while (reading != null) {
        adoptNext();
        expected.afterEvent(jobRetries);
      }
      read();
      while (reading != null) {
        adoptNext();
        expected.afterEvent(jobRetries);
      }
    }

    private boolean pendingAnswers() {
      return (schedules != null && !schedules.isIdle())
          || (h.store != null && !(h.store.pending.isEmpty() && h.store.leaving.isEmpty()))
          || (h.owners != null && !h.owners.pending.isEmpty());
    }
  }
}

package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold whatever happens, told from what the members saw and not from the broker's tables:
 * the naive half of the model test.
 */
final class Expectations {
  private final Harness harness;
  private final Map<Member, View> views = new HashMap<>();

  /** Who has a job, and until when. */
  private final Map<Long, Hold> holders = new HashMap<>();

  /** Background jobs that somebody was told of and that did not end. */
  private final Map<Long, String> acknowledged = new HashMap<>();

  private final Map<Long, Integer> losses = new HashMap<>();

  /** In which event a job became runnable, to tell who was first. */
  private Map<Job, Integer> runnableSince = new HashMap<>();

  private int event;

  private record Hold(Member member, String function, long deadline) {}

  private record Sent(String function, boolean background) {}

  /** What one member has reason to expect. */
  private static final class View {
    final Deque<Sent> unanswered = new ArrayDeque<>();
    final Map<Long, Integer> owed = new HashMap<>();
    final Map<String, Long> abilities = new HashMap<>();
    boolean asleep;
  }

  Expectations(Harness harness) {
    this.harness = harness;
  }

  void connected(Member member) {
    View view = new View();
    views.put(member, view);
    member.listener = line -> hear(member, view, line);
  }

  void submitted(Member member, String function, boolean background) {
    views.get(member).unanswered.add(new Sent(function, background));
  }

  void sleeps(Member member) {
    views.get(member).asleep = true;
  }

  void canDo(Member member, String function, long timeoutMillis) {
    views.get(member).abilities.put(function, timeoutMillis);
  }

  void cannotDo(Member member, String function) {
    views.get(member).abilities.remove(function);
    release(hold -> hold.member == member && hold.function.equals(function));
  }

  void cannotDoAnything(Member member) {
    views.get(member).abilities.clear();
    release(hold -> hold.member == member);
  }

  void leaves(Member member) {
    views.remove(member);
    release(hold -> hold.member == member);
  }

  void timePassed() {
    long now = harness.clock.epochMillis;
    release(hold -> hold.deadline <= now);
  }

  private void release(java.util.function.Predicate<Hold> isLost) {
    Set<Long> lost = new HashSet<>();
    holders.forEach(
        (handle, hold) -> {
          if (isLost.test(hold)) {
            lost.add(handle);
          }
        });
    for (long handle : lost) {
      holders.remove(handle);
      losses.merge(handle, 1, Integer::sum);
    }
  }

  /** Handles that a member has, oldest first. */
  List<Long> heldBy(Member member) {
    return holders.keySet().stream().filter(h -> holders.get(h).member == member).sorted().toList();
  }

  /** A report that ends a job was given. */
  void ended(Member member, long handle) {
    Hold hold = holders.get(handle);
    if (hold != null && hold.member == member) {
      holders.remove(handle);
      acknowledged.remove(handle);
    }
  }

  /** A job of another server is this one's from now on. */
  void adopted(long handle, String function, int retries) {
    acknowledged.put(handle, function);
    losses.put(handle, retries);
  }

  /** Jobs of an origin are another server's from now on. */
  void forgotten(int origin) {
    acknowledged.keySet().removeIf(handle -> Origins.index(handle) == origin);
  }

  void cancelled(long handle) {
    acknowledged.remove(handle);
  }

  void dropped(String function) {
    acknowledged.values().removeIf(function::equals);
  }

  /** Who could be assigned what just before a grab; see {@link #afterEvent}. */
  void beforeGrab(Member member) {
    grabbing = member;
    best = Integer.MAX_VALUE;
    for (Job job : runnableSince.keySet()) {
      if (views.get(member).abilities.containsKey(Member.text(job.functionName()))) {
        best = Math.min(best, job.priority().level);
      }
    }
    views.get(member).asleep = false;
  }

  private Member grabbing;
  private int best;

  void afterEvent(int jobRetries) {
    event++;
    for (Map.Entry<Member, View> entry : views.entrySet()) {
      for (String line : entry.getKey().seen()) {
        see(entry.getValue(), line);
      }
    }
    assertThat(grabbing).as("a grab without an answer").isNull();
    noteRunnable();
    acknowledged.keySet().removeIf(h -> jobRetries > 0 && losses.getOrDefault(h, 0) >= jobRetries);
    for (long handle : acknowledged.keySet()) {
      assertThat(harness.broker.find(handle)).as("acknowledged job %d", handle).isNotNull();
    }
    checkNoLostWakeUp();
  }

  private void noteRunnable() {
    Map<Job, Integer> now = new HashMap<>();
    harness.broker.forEachJob(
        job -> {
          if (job.state == JobState.QUEUED) {
            now.put(job, runnableSince.getOrDefault(job, event));
          }
        });
    runnableSince = now;
  }

  /** What the broker does at once, whenever the peer comes to see it. */
  private void hear(Member member, View view, String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "assign" -> assigned(member, view, Long.parseLong(words[1]), words[2]);
      case "nojob" -> {
        assertThat(member).isSameAs(grabbing);
        assertThat(best).as("no job, although there are some").isEqualTo(Integer.MAX_VALUE);
        grabbing = null;
      }
      case "noop" -> {
        assertThat(view.asleep).as("woken while asleep").isTrue();
        view.asleep = false;
      }
      default -> {}
    }
  }

  private void see(View view, String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "created" -> created(view, Long.parseLong(words[1]));
      case "refused" -> {
        if (!words[1].endsWith("_WITHOUT_JOB")) {
          view.unanswered.remove();
        }
      }
      case "assign", "nojob", "noop" -> {}
      case "data", "warning", "status" ->
          assertThat(view.owed).as(line).containsKey(Long.parseLong(words[1]));
      default -> {
        long handle = Long.parseLong(words[1]);
        assertThat(view.owed).as(line).containsKey(handle);
        view.owed.computeIfPresent(handle, (h, n) -> n == 1 ? null : n - 1);
      }
    }
  }

  private void created(View view, long handle) {
    Sent sent = view.unanswered.remove();
    Job job = harness.broker.find(handle);
    if (job != null) {
      assertThat(Member.text(job.functionName())).isEqualTo(sent.function);
    }
    if (!sent.background) {
      view.owed.merge(handle, 1, Integer::sum);
    } else if (job != null && (job.stored || harness.store == null)) {
      // Else it was given up before the reply was seen.
      acknowledged.put(handle, sent.function);
    }
  }

  private void assigned(Member member, View view, long handle, String function) {
    assertThat(member).isSameAs(grabbing);
    grabbing = null;
    assertThat(holders).as("jobs that somebody has").doesNotContainKey(handle);
    assertThat(view.abilities).containsKey(function);
    long timeout = view.abilities.get(function);
    long deadline = timeout == 0 ? Long.MAX_VALUE : harness.clock.epochMillis + timeout;
    holders.put(handle, new Hold(member, function, deadline));
    Job job = harness.broker.find(handle);
    assertThat(job.priority().level).as("priority of %d", handle).isEqualTo(best);
    int since = runnableSince.get(job);
    for (Map.Entry<Job, Integer> other : runnableSince.entrySet()) {
      if (other.getKey().function == job.function && other.getKey().priority() == job.priority()) {
        assertThat(other.getValue())
            .as("%d was first", other.getKey().handle)
            .isGreaterThanOrEqualTo(since);
      }
    }
  }

  /** Where a worker sleeps beside a runnable job, another one was woken for it. */
  private void checkNoLostWakeUp() {
    Set<FunctionQueue> covered = new HashSet<>();
    Set<FunctionQueue> slept = new HashSet<>();
    for (Session session : harness.broker.sessions()) {
      for (Ability ability : session.abilities) {
        if (session.woken) {
          covered.add(ability.function);
        } else if (session.sleeping && ability.function.hasRunnable()) {
          slept.add(ability.function);
        }
      }
    }
    assertThat(covered).as("functions that somebody was woken for").containsAll(slept);
  }

  /** All jobs are over and nobody left any more: every client heard an ending of each. */
  void assertAllTold() {
    for (View view : views.values()) {
      assertThat(view.unanswered).as("submits without a reply").isEmpty();
      assertThat(view.owed).as("jobs without an ending").isEmpty();
    }
    assertThat(acknowledged).as("acknowledged jobs that did not end").isEmpty();
  }
}

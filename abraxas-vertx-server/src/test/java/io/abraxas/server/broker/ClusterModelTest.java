package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several nodes that share jobs and unique ids over links that break, in one thread. */
class ClusterModelTest {
  private static final int SEEDS = 60;
  private static final int EVENTS = 3000;
  private static final int NODES = 3;
  private static final String[] FUNCTIONS = {"a", "b", "c"};
  private static final String[] UNIQUES = {"", "", "", "-", "u1", "u2"};

  @Test
  void losesNoJobAndRunsNoneTwiceWithoutReason() {
    long first = System.nanoTime();
    for (long seed = first; seed < first + SEEDS; seed++) {
      try {
        new Run(seed).play();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** A job by the node that is its home and its number there. */
  private record Key(int home, long number) {}

  /** A worker has a job. */
  private static final class Hold {
    final Peer worker;
    final String function;
    final long deadline;

    /** Whether the home may have lost sight of it. */
    boolean excused;

    Hold(Peer worker, String function, long deadline) {
      this.worker = worker;
      this.function = function;
      this.deadline = deadline;
    }
  }

  /** A member, the node it is connected to, and what it is owed. */
  private static final class Peer {
    final int node;
    final Member member;
    final Map<String, Long> abilities = new HashMap<>();
    final List<Boolean> unanswered = new ArrayList<>();
    final Map<Long, Integer> owed = new HashMap<>();

    Peer(int node, Member member) {
      this.node = node;
      this.member = member;
    }
  }

  /** One random course of events. */
  private static final class Run {
    private final Random random;
    private final Harness.ManualClock clock = new Harness.ManualClock();
    private final List<Harness> nodes = new ArrayList<>();
    private final Map<Set<Integer>, TestLink> links = new HashMap<>();
    private final List<Peer> peers = new ArrayList<>();
    private final Map<Key, List<Hold>> holds = new HashMap<>();

    private final SharedUniques uniques;

    /** What jobs that somebody was assigned have for a unique id, of those that have one. */
    private final Map<Key, String> uniqueOf = new HashMap<>();

    /** Background jobs that somebody was told of and that no worker ended. */
    private final Set<Key> acknowledged = new HashSet<>();

    /** Jobs that a worker ended, whether or not their home has heard of it. */
    private final Set<Key> ended = new HashSet<>();

    Run(long seed) {
      random = new Random(seed);
      for (int i = 0; i < NODES; i++) {
        BrokerConfig config =
            new BrokerConfig(0, random.nextInt(4) == 0, random.nextInt(3), random.nextBoolean());
        Harness node = Harness.withOwners(config, clock, i + 1);
        node.auditEvery = 50;
        nodes.add(node);
      }
      uniques = new SharedUniques(nodes);
      connectNodes();
    }

    private <T> T pick(T[] choices) {
      return choices[random.nextInt(choices.length)];
    }

    private <T> T pick(List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }

    private void connectNodes() {
      for (int i = 0; i < NODES; i++) {
        for (int j = 0; j < i; j++) {
          Set<Integer> pair = Set.of(i, j);
          TestLink link = links.get(pair);
          if (link == null || (link.a.session.closed && link.b.session.closed)) {
            links.put(pair, new TestLink(nodes.get(i), nodes.get(j)));
          }
        }
      }
    }

    void play() {
      for (int i = 0; i < EVENTS; i++) {
        happen();
        look();
      }
      finish();
    }

    private void happen() {
      switch (random.nextInt(40)) {
        case 0 -> connect();
        case 1 -> breakLink();
        case 2 -> connectNodes();
        case 3 -> pass(random.nextInt(300));
        case 4 -> cancel();
        case 5 -> checkThatNobodyWaitsInVain();
        default -> {
          if (random.nextInt(3) == 0) {
            deliver();
          } else if (random.nextInt(4) == 0) {
            uniques.answerOne(random);
          } else if (peers.size() < 2 * NODES) {
            connect();
          } else {
            act(pick(peers));
          }
        }
      }
    }

    private void act(Peer peer) {
      switch (random.nextInt(20)) {
        case 0 -> canDo(peer, pick(FUNCTIONS));
        case 1 -> forget(peer);
        case 2, 3, 4 -> peer.member.sleep();
        case 5, 6, 7, 8, 9 -> peer.member.grab();
        case 10, 11, 12 -> submit(peer);
        default -> report(peer);
      }
    }

    private void connect() {
      int node = random.nextInt(NODES);
      Peer peer = new Peer(node, nodes.get(node).connect());
      peers.add(peer);
      hearAssignments(peer);
      if (random.nextInt(5) == 0) {
        peer.member.withStreaming();
      }
      if (random.nextInt(3) > 0) {
        canDo(peer, pick(FUNCTIONS));
      }
    }

    /** At once, although the peer may see it only after a reply that is held. */
    private void hearAssignments(Peer peer) {
      peer.member.listener =
          line -> {
            String[] words = line.split(" ", -1);
            if (words[0].equals("assign")) {
              assigned(peer, Long.parseLong(words[1]), words[2]);
            }
          };
    }

    private void canDo(Peer peer, String function) {
      long timeout = random.nextInt(4) == 0 ? 1000L + random.nextInt(2000) : 0;
      peer.abilities.put(function, timeout);
      peer.member.canDo(function, timeout);
    }

    private void forget(Peer peer) {
      String function = pick(FUNCTIONS);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          peer.abilities.remove(function);
          drop(hold -> hold.worker == peer && hold.function.equals(function));
          peer.member.cantDo(function);
        }
        case 2 -> {
          peer.abilities.clear();
          drop(hold -> hold.worker == peer);
          peer.member.resetAbilities();
        }
        default -> leave(peer);
      }
    }

    private void leave(Peer peer) {
      drop(hold -> hold.worker == peer);
      peers.remove(peer);
      peer.member.leave();
    }

    private void drop(java.util.function.Predicate<Hold> isOver) {
      holds.values().forEach(list -> list.removeIf(isOver));
    }

    private void submit(Peer peer) {
      boolean background = random.nextBoolean();
      peer.unanswered.add(background);
      peer.member.submit(
          pick(Priority.values()),
          background,
          pick(FUNCTIONS),
          pick(UNIQUES),
          "p" + random.nextInt(3));
    }

    private void report(Peer peer) {
      List<Key> held = heldBy(peer);
      if (!held.isEmpty()) {
        Key key = pick(held);
        switch (random.nextInt(8)) {
          case 0 -> peer.member.data(shownTo(peer, key), "d");
          case 1 -> peer.member.status(shownTo(peer, key), 1, 2);
          case 2 -> end(peer, key, WorkReport.FAIL);
          case 3 -> end(peer, key, WorkReport.EXCEPTION);
          default -> end(peer, key, WorkReport.COMPLETE);
        }
      }
    }

    private void end(Peer peer, Key key, WorkReport report) {
      holds.get(key).removeIf(hold -> hold.worker == peer);
      acknowledged.remove(key);
      ended.add(key);
      peer.member.report(report, shownTo(peer, key), report == WorkReport.FAIL ? "" : "r");
    }

    private List<Key> heldBy(Peer peer) {
      List<Key> held = new ArrayList<>();
      holds.forEach(
          (key, list) -> {
            if (list.stream().anyMatch(hold -> hold.worker == peer)) {
              held.add(key);
            }
          });
      held.sort(java.util.Comparator.comparing(Key::home).thenComparing(Key::number));
      return held;
    }

    private long shownTo(Peer peer, Key key) {
      Origins here = nodes.get(peer.node).origins;
      String home = nodes.get(key.home).origins.incarnation(0);
      return Origins.handle(here.find(home), key.number);
    }

    private void deliver() {
      TestLink link = pick(List.copyOf(links.values()));
      boolean heard = random.nextBoolean() ? link.a.hear() : link.b.hear();
      if (!heard && random.nextBoolean()) {
        links.values().forEach(TestLink::settle);
      }
      links.values().forEach(l -> l.said.clear());
    }

    private void breakLink() {
      Set<Integer> pair = pick(List.copyOf(links.keySet()));
      TestLink link = links.get(pair);
      switch (random.nextInt(3)) {
        case 0 -> link.cut();
        case 1 -> link.a.notice();
        default -> link.b.notice();
      }
      link.cut();
      holds.forEach(
          (key, list) ->
              list.forEach(
                  hold -> {
                    if (hold.worker.node != key.home
                        && pair.equals(Set.of(hold.worker.node, key.home))) {
                      hold.excused = true;
                    }
                  }));
    }

    private void pass(long millis) {
      clock.epochMillis += millis;
      clock.nanos += millis * 1_000_000;
      drop(hold -> hold.deadline <= clock.epochMillis);
      nodes.forEach(node -> node.pass(0));
    }

    private void cancel() {
      int home = random.nextInt(NODES);
      List<Long> known = new ArrayList<>();
      nodes.get(home).broker.forEachJob(job -> known.add(job.handle));
      if (!known.isEmpty()) {
        long handle = pick(known);
        assertThat(nodes.get(home).cancel(handle)).isTrue();
        Key key = new Key(home, handle);
        acknowledged.remove(key);
        // Its worker goes on, and its unique id is free.
        uniqueOf.remove(key);
      }
    }

    /** What everybody sees, and what must be true. */
    private void look() {
      for (Peer peer : peers) {
        for (String line : peer.member.seen()) {
          see(peer, line.split(" ", -1));
        }
      }
      for (Key key : acknowledged) {
        assertThat(nodes.get(key.home).broker.find(key.number)).as("%s", key).isNotNull();
      }
    }

    private void see(Peer peer, String[] words) {
      switch (words[0]) {
        case "created" -> {
          long handle = Long.parseLong(words[1]);
          boolean background = peer.unanswered.remove(0);
          if (!background) {
            peer.owed.merge(handle, 1, Integer::sum);
          } else {
            Key key = key(peer, handle);
            if (nodes.get(key.home).broker.find(key.number) != null && !ended.contains(key)) {
              acknowledged.add(key);
            }
          }
        }
        case "refused" -> {
          if (!words[1].endsWith("_WITHOUT_JOB")) {
            peer.unanswered.remove(0);
          }
        }
        case "assign", "nojob", "noop" -> {}
        case "data", "status" -> assertThat(peer.owed).containsKey(Long.parseLong(words[1]));
        default -> {
          long handle = Long.parseLong(words[1]);
          assertThat(peer.owed).as(words[0]).containsKey(handle);
          peer.owed.computeIfPresent(handle, (h, n) -> n == 1 ? null : n - 1);
        }
      }
    }

    private void assigned(Peer peer, long handle, String function) {
      assertThat(peer.abilities).containsKey(function);
      Key key = key(peer, handle);
      List<Hold> others = holds.computeIfAbsent(key, k -> new ArrayList<>());
      long timeout = peer.abilities.get(function);
      long deadline = timeout == 0 ? Long.MAX_VALUE : clock.epochMillis + timeout;
      Hold hold = new Hold(peer, function, deadline);
      hold.excused = peer.node != key.home && !isUp(links.get(Set.of(peer.node, key.home)));
      checkUnique(key);
      others.add(hold);
      assertThat(others).as("who has %s", key).filteredOn(h -> !h.excused).hasSizeLessThan(2);
    }

    private Key key(Peer peer, long handle) {
      String incarnation = nodes.get(peer.node).origins.incarnation(Origins.index(handle));
      return new Key(Integer.parseInt(incarnation) - 1, Origins.number(handle));
    }

    /** No other job with the unique id of this one runs. */
    private void checkUnique(Key key) {
      Job job = nodes.get(key.home).broker.ledger.jobs.get(key.number);
      if (job == null || !job.claimed || job.state == JobState.CANCELLED) {
        return;
      }
      String unique = SharedUniques.key(job);
      uniqueOf.put(key, unique);
      holds.forEach(
          (other, list) -> {
            if (!other.equals(key) && unique.equals(uniqueOf.get(other))) {
              assertThat(list).as("%s and %s run", key, other).allMatch(hold -> hold.excused);
            }
          });
    }

    /** When all is said, no job waits while a worker for it sleeps on another node. */
    private void checkThatNobodyWaitsInVain() {
      // A worker may have asked over a link whose loss is not known yet.
      links.values().stream().filter(TestLink::isCut).forEach(TestLink::lose);
      int rounds = 0;
      do {
        assertThat(rounds++).as("rounds of patience").isLessThan(50);
        settle();
        pass(Lending.PATIENCE_MILLIS);
        settle();
        look();
      } while (somebodyIsPatient());
      for (int i = 0; i < NODES; i++) {
        for (FunctionQueue function : nodes.get(i).broker.functions()) {
          for (int j = 0; function.hasRunnable() && j < NODES; j++) {
            boolean linked = i != j && isUp(links.get(Set.of(i, j)));
            FunctionQueue there = nodes.get(j).function(Member.text(function.name()));
            if (linked && there != null) {
              assertThat(there.sleepers).as("sleepers of %s", Member.text(there.name)).isZero();
            }
          }
        }
      }
    }

    private boolean somebodyIsPatient() {
      return nodes.stream()
          .anyMatch(node -> node.broker.functions().stream().anyMatch(f -> f.looking));
    }

    private static boolean isUp(TestLink link) {
      return !link.isCut() && !link.a.session.closed && !link.b.session.closed;
    }

    private void settle() {
      boolean more = true;
      for (int i = 0; more; i++) {
        assertThat(i).as("turns").isLessThan(10_000);
        more = false;
        for (TestLink link : links.values()) {
          more |= link.hear();
        }
      }
      links.values().forEach(link -> link.said.clear());
    }

    private void settleUniques() {
      for (int i = 0; uniques.answerOne(random); i++) {
        assertThat(i).as("questions").isLessThan(10_000);
        settle();
      }
    }

    /** Everything comes to its end on the workers of one node, and nothing is left. */
    private void finish() {
      links.values().forEach(TestLink::lose);
      connectNodes();
      settle();
      settleUniques();
      look();
      for (Peer peer : List.copyOf(peers)) {
        for (Key key : heldBy(peer)) {
          end(peer, key, WorkReport.COMPLETE);
        }
        peer.abilities.clear();
        peer.member.resetAbilities();
      }
      settle();
      look();
      Peer last = new Peer(0, nodes.get(0).connect());
      peers.add(last);
      hearAssignments(last);
      for (String function : FUNCTIONS) {
        last.abilities.put(function, 0L);
        last.member.canDo(function);
      }
      for (int left = EVENTS; nodes.stream().anyMatch(n -> n.broker.jobs() > 0); left--) {
        assertThat(left).as("turns left").isPositive();
        last.member.sleep();
        settle();
        last.member.grab();
        look();
        for (Key key : heldBy(last)) {
          end(last, key, WorkReport.COMPLETE);
        }
        pass(left % 10 == 0 ? Lending.PATIENCE_MILLIS : 0);
        settle();
        settleUniques();
        look();
      }
      for (Peer peer : peers) {
        assertThat(peer.owed).as("jobs without an ending").isEmpty();
        assertThat(peer.unanswered).isEmpty();
      }
      assertThat(acknowledged).isEmpty();
      settleUniques();
      assertThat(uniques.isEmpty()).as("no unique id is claimed").isTrue();
      nodes.forEach(Audit::checkEmpty);
    }
  }
}

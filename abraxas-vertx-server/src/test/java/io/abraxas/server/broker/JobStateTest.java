package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every state of a job and every event: in which state the job is then. */
class JobStateTest {
  private static final long FAR = 1_000_000;

  private enum Event {
    GRAB(s -> s.worker.grab()),
    COMPLETE(s -> s.worker.complete(s.handle, "r")),
    FAIL(s -> s.worker.failed(s.handle)),
    EXCEPTION(s -> s.worker.exception(s.handle, "x")),
    DATA(s -> s.worker.data(s.handle, "d")),
    COMPLETE_OF_STRANGER(s -> s.stranger.complete(s.handle, "r")),
    CANT_DO(s -> s.worker.cantDo("f")),
    WORKER_LEAVES(s -> s.worker.leave()),
    CLIENT_LEAVES(Scene::clientLeaves),
    CANCEL(s -> s.h.cancel(s.handle)),
    TIME_PASSES(s -> s.h.pass(2 * FAR)),
    STORED(s -> s.h.broker.stored(1, true)),
    NOT_STORED(s -> s.h.broker.stored(1, false)),
    OURS(s -> s.ownerKnown(Owner.OURS)),
    OWNER_UNKNOWN(s -> s.ownerKnown(Owner.UNKNOWN)),
    ANOTHER_JOB_HERE(s -> s.ownerKnown(s.another())),
    HOME_IS_NOT_LINKED(s -> s.ownerKnown(Owner.elsewhere(1, "nobody", null))),
    HOME_ATTACHES(Scene::attach),
    HOME_KNOWS_IT_NOT(Scene::homeForgets),
    HOME_REPORTS(s -> s.home(home -> home.worker("f").grab().data(1, "d"))),
    HOME_ENDS_IT(s -> s.home(home -> home.worker("f").grab().complete(1, "r"))),
    HOME_CANCELS_IT(s -> s.home(home -> home.cancel(1))),
    LINK_IS_LOST(s -> s.home(home -> s.link.lose())),
    LINK_IS_LOST_FOR_GOOD(Scene::linkIsLostForGood),
    RESUBMIT(s -> s.other.submit("f", "u", "p"));

    final java.util.function.Consumer<Scene> action;

    Event(java.util.function.Consumer<Scene> action) {
      this.action = action;
    }
  }

  /** A broker with a store and owners, and job 1 in a state. */
  private static final class Scene {
    final Harness h = Harness.withStoreAndOwners();
    final Member client = h.connect();
    final Member other = h.connect();
    final Member worker = h.connect().canDo("f", 5000);
    final Member stranger = h.worker("f");
    Job job;

    /** As its worker sees it. */
    long handle = 1;

    /** To the node that lent the job; null: none did. */
    private TestLink link;

    /** The node at the other end of that link, while the job is FOLLOWING. */
    private Harness home;

    Scene(JobState state) {
      switch (state) {
        case CLAIMING, FOLLOWING -> client.submit("f", "u", "p");
        case STORING -> client.background("f", "", "p");
        case DELAYED -> {
          client.submitAt("f", "", "p", h.clock.epochMillis + FAR);
          h.store.answer(1);
        }
        case RESERVED -> borrow();
        default -> client.submit("f", "", "p");
      }
      job = h.broker.ledger.jobs.get(state == JobState.RESERVED ? Origins.borrowed(handle) : 1);
      switch (state) {
        case FOLLOWING -> attach();
        case RUNNING -> worker.grab();
        case CANCELLED -> {
          worker.grab();
          h.cancel(1);
        }
        case GONE -> h.cancel(1);
        default -> {}
      }
      assertThat(job.state).isEqualTo(state);
    }

    private void borrow() {
      worker.sleep();
      Harness lender = new Harness(BrokerConfig.DEFAULT, h.clock, 2);
      link = new TestLink(lender, h);
      link.settle();
      lender.connect().submit("f", "", "p");
      link.settle();
      handle = Origins.handle(h.origins.find(lender.origins.incarnation(0)), 1);
    }

    /** A job of another node has the unique id. */
    void attach() {
      home = new Harness(BrokerConfig.DEFAULT, h.clock, 2);
      home.connect().submit("f", "u", "p");
      link = new TestLink(home, h);
      boolean claiming = job.state == JobState.CLAIMING;
      String name = home.origins.incarnation(0);
      long foreign = Origins.handle(h.origins.enter("H:2", name), 1);
      ownerKnown(Owner.elsewhere(foreign, name, null));
      link.settle();
      handle = claiming ? foreign : handle;
    }

    void homeForgets() {
      if (job.state == JobState.CLAIMING) {
        home = new Harness(BrokerConfig.DEFAULT, h.clock, 2);
        link = new TestLink(home, h);
        String name = home.origins.incarnation(0);
        long foreign = Origins.handle(h.origins.enter("H:2", name), 1);
        ownerKnown(Owner.elsewhere(foreign, name, null));
        link.settle();
        assertThat(h.owners.replacing).containsEntry(1L, foreign);
      }
    }

    void home(java.util.function.Consumer<Harness> action) {
      if (home != null) {
        action.accept(home);
        link.settle();
      }
    }

    void linkIsLostForGood() {
      if (home != null) {
        link.lose();
        h.owners.unknown(handle);
      }
    }

    void ownerKnown(Owner owner) {
      if (h.owners.pending.contains(1L)) {
        h.owners.answer(1, owner);
      } else {
        h.broker.ownerKnown(1, owner);
      }
    }

    /** A second job of this server, which was taken over from another one. */
    Owner another() {
      long foreign = Origins.handle(h.origins.enter("H:9", "9".repeat(19)), 1);
      StoredJob stored =
          new StoredJob(
              foreign,
              Member.bytes("f"),
              Member.bytes("u"),
              false,
              Priority.LOW,
              0,
              0,
              h.clock.epochMillis + 3 * FAR,
              Job.NONE,
              null);
      h.broker.adoption().adopt(stored, false);
      return Owner.here(foreign, null);
    }

    void clientLeaves() {
      if (link == null || home != null) {
        client.leave();
      } else {
        link.b.notice();
      }
    }
  }

  /** The events that change each state; all others leave it as it is. */
  private static JobState after(JobState state, Event event) {
    return switch (state) {
      case CLAIMING ->
          switch (event) {
            case OURS -> JobState.QUEUED;
            case OWNER_UNKNOWN, ANOTHER_JOB_HERE -> JobState.GONE;
            case HOME_ATTACHES -> JobState.FOLLOWING;
            default -> state;
          };
      case FOLLOWING ->
          switch (event) {
            case CLIENT_LEAVES, HOME_ENDS_IT, HOME_CANCELS_IT, LINK_IS_LOST_FOR_GOOD ->
                JobState.GONE;
            default -> state;
          };
      case STORING ->
          switch (event) {
            case STORED -> JobState.QUEUED;
            case NOT_STORED -> JobState.GONE;
            default -> state;
          };
      case DELAYED ->
          switch (event) {
            case TIME_PASSES -> JobState.QUEUED;
            case CANCEL -> JobState.GONE;
            default -> state;
          };
      case QUEUED ->
          switch (event) {
            case GRAB -> JobState.RUNNING;
            case CANCEL, CLIENT_LEAVES -> JobState.GONE;
            default -> state;
          };
      case RUNNING ->
          switch (event) {
            case COMPLETE, FAIL, EXCEPTION -> JobState.GONE;
            case CANT_DO, WORKER_LEAVES, TIME_PASSES -> JobState.QUEUED;
            case CANCEL -> JobState.CANCELLED;
            default -> state;
          };
      case RESERVED ->
          switch (event) {
            case GRAB -> JobState.RUNNING;
            case CANT_DO, WORKER_LEAVES, TIME_PASSES, CLIENT_LEAVES -> JobState.GONE;
            default -> state;
          };
      case CANCELLED ->
          switch (event) {
            case COMPLETE, FAIL, EXCEPTION, CANT_DO, WORKER_LEAVES -> JobState.GONE;
            default -> state;
          };
      case GONE -> state;
    };
  }

  static Stream<Arguments> statesAndEvents() {
    return Arrays.stream(JobState.values())
        .flatMap(state -> Arrays.stream(Event.values()).map(e -> Arguments.of(state, e)));
  }

  @ParameterizedTest
  @MethodSource("statesAndEvents")
  void isInTheStateOfTheTable(JobState state, Event event) {
    Scene scene = new Scene(state);
    event.action.accept(scene);
    scene.h.endTurn();
    assertThat(scene.job.state).isEqualTo(after(state, event));
    boolean known = scene.h.broker.ledger.jobs.get(scene.job.handle) == scene.job;
    assertThat(known).isEqualTo(scene.job.state != JobState.GONE);
  }

  @ParameterizedTest
  @MethodSource("statesAndEvents")
  void tellsTheClientOfTheJobAtMostOneReplyAndOneEnding(JobState state, Event event) {
    Scene scene = new Scene(state);
    event.action.accept(scene);
    if (scene.client.session.closed) {
      return;
    }
    List<String> seen = scene.client.seen();
    assertThat(seen.stream().filter(l -> l.startsWith("created") || l.startsWith("refused")))
        .hasSizeLessThanOrEqualTo(1);
    assertThat(seen.stream().filter(l -> l.startsWith("fail") || l.startsWith("complete")))
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void onlyTheFirstTwoStatesAreUnaccepted() {
    assertThat(Arrays.stream(JobState.values()).filter(JobState::isUnaccepted))
        .containsExactly(JobState.CLAIMING, JobState.STORING);
  }
}

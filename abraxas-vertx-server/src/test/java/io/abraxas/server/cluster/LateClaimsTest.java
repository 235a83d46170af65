package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.UniqueNode.OTHER;
import static io.abraxas.server.cluster.UniqueNode.THIRD;
import static io.abraxas.server.cluster.UniqueNode.foreign;
import static io.abraxas.server.cluster.UniqueNode.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.Job;
import io.abraxas.server.cluster.ManualUniques.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Claims and removals that fail or come too late: none may stay that no job has. */
class LateClaimsTest {
  private static final int SHORT_MILLIS = 300;

  private final ManualUniques map = new ManualUniques();
  private UniqueNode node;

  private void open(long timeoutMillis) {
    node = new UniqueNode(map, timeoutMillis, (puts, removed) -> {});
  }

  private void open() {
    open(60_000);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** Has the node do something that leads to an operation: what it was to do before is done. */
  private void fence(int index) {
    node.submit("u", "p", false);
    assertThat(map.at(index).operation()).isEqualTo("put");
    assertThat(map.calls).hasSize(index + 1);
  }

  @Test
  void repeatsWhatMayHaveFailedAndFindsItsOwnClaim() {
    open();
    node.submit("u");
    map.put(0, node.own(1)).fail();
    map.put(1, node.own(1)).succeed(node.own(1));
    node.awaitTold("created 1");
    node.cancel(1);
    map.remove(2, node.own(1)).fail();
    assertThat(node.isIdle()).as("before it is tried again").isFalse();
    map.remove(3, node.own(1)).succeed(false);
    node.awaitIdle();
  }

  @Test
  void findsThatItTookThePlaceOfAnotherAlthoughThatSeemedToFail() {
    open();
    node.submit("u");
    map.put(0, node.own(1)).succeed(node.own(99));
    map.replace(1, node.own(99), node.own(1)).fail();
    map.replace(2, node.own(99), node.own(1)).succeed(false);
    map.put(3, node.own(1)).succeed(node.own(1));
    node.awaitTold("created 1");
  }

  @Test
  void repeatsWhatAMemberThatMergesRefuses() {
    open();
    map.refusal = new IllegalStateException("merging");
    node.submit("u");
    map.refusal = null;
    map.put(0, node.own(1)).succeed(null);
    node.awaitTold("created 1");
  }

  @Test
  void waitsForTheHeirOfALostNodeUntilTimeIsUp() {
    open(1000);
    node.enter(OTHER);
    node.lose(OTHER);
    node.submit("u");
    map.put(0, node.own(1)).succeed(foreign(OTHER, 7));
    map.put(1, node.own(1)).succeed(foreign(OTHER, 7));
    // The third is under way when time is up.
    Call third = map.put(2, node.own(1));
    node.awaitTold("refused OWNER_UNKNOWN");
    map.remove(3, node.own(1)).succeed(false);
    third.succeed(null);
    map.remove(4, node.own(1)).succeed(true);
    node.awaitIdle();
    assertThat(node.answers).containsExactly("UNKNOWN 0 null");
  }

  @Test
  void theTimeIsOneForAllQuestionsOfASubmit() {
    open(SHORT_MILLIS);
    node.enter(OTHER);
    node.submit("u");
    // It has no link with the other, and asks again and again.
    soon()
        .untilAsserted(
            () -> {
              map.calls.forEach(call -> call.succeed(foreign(OTHER, 7)));
              assertThat(node.client.told).containsExactly("refused OWNER_UNKNOWN");
            });
  }

  @Test
  void aClaimThatFailsAfterItsTimeMayBeThereAndIsRemovedAgain() {
    open(SHORT_MILLIS);
    node.submit("u");
    Call put = map.put(0, node.own(1));
    node.awaitTold("refused OWNER_UNKNOWN");
    map.remove(1, node.own(1)).succeed(false);
    put.fail();
    map.remove(2, node.own(1)).succeed(true);
    node.awaitIdle();
  }

  @Test
  void aReplacementThatComesAfterItsTimeIsRemovedAgain() {
    open(SHORT_MILLIS);
    node.submit("u");
    map.put(0, node.own(1)).succeed(node.own(99));
    Call replace = map.replace(1, node.own(99), node.own(1));
    node.awaitTold("refused OWNER_UNKNOWN");
    map.remove(2, node.own(1)).succeed(false);
    replace.succeed(true);
    map.remove(3, node.own(1)).succeed(true);
    node.awaitIdle();
  }

  @Test
  void theClaimOfAClientThatIsGoneByThenIsRemoved() {
    open();
    node.submit("u");
    Call put = map.put(0, node.own(1));
    node.loop.run(broker -> broker.disconnect(broker.sessions().iterator().next()));
    put.succeed(null);
    map.remove(1, node.own(1)).succeed(true);
    node.awaitIdle();
    assertThat(node.client.told).isEmpty();
  }

  @Test
  void aClaimThatWasLostIsPutAgainUnlessItsJobHasEndedMeanwhile() {
    open();
    node.submit("u");
    map.put(0, node.own(1)).succeed(null);
    node.awaitTold("created 1");
    node.restore(1);
    node.restore(1);
    map.put(1, node.own(1)).succeed(null);
    Call late = map.put(2, node.own(1));
    node.cancel(1);
    map.remove(3, node.own(1)).succeed(true);
    late.succeed(null);
    map.remove(4, node.own(1)).succeed(true);
    node.awaitIdle();
  }

  @Test
  void claimsArePutBackAFewAtATimeAndThoseOfSubmitsComeBetween() {
    open();
    int jobs = 300;
    for (int i = 0; i < jobs; i++) {
      node.submit("u" + i);
      map.at(i).succeed(null);
    }
    soon().until(() -> node.client.told.size() == jobs);
    node.loop.run(
        broker -> {
          List<Job> all = new ArrayList<>();
          broker.adoption().forEachClaimed(all::add);
          node.owners.restore(all);
          // One whose turn has not come.
          List<String> keys = map.calls.stream().skip(jobs).map(Call::key).toList();
          int first =
              IntStream.range(0, jobs)
                  .filter(i -> !keys.contains("f\0u" + i))
                  .findFirst()
                  .orElseThrow();
          broker.cancel(first + 1);
        });
    assertThat(map.calls).hasSize(jobs + 128 + 1);
    node.submit("new");
    assertThat(map.at(jobs + 128 + 1).key()).isEqualTo("f\0new");
    int all = jobs + jobs - 1 + 1 + 1;
    for (int i = jobs; i < all; i++) {
      map.at(i).succeed(map.at(i).operation().equals("remove") ? Boolean.TRUE : null);
    }
    node.awaitIdle();
    assertThat(map.calls).hasSize(all);
  }

  @Test
  void theClaimOfAJobThatIsBeingStoredIsPutAgainToo() {
    open();
    node.submit("u", "p", true);
    map.put(0, node.own(1)).succeed(null);
    soon().until(() -> node.answers.size() == 1);
    assertThat(node.client.told).as("of a job that is not stored").isEmpty();
    node.restore(1);
    map.put(1, node.own(1)).succeed(null);
    node.awaitIdle();
    assertThat(map.calls).hasSize(2);
  }

  @Test
  void aClaimThatIsPutAgainTooLateStaysWithAJobThatGoesOnElsewhere() {
    open();
    node.enter(OTHER);
    node.enter(THIRD);
    node.lose(OTHER);
    node.claim(OTHER, UniqueNode.SELF);
    long handle = node.adopt(OTHER, 7, "u");
    node.restore(handle);
    Call put = map.put(0, foreign(OTHER, 7));
    node.claim(OTHER, THIRD);
    node.loop.run(broker -> broker.adoption().forget(node.origins.find(OTHER)));
    put.succeed(null);
    node.awaitIdle();
    assertThat(map.calls).hasSize(1);
  }

  @Test
  void aRemovalThatIsNotNeededAnyMoreIsNotTriedAgain() {
    open();
    AtomicBoolean needed = new AtomicBoolean(true);
    AtomicInteger ended = new AtomicInteger();
    node.loop.run(
        broker ->
            node.owners.remove(
                "f\0u", foreign(OTHER, 7), needed::get, () -> ended.incrementAndGet()));
    map.remove(0, foreign(OTHER, 7)).fail();
    Call second = map.remove(1, foreign(OTHER, 7));
    needed.set(false);
    second.fail();
    soon().untilAsserted(() -> assertThat(ended).hasValue(1));
    fence(2);
  }

  @Test
  void aServerThatEndsBeginsNothing() {
    open();
    node.submit("u");
    map.put(0, node.own(1)).succeed(null);
    node.awaitTold("created 1");
    node.loop.run(broker -> node.owners.close());
    node.cancel(1);
    node.submit("u");
    assertThat(map.calls).hasSize(1);
  }
}

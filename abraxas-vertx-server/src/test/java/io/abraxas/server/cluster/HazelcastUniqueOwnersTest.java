package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.UniqueNode.OTHER;
import static io.abraxas.server.cluster.UniqueNode.THIRD;
import static io.abraxas.server.cluster.UniqueNode.foreign;
import static io.abraxas.server.cluster.UniqueNode.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.Job;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A broker's claims on a map whose operations complete when a test says so. */
class HazelcastUniqueOwnersTest {
  private final ManualUniques map = new ManualUniques();
  private final UniqueNode node = new UniqueNode(map);

  @AfterEach
  void stop() {
    node.close();
  }

  private ManualMap.Call nodesAsked(String origin) {
    soon().until(() -> node.nodes.calls.size() == 1);
    assertThat(node.nodes.last().key()).isEqualTo(origin);
    return node.nodes.last();
  }

  @Test
  void whoIsFirstOwnsTheIdUntilTheJobEnds() {
    node.submit("u");
    assertThat(node.isIdle()).isFalse();
    map.put(0, node.own(1)).succeed(null);
    node.awaitTold("created 1");
    assertThat(node.isIdle()).isTrue();
    node.cancel(1);
    assertThat(node.isIdle()).isFalse();
    map.remove(1, node.own(1)).succeed(true);
    node.awaitIdle();
  }

  @Test
  void aJobThatOwnsItsPayloadIsKnownByItsHash() {
    node.submit("-", "abc", false);
    map.at(0).succeed(null);
    node.awaitTold("created 1");
    node.cancel(1);
    for (int i = 0; i < 2; i++) {
      assertThat(map.at(i).key())
          .isEqualTo("f\0\0ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
  }

  /** A payload may be long, and the event loop has others to serve. */
  @Test
  void thePayloadIsHashedOnceHoweverOftenItsOwnerIsAskedFor() {
    node.enter(OTHER);
    node.submit("-", "abc", false);
    String key = map.at(0).key();
    map.at(0).succeed(foreign(OTHER, 7));
    assertThat(map.at(1).key()).as("of an owner that is not linked").isSameAs(key);
    map.at(1).succeed(node.own(99));
    assertThat(map.at(2).operation()).isEqualTo("replace");
    assertThat(map.at(2).key()).as("of an owner that is gone").isSameAs(key);
    map.at(2).succeed(false);
    assertThat(map.at(3).key()).isSameAs(key);
  }

  @Test
  void replacesAClaimWhoseOriginNobodyKnows() {
    node.submit("u");
    map.put(0, node.own(1)).succeed(foreign(OTHER, 7));
    nodesAsked(OTHER).succeed();
    map.replace(1, foreign(OTHER, 7), node.own(1)).succeed(true);
    node.awaitTold("created 1");
  }

  @Test
  void looksAgainWhenSomebodyElseReplacedTheClaim() {
    node.submit("u");
    map.put(0, node.own(1)).succeed(foreign(OTHER, 7));
    nodesAsked(OTHER).succeed();
    map.replace(1, foreign(OTHER, 7), node.own(1)).succeed(false);
    map.put(2, node.own(1)).succeed(null);
    node.awaitTold("created 1");
  }

  /** Its writer may be newer, and say more than this server knows of. */
  @Test
  void replacesAClaimAsItWasFound() {
    byte[] longer = Arrays.copyOf(foreign(OTHER, 7), 100);
    node.submit("u");
    map.put(0, node.own(1)).succeed(longer);
    nodesAsked(OTHER).succeed();
    map.replace(1, longer, node.own(1)).succeed(true);
    node.awaitTold("created 1");
  }

  @Test
  void replacesAClaimOfAJobThatItsHomeDoesNotKnow() {
    node.enter(OTHER);
    byte[] longer = Arrays.copyOf(node.own(99), 100);
    node.submit("u");
    map.put(0, node.own(1)).succeed(longer);
    map.replace(1, longer, node.own(1)).succeed(true);
    node.awaitTold("created 1");
  }

  @Test
  void waitsForANodeThatHasJustCome() {
    node.submit("u");
    map.put(0, node.own(1)).succeed(foreign(OTHER, 7));
    nodesAsked(OTHER).result().complete(new byte[] {1});
    map.put(1, node.own(1)).succeed(null);
    node.awaitTold("created 1");
  }

  @Test
  void asksLaterWhenTheHomeIsNotLinked() {
    node.enter(OTHER);
    node.submit("u");
    map.put(0, node.own(1)).succeed(foreign(OTHER, 7));
    map.put(1, node.own(1)).succeed(null);
    node.awaitTold("created 1");
  }

  @Test
  void replacesAClaimOfItsOwnWhoseJobHasEnded() {
    node.submit("u");
    map.put(0, node.own(1)).succeed(null);
    node.awaitTold("created 1");
    node.cancel(1);
    node.submit("u");
    map.remove(1, node.own(1));
    map.put(2, node.own(2)).succeed(node.own(1));
    map.replace(3, node.own(1), node.own(2)).succeed(true);
    node.awaitTold("created 1", "fail 1", "created 2");
  }

  @Test
  void refusesWhenAClaimCannotBeRead() {
    node.submit("u");
    map.put(0, node.own(1)).succeed(new byte[] {9, 9});
    node.awaitTold("refused OWNER_UNKNOWN");
  }

  @Test
  void manyClaimsAreUnderWayAtOnceAndTheRestWaits() {
    for (int i = 0; i < 600; i++) {
      node.submit("u" + i);
    }
    assertThat(map.calls).hasSize(512);
    map.calls.forEach(call -> call.succeed(null));
    soon().until(() -> map.calls.size() == 600);
    map.calls.forEach(call -> call.succeed(null));
    soon().until(() -> node.client.told.size() == 600);
  }

  @Test
  void theHomeOfAJobThatIsFollowedIsLookedForWithoutAClaim() {
    node.enter(OTHER);
    node.enter(THIRD);
    long handle = node.adopt(OTHER, 7, "");
    Job job = node.loop.call(broker -> broker.find(handle));
    lookFor(job, "ELSEWHERE " + handle + " " + OTHER);
    node.lose(OTHER);
    node.claim(OTHER, THIRD);
    lookFor(job, "ELSEWHERE " + handle + " " + THIRD);
    node.claim(OTHER, UniqueNode.SELF);
    lookFor(job, "HERE " + handle + " null");
    long lost = node.adopt("1000000000000000004", 8, "");
    node.loop.run(broker -> node.owners.askLater(broker.find(lost), null));
    nodesAsked("1000000000000000004").succeed();
    soon().until(() -> node.answers.contains("UNKNOWN 0 null"));
    assertThat(map.calls).isEmpty();
  }

  private void lookFor(Job job, String answer) {
    node.answers.clear();
    node.loop.run(broker -> node.owners.askLater(job, null));
    soon().untilAsserted(() -> assertThat(node.answers).containsExactly(answer));
  }
}

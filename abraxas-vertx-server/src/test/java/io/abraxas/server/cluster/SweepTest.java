package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.UniqueNode.OTHER;
import static io.abraxas.server.cluster.UniqueNode.THIRD;
import static io.abraxas.server.cluster.UniqueNode.foreign;
import static io.abraxas.server.cluster.UniqueNode.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import io.abraxas.server.cluster.ManualUniques.Call;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does about the claims of servers whose jobs it has taken over. */
class SweepTest {
  private static final int MANY = 2000;
  private static final TestCluster CLUSTER = new TestCluster();
  private static Maps maps;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ManualUniques manual = new ManualUniques();
  private UniqueNode node;
  private Settlement settlement;

  @BeforeAll
  static void startMember() {
    maps = Maps.announce(CLUSTER.start(), 1);
  }

  @AfterAll
  static void stopMember() {
    CLUSTER.close();
  }

  @BeforeEach
  void clear() {
    maps.uniques().clear();
  }

  @AfterEach
  void stop() {
    thread.shutdownNow();
    node.close();
  }

  /** A server that has become the home of the jobs of another, which is lost. */
  private void open(UniqueMap map) {
    node = new UniqueNode(map);
    node.enter(OTHER);
    node.enter(THIRD);
    node.lose(OTHER);
    node.claim(OTHER, UniqueNode.SELF);
    settlement =
        new Settlement(
            maps.uniques(),
            Records.partitionKeys(maps.hazelcast().getPartitionService()),
            node.origins,
            node.loop,
            node.owners,
            thread);
  }

  private void open() {
    open(UniqueMap.of(maps.uniques()));
  }

  private void onThread(Runnable action) {
    try {
      thread.submit(action).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void settle() {
    onThread(
        () -> {
          settlement.settle(List.of(OTHER, THIRD), node.homes());
          settlement.sweep();
        });
  }

  private boolean isSwept() {
    Future<Boolean> answer = thread.submit(settlement::isSwept);
    try {
      return answer.get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void awaitSwept() {
    awaitSweptExceptClaims();
    node.awaitIdle();
  }

  private void awaitSweptExceptClaims() {
    soon().until(this::isSwept);
  }

  /** Claims of jobs that ended with the lost server. */
  private static void lose(int count) {
    Map<String, byte[]> claims = new HashMap<>();
    for (int i = 1; i <= count; i++) {
      claims.put("f\0lost" + i, foreign(OTHER, i));
    }
    maps.uniques().putAll(claims);
  }

  @Test
  void claimsWithoutAJobAreRemovedAndNoOthers() {
    open();
    lose(MANY);
    byte[] unreadable = {9, 9};
    node.adopt(OTHER, 5001, "kept");
    IMap<String, byte[]> map = maps.uniques();
    map.put("f\0kept", foreign(OTHER, 5001));
    map.put("f\0third", foreign(THIRD, 1));
    map.put("f\0unreadable", unreadable);
    settle();
    awaitSwept();
    assertThat(map.keySet()).containsExactlyInAnyOrder("f\0kept", "f\0third", "f\0unreadable");
    assertThat(map.get("f\0kept")).isEqualTo(foreign(OTHER, 5001));
  }

  /** A merge may bring them back. */
  @Test
  void ownClaimsWithoutAJobAreRemovedAsWell() {
    open();
    IMap<String, byte[]> map = maps.uniques();
    node.submit("u");
    node.awaitTold("created 1");
    map.put("f\0gone", node.own(99));
    settle();
    awaitSwept();
    assertThat(map.keySet()).containsExactly("f\0u");
  }

  @Test
  void theClaimOfAJobThatDoesNotKnowOfItYetStays() {
    open(manual);
    node.submit("u");
    Call put = manual.put(0, node.own(1));
    maps.uniques().put("f\0u", node.own(1));
    settle();
    awaitSweptExceptClaims();
    put.succeed(null);
    node.awaitTold("created 1");
    assertThat(manual.calls).hasSize(1);
  }

  @Test
  void claimsOfJobsThatTheMapLostArePutBack() {
    open();
    node.adopt(OTHER, 5001, "u");
    node.adopt(OTHER, 5002, "taken");
    maps.uniques().put("f\0taken", foreign(THIRD, 1));
    settle();
    awaitSwept();
    soon().untilAsserted(() -> assertThat(maps.uniques().keySet()).hasSize(2));
    assertThat(maps.uniques().get("f\0u")).isEqualTo(foreign(OTHER, 5001));
    assertThat(maps.uniques().get("f\0taken")).isEqualTo(foreign(THIRD, 1));
  }

  /** The same in one partition. */
  private static void loseInOnePartition(int count) {
    PartitionService partitions = maps.hazelcast().getPartitionService();
    Map<String, byte[]> claims = new HashMap<>();
    for (int i = 1; claims.size() < count; i++) {
      String key = "f\0lost" + i;
      if (partitions.getPartition(key).getPartitionId() == 7) {
        claims.put(key, foreign(OTHER, i));
      }
    }
    maps.uniques().putAll(claims);
  }

  @Test
  void claimsOfOtherJobsAreNotPutBack() {
    open(manual);
    node.submit("u");
    manual.put(0, node.own(1)).succeed(null);
    node.awaitTold("created 1");
    node.adopt(THIRD, 1, "v");
    settle();
    awaitSwept();
    assertThat(manual.calls).hasSize(1);
  }

  @Test
  void nobodyWaitsForRemovalsOfWhichFewAreAskedForAtATime() {
    open(manual);
    loseInOnePartition(300);
    settle();
    assertThat(settlement.has(OTHER)).isTrue();
    assertThat(settlement.has(THIRD)).as("a server that is there").isFalse();
    Set<String> removed = new HashSet<>();
    while (removed.size() < 300) {
      soon().until(() -> manual.calls.size() > removed.size());
      // None of them is answered, and the thread is not held up.
      assertThat(isSwept()).isFalse();
      assertThat(manual.calls.size() - removed.size()).isLessThanOrEqualTo(128);
      for (Call call : manual.calls.subList(removed.size(), manual.calls.size())) {
        assertThat(call.operation()).isEqualTo("remove");
        removed.add(call.key());
        call.succeed(true);
      }
    }
    awaitSwept();
    assertThat(manual.calls).hasSize(300);
  }

  @Test
  void aServerThatIsBackKeepsItsClaims() {
    open(manual);
    lose(MANY);
    settle();
    manual.at(0);
    onThread(() -> settlement.leave(OTHER));
    int asked = manual.calls.size();
    manual.calls.forEach(Call::fail);
    awaitSwept();
    assertThat(manual.calls).hasSize(asked);
  }

  @Test
  void aJobThatIsFoundMeanwhileKeepsItsClaim() {
    open(manual);
    maps.uniques().put("f\0u", foreign(OTHER, 7));
    settle();
    Call removal = manual.remove(0, foreign(OTHER, 7));
    node.adopt(OTHER, 7, "u");
    removal.fail();
    manual.put(1, foreign(OTHER, 7)).succeed(foreign(OTHER, 7));
    awaitSwept();
    assertThat(manual.calls).hasSize(2);
  }

  @Test
  void itBeginsAgainWhenMoreIsSettledAndEndsWhenNothingIs() {
    open(manual);
    lose(MANY);
    settle();
    Call first = manual.at(0);
    settle();
    manual.calls.forEach(call -> call.succeed(true));
    // The map of this test still has it.
    soon()
        .until(
            () -> {
              manual.calls.forEach(call -> call.succeed(true));
              return manual.calls.stream().filter(c -> c.key().equals(first.key())).count() == 2;
            });
    onThread(settlement::clear);
    assertThat(isSwept()).isTrue();
    assertThat(settlement.has(OTHER)).isFalse();
    int asked = manual.calls.size();
    manual.calls.forEach(call -> call.succeed(true));
    node.awaitIdle();
    onThread(() -> {});
    assertThat(manual.calls).hasSize(asked);
  }
}

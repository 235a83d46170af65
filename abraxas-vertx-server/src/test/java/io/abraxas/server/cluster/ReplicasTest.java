package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private final TestCluster cluster = new TestCluster();
  private HazelcastInstance first;
  private Replicas replicas;

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void start(int backups) {
    first = cluster.start();
    replicas = new Replicas(first, backups);
  }

  private void awaitMembers(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> first.getCluster().getMembers().size() == count);
  }

  private void awaitSafe() {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(replicas::check);
  }

  @Test
  void aMemberAloneGivesWhatItCan() {
    start(1);
    assertThat(replicas.isThin()).isFalse();
    awaitSafe();
    assertThat(replicas.isThin()).isFalse();
  }

  @Test
  void aServerThatJoinsDoesNotKnowWhatWasLostBefore() {
    cluster.start();
    start(1);
    awaitMembers(2);
    assertThat(replicas.isThin()).isTrue();
    awaitSafe();
    assertThat(replicas.isThin()).isFalse();
  }

  @Test
  void aSecondMemberMustHaveItsReplicasFirstAndAThirdNeedNot() {
    start(1);
    awaitSafe();
    cluster.start();
    awaitMembers(2);
    assertThat(replicas.isThin()).isTrue();
    awaitSafe();
    assertThat(replicas.isThin()).isFalse();
    cluster.start();
    awaitMembers(3);
    assertThat(replicas.isThin()).isFalse();
  }

  @Test
  void aLossIsMadeUpForUnlessNobodyElseIsLeft() {
    start(1);
    HazelcastInstance second = cluster.start();
    HazelcastInstance third = cluster.start();
    awaitMembers(3);
    awaitSafe();
    third.getLifecycleService().terminate();
    awaitMembers(2);
    assertThat(replicas.isThin()).isTrue();
    awaitSafe();
    assertThat(replicas.isThin()).isFalse();
    second.getLifecycleService().terminate();
    awaitMembers(1);
    assertThat(replicas.isThin()).isFalse();
  }

  @Test
  void oneThatCameAfterTheLastLookIsMissedToo() {
    start(1);
    cluster.start();
    awaitMembers(2);
    awaitSafe();
    HazelcastInstance third = cluster.start();
    awaitMembers(3);
    replicas.check();
    third.getLifecycleService().terminate();
    awaitMembers(2);
    assertThat(replicas.isThin()).isTrue();
  }

  @Test
  void aMemberWithoutDataDoesNotCount() {
    start(1);
    awaitSafe();
    HazelcastInstance lite = cluster.start(config -> config.setLiteMember(true));
    awaitMembers(2);
    assertThat(replicas.isThin()).isFalse();
    lite.getLifecycleService().terminate();
    awaitMembers(1);
    assertThat(replicas.isThin()).isFalse();
  }
}

package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.core.HazelcastInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MapsTest {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static MapConfig jobs(HazelcastInstance member) {
    return member.getConfig().findMapConfig(Maps.JOBS);
  }

  @Test
  void membersThatKnowNothingOfUsKeepTheMapsAsTheFirstServerSays() {
    HazelcastInstance before = cluster.start();
    Maps.announce(cluster.start(), 2);
    HazelcastInstance after = cluster.start();
    for (HazelcastInstance plain : new HazelcastInstance[] {before, after}) {
      assertThat(jobs(plain).getBackupCount()).isEqualTo(2);
      assertThat(jobs(plain).getInMemoryFormat()).isEqualTo(InMemoryFormat.BINARY);
      assertThat(jobs(plain).getMergePolicyConfig().getPolicy()).contains("PutIfAbsent");
    }
  }

  @Test
  void announcingThemAgainIsHarmless() {
    HazelcastInstance first = cluster.start();
    HazelcastInstance second = cluster.start();
    Maps.announce(first, 1).jobMap().set("key", new byte[] {7}).toCompletableFuture().join();
    assertThat(Maps.announce(second, 1).jobMap().read("key")).containsExactly(7);
    Maps.announce(first, 1);
  }

  @Test
  void refusesAnotherNumberOfBackupsThanTheClusterHas() {
    Maps.announce(cluster.start(), 1);
    HazelcastInstance second = cluster.start();
    assertThatThrownBy(() -> Maps.announce(second, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("abraxas.jobs")
        .hasMessageContaining("with 1 backups, not 2");
  }

  @Test
  void refusesAMapThatForgetsEntries() {
    HazelcastInstance member =
        cluster.start(
            config ->
                config.addMapConfig(
                    new MapConfig(Maps.JOBS)
                        .setTimeToLiveSeconds(60)
                        .setMergePolicyConfig(
                            new MergePolicyConfig().setPolicy("PutIfAbsentMergePolicy"))));
    assertThatThrownBy(() -> Maps.announce(member, 1)).hasMessageContaining("evicted");
  }
}

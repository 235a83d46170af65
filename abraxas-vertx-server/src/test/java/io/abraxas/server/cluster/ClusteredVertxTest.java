package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.FileSystemXmlConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.abraxas.server.ClusterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusteredVertxTest {
  @TempDir Path directory;

  private static void assertClosed(Config config) {
    NetworkConfig network = config.getNetworkConfig();
    assertThat(network.getInterfaces().isEnabled()).isTrue();
    assertThat(network.getInterfaces().getInterfaces()).containsExactly("127.0.0.1");
    JoinConfig join = network.getJoin();
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.isAutoDetectionEnabled()).isFalse();
    assertThat(join.getTcpIpConfig().isEnabled()).isTrue();
    assertThat(network.getRestApiConfig().isEnabled()).isFalse();
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
  }

  @Test
  void theOptionsAreWhatHazelcastIsTold() throws IOException {
    Config config =
        ClusteredVertx.config(
            new ClusterOptions()
                .setName("jobs")
                .setHost("localhost")
                .setPort(5800)
                .setMembers(List.of("127.0.0.1:5801", "127.0.0.1:5802"))
                .setQuorum(2)
                .setHeartbeatTimeoutSeconds(3)
                .setMergeDelaySeconds(4));
    assertClosed(config);
    assertThat(config.getClusterName()).isEqualTo("jobs");
    NetworkConfig network = config.getNetworkConfig();
    assertThat(network.getPort()).isEqualTo(5800);
    assertThat(network.isPortAutoIncrement()).isFalse();
    assertThat(network.getJoin().getTcpIpConfig().getMembers())
        .containsExactly("127.0.0.1:5801", "127.0.0.1:5802");
    assertThat(config.getProperty("hazelcast.max.no.heartbeat.seconds")).isEqualTo("3");
    assertThat(config.getProperty("hazelcast.merge.first.run.delay.seconds")).isEqualTo("4");
    assertThat(config.getProperty("hazelcast.merge.next.run.delay.seconds")).isEqualTo("4");
    assertThat(config.getSplitBrainProtectionConfig("abraxas").getMinimumClusterSize())
        .isEqualTo(2);
  }

  @Test
  void theFileOfTheReleaseSaysWhatTheDefaultsAre() throws IOException {
    Config shipped = new FileSystemXmlConfig("src/release/conf/cluster.xml");
    assertClosed(shipped);
    assertThat(shipped.getProperties())
        .isEqualTo(ClusteredVertx.config(new ClusterOptions()).getProperties());
    assertThat(shipped.getClusterName()).isEqualTo(ClusterOptions.DEFAULT_NAME);
  }

  @Test
  void aFileDecidesButForWhatWouldLoseJobs() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("hazelcast.xml"),
            """
            <hazelcast xmlns="http://www.hazelcast.com/schema/config">
              <cluster-name>ours</cluster-name>
              <properties>
                <property name="hazelcast.max.no.heartbeat.seconds">77</property>
                <property name="hazelcast.operation.fail.on.indeterminate.state">false</property>
              </properties>
            </hazelcast>
            """);
    Config config = ClusteredVertx.config(new ClusterOptions().setConfig(file.toString()));
    assertThat(config.getClusterName()).isEqualTo("ours");
    assertThat(config.getProperty("hazelcast.max.no.heartbeat.seconds")).isEqualTo("77");
    assertThat(config.getProperty("hazelcast.operation.fail.on.indeterminate.state"))
        .isEqualTo("true");
    assertThat(config.getProperty("hazelcast.merge.first.run.delay.seconds")).isEqualTo("10");
  }

  @Test
  void aFileThatIsNoConfigurationIsRefusedByItsName() throws IOException {
    Path file = Files.writeString(directory.resolve("x.xml"), "<hazelcast><oops/></hazelcast>");
    ClusterOptions options = new ClusterOptions().setConfig(file.toString());
    assertThatThrownBy(() -> ClusteredVertx.config(options))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("clusterConfig: " + file);
  }
}

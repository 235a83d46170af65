package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.ERROR;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.spi.properties.ClusterProperty;
import io.abraxas.server.GearmanServerVerticle;
import io.abraxas.server.WireClient;
import io.abraxas.server.client.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verticle in a Vert.x that was clustered by somebody else. */
class VertxOfOthersTest {
  private final TestCluster cluster = new TestCluster();
  private Vertx vertx;

  @AfterEach
  void stop() {
    Await.result(vertx.close(), TestServers.PATIENCE_SECONDS);
    cluster.close();
  }

  private void startVertx(Consumer<Config> change) throws IOException {
    Config config = ClusteredVertx.config(cluster.nextOptions());
    change.accept(config);
    vertx =
        Await.result(
            Vertx.builder()
                .with(
                    new VertxOptions()
                        .setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
                .withClusterManager(new HazelcastClusterManager(config))
                .buildClustered(),
            TestServers.PATIENCE_SECONDS);
  }

  private Future<String> deploy(JsonObject more) {
    JsonObject config =
        new JsonObject()
            .put("listen", new JsonArray().add("127.0.0.1:" + TestCluster.freePort()))
            .put("cluster", true)
            .mergeIn(more);
    return vertx.deployVerticle(
        GearmanServerVerticle.class.getName(), new DeploymentOptions().setConfig(config));
  }

  @Test
  void keepsJobsInTheClusterThatIsThere() throws IOException {
    startVertx(config -> {});
    int port = TestCluster.freePort();
    JsonArray listen = new JsonArray().add("127.0.0.1:" + port);
    JsonObject options = new JsonObject().put("listen", listen).put("clusterBackups", 2);
    String id = Await.result(deploy(options), TestServers.PATIENCE_SECONDS);
    HazelcastInstance plain = cluster.start();
    try (WireClient client = WireClient.connect(port)) {
      client.submit(SUBMIT_JOB_BG, "f", "", "x");
    }
    Await.result(vertx.undeploy(id), TestServers.PATIENCE_SECONDS);
    assertThat(plain.getMap(Maps.JOBS).size()).as("the member lives on, and the job").isEqualTo(1);
    assertThat(ClusteredVertx.hazelcast(vertx).getLifecycleService().isRunning()).isTrue();
    Await.result(deploy(options), TestServers.PATIENCE_SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"clusterName\": \"x\"}",
        "{\"clusterHost\": \"::1\"}",
        "{\"clusterPort\": 5702}",
        "{\"clusterMembers\": [\"a:1\"]}",
        "{\"clusterConfig\": \"hazelcast.xml\"}",
        "{\"clusterQuorum\": 2}",
        "{\"clusterHeartbeatTimeoutSeconds\": 5}",
        "{\"clusterMergeDelaySeconds\": 5}",
      })
  void refusesWhatIsDecidedAlready(String json) throws IOException {
    startVertx(config -> {});
    JsonObject option = new JsonObject(json);
    String key = option.fieldNames().iterator().next();
    assertThat(Await.failure(deploy(option)))
        .hasMessageStartingWith(key + " cannot be chosen here")
        .hasMessageContaining("cluster.xml");
  }

  @Test
  void refusesAHazelcastThatDoesNotTellOfLostBackups() throws IOException {
    String property = ClusterProperty.FAIL_ON_INDETERMINATE_OPERATION_STATE.getName();
    startVertx(config -> config.setProperty(property, "false"));
    assertThat(Await.failure(deploy(new JsonObject()))).hasMessageStartingWith(property);
  }

  @Test
  void takesAQuorumFromTheConfigurationThatIsThere() throws IOException {
    startVertx(
        config ->
            config.addSplitBrainProtectionConfig(
                new SplitBrainProtectionConfig(ClusteredVertx.QUORUM, true, 2)));
    int port = TestCluster.freePort();
    Await.result(
        deploy(new JsonObject().put("listen", new JsonArray().add("127.0.0.1:" + port))),
        TestServers.PATIENCE_SECONDS);
    try (WireClient client = WireClient.connect(port)) {
      client.send(SUBMIT_JOB_BG, "f", "", "x").expect(ERROR);
    }
  }
}

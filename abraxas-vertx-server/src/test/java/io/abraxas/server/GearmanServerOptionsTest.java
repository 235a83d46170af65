package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GearmanServerOptionsTest {
  /** A value for each option that is not its default. */
  private static final JsonObject UNUSUAL =
      new JsonObject()
          .put("listen", new JsonArray().add("[::1]:4731").add("unix:/run/gearman"))
          .put("local", "here")
          .put("port", 4740)
          .put("backlog", 32)
          .put("jobRetries", 3)
          .put("roundRobin", true)
          .put("workerWakeup", 2)
          .put("exceptions", true)
          .put("jobHandlePrefix", "H:here")
          .put("keepalive", true)
          .put("keepaliveIdle", 60)
          .put("keepaliveInterval", 10)
          .put("keepaliveCount", 5)
          .put("maxConnections", 100)
          .put("maxPacketSize", 65536)
          .put("maxMemory", 1L << 40)
          .put("highWaterMark", 4096)
          .put("maxUnsent", 8192)
          .put("slowPeerTimeoutSeconds", 7)
          .put("timeZone", "Europe/Berlin")
          .put("drainTimeoutSeconds", 8)
          .put("packetLog", true)
          .put("trafficLog", true)
          .put("cluster", true)
          .put("clusterName", "jobs")
          .put("clusterHost", "::1")
          .put("clusterPort", 5702)
          .put("clusterLinkPort", 5802)
          .put("clusterMembers", new JsonArray().add("a:1").add("[::1]:2"))
          .put("clusterConfig", (String) null)
          .put("clusterBackups", 2)
          .put("clusterQuorum", 3)
          .put("clusterHeartbeatTimeoutSeconds", 4)
          .put("clusterMergeDelaySeconds", 5)
          .put("clusterStoreTimeoutSeconds", 6)
          .put("clusterStatus", true)
          .put("leaveTimeoutSeconds", 9);

  @Test
  void everyOptionGoesToJsonAndBack() {
    assertThat(new GearmanServerOptions(UNUSUAL).toJson()).isEqualTo(UNUSUAL);
    JsonObject standard = new GearmanServerOptions().toJson();
    assertThat(new GearmanServerOptions(standard).toJson()).isEqualTo(standard);
    for (Map.Entry<String, Object> entry : UNUSUAL) {
      assertThat(standard.containsKey(entry.getKey())).as(entry.getKey()).isTrue();
      // Which excludes some of the others.
      if (!entry.getKey().equals("clusterConfig")) {
        assertThat(standard.getValue(entry.getKey())).isNotEqualTo(entry.getValue());
      }
    }
    assertThat(UNUSUAL.fieldNames()).containsExactlyInAnyOrderElementsOf(standard.fieldNames());
  }

  @Test
  void thePartsHaveAJsonFormOfTheirOwn() {
    GearmanServerOptions options = new GearmanServerOptions(UNUSUAL);
    JsonObject cluster = options.getClusterOptions().toJson();
    assertThat(new ClusterOptions(cluster).toJson()).isEqualTo(cluster);
    JsonObject connection = options.getConnectionOptions().toJson();
    assertThat(new ConnectionOptions(connection).toJson()).isEqualTo(connection);
    assertThat(UNUSUAL.getMap()).containsAllEntriesOf(connection.getMap());
    assertThatThrownBy(() -> new ConnectionOptions(cluster)).hasMessageContaining("clusterName");
  }

  @Test
  void fileOfHazelcastExcludesWhatItDecides() {
    JsonObject json = new JsonObject().put("cluster", true).put("clusterConfig", "hazelcast.xml");
    assertThat(new GearmanServerOptions(json).toJson().getString("clusterConfig"))
        .isEqualTo("hazelcast.xml");
    assertThatThrownBy(() -> new GearmanServerOptions(json.copy().put("clusterHost", "::1")))
        .hasMessage("clusterHost and clusterConfig contradict each other: the file decides it");
  }

  @Test
  void textOfJsonIsReadAsWell() {
    JsonObject parsed = new JsonObject(UNUSUAL.encode());
    assertThat(new GearmanServerOptions(parsed).toJson()).isEqualTo(UNUSUAL);
  }

  @Test
  void everyOptionIsCopied() {
    GearmanServerOptions original = new GearmanServerOptions(UNUSUAL);
    GearmanServerOptions copy = new GearmanServerOptions(original);
    original.addListen("elsewhere");
    assertThat(copy.toJson()).isEqualTo(UNUSUAL);
  }

  @ParameterizedTest
  @CsvSource({
    "port, -1",
    "port, 65536",
    "backlog, 0",
    "jobRetries, -1",
    "workerWakeup, -1",
    "keepaliveIdle, -2",
    "keepaliveIdle, 32768",
    "keepaliveInterval, 32768",
    "keepaliveCount, 128",
    "maxConnections, -1",
    "maxPacketSize, 1023",
    "maxMemory, -2",
    "highWaterMark, 0",
    "highWaterMark, 3000000000",
    "maxUnsent, 0",
    "slowPeerTimeoutSeconds, -1",
    "drainTimeoutSeconds, -1",
    "leaveTimeoutSeconds, 0",
    "clusterPort, 65536",
    "clusterLinkPort, -1",
    "clusterBackups, 7",
    "clusterQuorum, -1",
    "clusterHeartbeatTimeoutSeconds, 1",
    "clusterMergeDelaySeconds, 0",
    "clusterStoreTimeoutSeconds, 0",
  })
  void numberOutOfRangeIsRefusedByName(String key, long value) {
    Object number = value == (int) value ? (Object) (int) value : (Object) value;
    assertThatThrownBy(() -> new GearmanServerOptions(new JsonObject().put(key, number)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + " must be ")
        .hasMessageEndingWith(", not " + value);
  }

  @Test
  void timeZoneMustExist() {
    for (String zone : new String[] {"Mars", "", null}) {
      assertThatThrownBy(() -> new GearmanServerOptions().setTimeZone(zone))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("timeZone must be");
    }
  }

  @Test
  void addressesWithoutPortTakeTheOneThatIsSetLater() {
    GearmanServerOptions options =
        new GearmanServerOptions().setListen(List.of("localhost", "::1", ":80")).setPort(4000);
    assertThat(options.listenAddresses().stream().map(ListenAddress::toString))
        .containsExactly("localhost:4000", "[::1]:4000", "0.0.0.0:80");
    assertThat(options.setHost("a").listenAddresses())
        .containsExactly(new ListenAddress("a", 4000, null));
  }

  @Test
  void emptyListOfAddressesIsNotTheSameAsNone() {
    GearmanServerOptions none = new GearmanServerOptions();
    assertThat(none.hasSockets()).isTrue();
    assertThat(none.getListen()).isEmpty();
    assertThat(new GearmanServerOptions(none.toJson()).hasSockets()).isTrue();
    GearmanServerOptions empty = new GearmanServerOptions().setListen(List.of());
    assertThat(empty.hasSockets()).isFalse();
    assertThat(new GearmanServerOptions(empty).hasSockets()).isFalse();
    assertThat(new GearmanServerOptions(empty.toJson()).hasSockets()).isFalse();
    assertThat(empty.setListen(null).hasSockets()).isTrue();
  }

  @Test
  void localNameMustBeOne() {
    for (String name : new String[] {"", " ", "a b", "a,b"}) {
      assertThatThrownBy(() -> new GearmanServerOptions().setLocal(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("local must be a name");
    }
  }

  @Test
  void keepaliveOfMinusOneIsTheSystems() {
    ConnectionOptions options =
        new ConnectionOptions().setKeepaliveIdle(-1).setKeepaliveInterval(-1).setKeepaliveCount(-1);
    assertThat(options.toJson()).isEqualTo(new ConnectionOptions().toJson());
  }
}

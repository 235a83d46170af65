package io.abraxas.server.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.FileSystemXmlConfig;
import com.hazelcast.config.InvalidConfigurationException;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperty;
import io.abraxas.server.ClusterOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;

/**
 * The Vert.x of a server that is its own program, and the Hazelcast below it: closed to everybody
 * whom the options do not let in.
 *
 * <p>One Hazelcast serves the event bus and the jobs. In a Vert.x that was clustered by somebody
 * else, {@link #hazelcast} finds the one that is there.
 */
public final class ClusteredVertx {
  /** The name of the quorum that is asked at each background submit, when there is one. */
  static final String QUORUM = "abraxas";

  private ClusteredVertx() {}

  /** That of a Vert.x made here. */
  private static final class OwnManager extends RepeatingClusterManager {
    OwnManager(Config config) {
      super(config);
    }

    /**
     * The event bus is where links are: at the host of this member's address. Hazelcast's public
     * address may have a port, which Vert.x would take for a part of the name.
     */
    @Override
    public String clusterHost() {
      return getHazelcastInstance().getCluster().getLocalMember().getAddress().getHost();
    }

    @Override
    public String clusterPublicHost() {
      return null;
    }
  }

  /**
   * Joins the cluster, or begins one. Blocks no thread.
   *
   * @return fails with an {@link IOException} whose message tells what is wrong with the options,
   *     or with Hazelcast's own exception
   */
  public static Future<Vertx> build(VertxOptions vertxOptions, ClusterOptions options) {
    Config config;
    try {
      config = config(options);
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
    return Vertx.builder()
        .with(vertxOptions)
        .withClusterManager(new OwnManager(config))
        .buildClustered()
        .recover(ClusteredVertx::explain);
  }

  /** That of a Vert.x that is clustered by {@code cluster.xml}, and not by our options. */
  public static ClusterManager managerByFile() {
    return new RepeatingClusterManager();
  }

  /** A port that is taken is the likely cause, and Hazelcast's message says so. */
  private static Future<Vertx> explain(Throwable cause) {
    return Future.failedFuture(
        cause instanceof HazelcastException
            ? new IOException("cannot join the cluster: " + cause.getMessage(), cause)
            : cause);
  }

  /**
   * The Hazelcast of a Vert.x.
   *
   * @return null when it is clustered by none
   */
  static HazelcastInstance hazelcast(Vertx vertx) {
    return ((VertxInternal) vertx).clusterManager() instanceof HazelcastClusterManager manager
        ? manager.getHazelcastInstance()
        : null;
  }

  /** Whether a Vert.x is clustered, and was so by somebody who did not know the options. */
  public static boolean isMadeByOthers(Vertx vertx) {
    ClusterManager manager = ((VertxInternal) vertx).clusterManager();
    return manager != null && !(manager instanceof OwnManager);
  }

  /** Hazelcast's configuration by the options. */
  static Config config(ClusterOptions options) throws IOException {
    Config config =
        options.getConfig() == null ? closedConfig(options) : fileConfig(options.getConfig());
    config.setProperty(ClusterProperty.FAIL_ON_INDETERMINATE_OPERATION_STATE.getName(), "true");
    setDefault(config, ClusterProperty.OPERATION_CALL_TIMEOUT_MILLIS, 15_000);
    setDefault(config, ClusterProperty.OPERATION_BACKUP_TIMEOUT_MILLIS, 5000);
    setDefault(config, ClusterProperty.HEARTBEAT_INTERVAL_SECONDS, 1);
    setDefault(
        config, ClusterProperty.MAX_NO_HEARTBEAT_SECONDS, options.getHeartbeatTimeoutSeconds());
    setDefault(
        config, ClusterProperty.MERGE_FIRST_RUN_DELAY_SECONDS, options.getMergeDelaySeconds());
    setDefault(
        config, ClusterProperty.MERGE_NEXT_RUN_DELAY_SECONDS, options.getMergeDelaySeconds());
    setDefault(config, ClusterProperty.SOCKET_BIND_ANY, false);
    setDefault(config, ClusterProperty.WAIT_SECONDS_BEFORE_JOIN, 0);
    setDefault(config, ClusterProperty.PHONE_HOME_ENABLED, false);
    // The server ends it, in its own order.
    config.setProperty(ClusterProperty.SHUTDOWNHOOK_ENABLED.getName(), "false");
    setDefault(config, ClusterProperty.LOGGING_TYPE, "slf4j");
    if (options.getQuorum() > 0) {
      config.addSplitBrainProtectionConfig(
          new SplitBrainProtectionConfig(QUORUM, true, options.getQuorum()));
    }
    return config;
  }

  private static void setDefault(Config config, HazelcastProperty property, Object value) {
    if (config.getProperty(property.getName()) == null) {
      config.setProperty(property.getName(), value.toString());
    }
  }

  private static Config fileConfig(String file) throws IOException {
    try {
      return new FileSystemXmlConfig(file);
    } catch (FileNotFoundException e) {
      throw new IOException("clusterConfig: there is no file " + file, e);
    } catch (InvalidConfigurationException e) {
      throw new IOException("clusterConfig: " + file + ": " + e.getMessage(), e);
    }
  }

  private static Config closedConfig(ClusterOptions options) throws IOException {
    Config config = new Config().setClusterName(options.getName());
    NetworkConfig network =
        config.getNetworkConfig().setPort(options.getPort()).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface(localAddress(options.getHost()));
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setMembers(options.getMembers());
    // As Vert.x's own configuration keeps who listens at which address of the event bus.
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
    return config;
  }

  /** Hazelcast compares texts and knows no names here. */
  private static String localAddress(String host) throws IOException {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) == null) {
        throw new IOException(
            "clusterHost must be one address of this machine, which " + host + " is not");
      }
      return address.getHostAddress();
    } catch (UnknownHostException e) {
      throw new IOException("clusterHost: there is no host " + host, e);
    }
  }
}

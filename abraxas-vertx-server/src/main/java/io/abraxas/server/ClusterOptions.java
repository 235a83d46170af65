package io.abraxas.server;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * How a server finds the others of its cluster, and how well they keep jobs together.
 *
 * <p>It matters to a server whose {@link GearmanServerOptions#isCluster} is set. The JSON keys are
 * those of {@link GearmanServerOptions}, {@code clusterName} and so on. Setters throw {@link
 * IllegalArgumentException} for a value that makes no sense, naming the key and what it may be.
 */
@DataObject
public class ClusterOptions {
  /** Default of {@link #getName}. */
  public static final String DEFAULT_NAME = "abraxas";

  /** Default of {@link #getHost}. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** Default of {@link #getPort}. */
  public static final int DEFAULT_PORT = 5701;

  /** Default of {@link #getLinkPort}. */
  public static final int DEFAULT_LINK_PORT = 0;

  /** Default of {@link #getConfig}. */
  public static final String DEFAULT_CONFIG = null;

  /** Default of {@link #getBackups}. */
  public static final int DEFAULT_BACKUPS = 1;

  /** Default of {@link #getQuorum}. */
  public static final int DEFAULT_QUORUM = 0;

  /** Default of {@link #getHeartbeatTimeoutSeconds}. */
  public static final int DEFAULT_HEARTBEAT_TIMEOUT_SECONDS = 10;

  /** Default of {@link #getMergeDelaySeconds}. */
  public static final int DEFAULT_MERGE_DELAY_SECONDS = 10;

  /** Default of {@link #getStoreTimeoutSeconds}. */
  public static final int DEFAULT_STORE_TIMEOUT_SECONDS = 20;

  /** Default of {@link #isStatus}. */
  public static final boolean DEFAULT_STATUS = false;

  /** As many backups as Hazelcast can make. */
  private static final int MAX_BACKUPS = 6;

  private String name = DEFAULT_NAME;
  private String host = DEFAULT_HOST;
  private int port = DEFAULT_PORT;
  private int linkPort = DEFAULT_LINK_PORT;
  private List<String> members = List.of();
  private String config = DEFAULT_CONFIG;
  private int backups = DEFAULT_BACKUPS;
  private int quorum = DEFAULT_QUORUM;
  private int heartbeatTimeoutSeconds = DEFAULT_HEARTBEAT_TIMEOUT_SECONDS;
  private int mergeDelaySeconds = DEFAULT_MERGE_DELAY_SECONDS;
  private int storeTimeoutSeconds = DEFAULT_STORE_TIMEOUT_SECONDS;
  private boolean status = DEFAULT_STATUS;

  /** The defaults. */
  public ClusterOptions() {}

  /** A copy. */
  public ClusterOptions(ClusterOptions other) {
    name = other.name;
    host = other.host;
    port = other.port;
    linkPort = other.linkPort;
    members = other.members;
    config = other.config;
    backups = other.backups;
    quorum = other.quorum;
    heartbeatTimeoutSeconds = other.heartbeatTimeoutSeconds;
    mergeDelaySeconds = other.mergeDelaySeconds;
    storeTimeoutSeconds = other.storeTimeoutSeconds;
    status = other.status;
  }

  /**
   * Reads the JSON form; what is not named keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that makes no sense
   */
  public ClusterOptions(JsonObject json) {
    OptionsJson.read(json, OptionTable.CLUSTER, new GearmanServerOptions().setClusterOptions(this));
  }

  /** The JSON form, every property included. */
  public JsonObject toJson() {
    return OptionsJson.write(
        OptionTable.CLUSTER, new GearmanServerOptions().setClusterOptions(this));
  }

  /** The name of the cluster: members of other names are strangers. */
  public String getName() {
    return name;
  }

  /** Sets {@link #getName}. */
  public ClusterOptions setName(String value) {
    name = filled("clusterName", value);
    return this;
  }

  /**
   * The address of this machine at which the members of the cluster reach this one. It listens
   * there and nowhere else. Whoever reaches it is in: there is neither a password nor encryption.
   */
  public String getHost() {
    return host;
  }

  /** Sets {@link #getHost}: a name or an IP address, without a port. */
  public ClusterOptions setHost(String value) {
    host = filled("clusterHost", value);
    return this;
  }

  /** The port of Hazelcast; no other one is tried when it is taken. */
  public int getPort() {
    return port;
  }

  /** Sets {@link #getPort}. */
  public ClusterOptions setPort(int value) {
    port = Ranges.of("clusterPort", value, 1, 65535);
    return this;
  }

  /** The port at which the other servers reach this one to lend it jobs; 0: any free one. */
  public int getLinkPort() {
    return linkPort;
  }

  /** Sets {@link #getLinkPort}. */
  public ClusterOptions setLinkPort(int value) {
    linkPort = Ranges.of("clusterLinkPort", value, 0, 65535);
    return this;
  }

  /**
   * Where other members may be, whether they are there already or not; this one may be among them.
   * None, the default: it waits for others to come.
   */
  public List<String> getMembers() {
    return members;
  }

  /**
   * Sets {@link #getMembers}: each {@code host:port} or {@code [v6]:port}. A name that stands for
   * several addresses stands for a member at each. Null: none.
   */
  public ClusterOptions setMembers(List<String> values) {
    List<String> all = values == null ? List.of() : List.copyOf(values);
    all.forEach(ClusterOptions::checkMember);
    members = all;
    return this;
  }

  private static void checkMember(String member) {
    ListenAddress address;
    try {
      address = ListenAddress.parse(member, 0);
    } catch (IllegalArgumentException e) {
      address = null;
    }
    if (address == null || address.isUnix() || address.port() == 0 || member.startsWith(":")) {
      throw new IllegalArgumentException(
          "clusterMembers must be host:port or [v6]:port, with commas between them, not \""
              + member
              + "\"");
    }
  }

  /**
   * A file with Hazelcast's own configuration, in the place of name, host, port and members; null,
   * the default: there is none.
   */
  public String getConfig() {
    return config;
  }

  /** Sets {@link #getConfig}. */
  public ClusterOptions setConfig(String file) {
    config = file == null ? null : filled("clusterConfig", file);
    return this;
  }

  /**
   * How many members besides the first have a background job before its client is told of it, when
   * there are as many.
   */
  public int getBackups() {
    return backups;
  }

  /** Sets {@link #getBackups}. */
  public ClusterOptions setBackups(int value) {
    backups = Ranges.of("clusterBackups", value, 0, MAX_BACKUPS);
    return this;
  }

  /**
   * While fewer members than this see each other, background jobs are refused with QUEUE_ERROR; 0:
   * never.
   */
  public int getQuorum() {
    return quorum;
  }

  /** Sets {@link #getQuorum}; 1 is always there, and therefore no quorum. */
  public ClusterOptions setQuorum(int value) {
    if (value == 1) {
      throw new IllegalArgumentException("clusterQuorum must be 0 or 2 or more, not 1");
    }
    quorum = Ranges.of("clusterQuorum", value, 0, Integer.MAX_VALUE);
    return this;
  }

  /** Seconds of silence after which a member counts as lost. */
  public int getHeartbeatTimeoutSeconds() {
    return heartbeatTimeoutSeconds;
  }

  /** Sets {@link #getHeartbeatTimeoutSeconds}; members say something every second. */
  public ClusterOptions setHeartbeatTimeoutSeconds(int value) {
    heartbeatTimeoutSeconds = Ranges.of("clusterHeartbeatTimeoutSeconds", value, 2, 3600);
    return this;
  }

  /** Seconds until two parts of a cluster try to become one again, and between the attempts. */
  public int getMergeDelaySeconds() {
    return mergeDelaySeconds;
  }

  /** Sets {@link #getMergeDelaySeconds}. */
  public ClusterOptions setMergeDelaySeconds(int value) {
    mergeDelaySeconds = Ranges.of("clusterMergeDelaySeconds", value, 1, 3600);
    return this;
  }

  /** Seconds that storing a job may take before its client is told QUEUE_ERROR. */
  public int getStoreTimeoutSeconds() {
    return storeTimeoutSeconds;
  }

  /** Sets {@link #getStoreTimeoutSeconds}. */
  public ClusterOptions setStoreTimeoutSeconds(int value) {
    storeTimeoutSeconds = Ranges.of("clusterStoreTimeoutSeconds", value, 1, 3600);
    return this;
  }

  /**
   * Whether the admin commands {@code status} and {@code prioritystatus} tell of the whole cluster.
   * For tools that ask one server: those that ask each and add up would count everything several
   * times.
   */
  public boolean isStatus() {
    return status;
  }

  /** Sets {@link #isStatus}. */
  public ClusterOptions setStatus(boolean value) {
    status = value;
    return this;
  }

  private static String filled(String key, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(key + " must not be empty");
    }
    return value.trim();
  }
}

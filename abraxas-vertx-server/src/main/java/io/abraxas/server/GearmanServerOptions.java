package io.abraxas.server;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What can be chosen for a {@link GearmanServer}.
 *
 * <p>Every property but the local name is an option of the program too, see {@link OptionTable},
 * which the JSON form is read and written by: one object, with the keys of connections and of the
 * cluster among the others. Setters throw {@link IllegalArgumentException} for a value that makes
 * no sense, naming the property and what it may be.
 */
@DataObject
public class GearmanServerOptions {
  /** Default of {@link #getLocal}. */
  public static final String DEFAULT_LOCAL = null;

  /** Default of {@link #getPort}. */
  public static final int DEFAULT_PORT = 4730;

  /** Default of {@link #getBacklog}. */
  public static final int DEFAULT_BACKLOG = 1024;

  /** Default of {@link #getJobRetries}. */
  public static final int DEFAULT_JOB_RETRIES = 0;

  /** Default of {@link #isRoundRobin}. */
  public static final boolean DEFAULT_ROUND_ROBIN = false;

  /** Default of {@link #getWorkerWakeup}. */
  public static final int DEFAULT_WORKER_WAKEUP = 0;

  /** Default of {@link #isExceptions}. */
  public static final boolean DEFAULT_EXCEPTIONS = false;

  /** Default of {@link #getJobHandlePrefix}. */
  public static final String DEFAULT_JOB_HANDLE_PREFIX = null;

  /** Default of {@link #getMaxMemory}. */
  public static final long DEFAULT_MAX_MEMORY = -1;

  /** Default of {@link #getTimeZone}. */
  public static final String DEFAULT_TIME_ZONE = "UTC";

  /** Default of {@link #getDrainTimeoutSeconds}. */
  public static final int DEFAULT_DRAIN_TIMEOUT_SECONDS = 0;

  /** Default of {@link #isCluster}. */
  public static final boolean DEFAULT_CLUSTER = false;

  /** Default of {@link #getLeaveTimeoutSeconds}. */
  public static final int DEFAULT_LEAVE_TIMEOUT_SECONDS = 10;

  /** Null: all interfaces. */
  private List<String> listen;

  private String local = DEFAULT_LOCAL;
  private int port = DEFAULT_PORT;
  private int backlog = DEFAULT_BACKLOG;
  private int jobRetries = DEFAULT_JOB_RETRIES;
  private boolean roundRobin = DEFAULT_ROUND_ROBIN;
  private int workerWakeup = DEFAULT_WORKER_WAKEUP;
  private boolean exceptions = DEFAULT_EXCEPTIONS;
  private String jobHandlePrefix = DEFAULT_JOB_HANDLE_PREFIX;
  private long maxMemory = DEFAULT_MAX_MEMORY;
  private String timeZone = DEFAULT_TIME_ZONE;
  private int drainTimeoutSeconds = DEFAULT_DRAIN_TIMEOUT_SECONDS;
  private boolean cluster = DEFAULT_CLUSTER;
  private int leaveTimeoutSeconds = DEFAULT_LEAVE_TIMEOUT_SECONDS;
  private ClusterOptions clusterOptions = new ClusterOptions();
  private ConnectionOptions connectionOptions = new ConnectionOptions();

  /** The defaults. */
  public GearmanServerOptions() {}

  /** A copy. */
  public GearmanServerOptions(GearmanServerOptions other) {
    listen = other.listen == null ? null : new ArrayList<>(other.listen);
    local = other.local;
    port = other.port;
    backlog = other.backlog;
    jobRetries = other.jobRetries;
    roundRobin = other.roundRobin;
    workerWakeup = other.workerWakeup;
    exceptions = other.exceptions;
    jobHandlePrefix = other.jobHandlePrefix;
    maxMemory = other.maxMemory;
    timeZone = other.timeZone;
    drainTimeoutSeconds = other.drainTimeoutSeconds;
    cluster = other.cluster;
    leaveTimeoutSeconds = other.leaveTimeoutSeconds;
    clusterOptions = new ClusterOptions(other.clusterOptions);
    connectionOptions = new ConnectionOptions(other.connectionOptions);
  }

  /**
   * Reads the JSON form; what is not named keeps its default, and the order of the keys means
   * nothing. For one address {@code host}, as of {@link #setHost}, may stand in the place of {@code
   * listen}.
   *
   * @throws IllegalArgumentException for an unknown key, both {@code host} and {@code listen}, a
   *     value of the wrong type or one that makes no sense, alone or beside another
   */
  public GearmanServerOptions(JsonObject json) {
    OptionsJson.read(json, this);
    check();
  }

  /** Refuses values that make no sense together, with an {@link IllegalArgumentException}. */
  void check() {
    OptionsJson.checkTogether(this, option -> option.key);
  }

  /** The JSON form, every property included. */
  public JsonObject toJson() {
    return OptionsJson.write(OptionTable.ALL, this);
  }

  /**
   * The addresses to listen on as given, see {@link #setListen}; empty when there are none, which
   * means all interfaces, or no socket at all: {@link #hasSockets} tells.
   */
  public List<String> getListen() {
    return listen == null ? List.of() : List.copyOf(listen);
  }

  /** Whether the server listens on sockets: not when {@link #setListen} was given an empty list. */
  public boolean hasSockets() {
    return listen == null || !listen.isEmpty();
  }

  /**
   * The addresses to listen on: each {@code host}, {@code host:port}, {@code :port}, {@code
   * [v6]:port} or {@code unix:path}. Null, the default: all interfaces, with the port of {@link
   * #getPort}. An empty list: no socket at all, for a server that has a {@link #getLocal} name.
   */
  public GearmanServerOptions setListen(List<String> addresses) {
    if (addresses == null) {
      listen = null;
      return this;
    }
    addresses.forEach(address -> ListenAddress.parse(address, port));
    listen = new ArrayList<>(addresses);
    return this;
  }

  /** Adds an address to listen on, see {@link #setListen}. */
  public GearmanServerOptions addListen(String address) {
    ListenAddress.parse(address, port);
    listen = listen == null ? new ArrayList<>() : listen;
    listen.add(address);
    return this;
  }

  /**
   * The name under which clients in the same Vert.x reach the server without a socket, as {@code
   * local:<name>}; null, the default: they cannot.
   */
  public String getLocal() {
    return local;
  }

  /** Sets {@link #getLocal}. */
  public GearmanServerOptions setLocal(String value) {
    if (value != null && (value.isBlank() || value.matches(".*[\\s,].*"))) {
      throw new IllegalArgumentException(
          "local must be a name without spaces and commas, not \"" + value + "\"");
    }
    local = value;
    return this;
  }

  /** Listens on this one host only, which names no port, with the port of {@link #getPort}. */
  public GearmanServerOptions setHost(String host) {
    if (ListenAddress.parse(host, -1).port() != -1) {
      throw new IllegalArgumentException(
          "host must be a host alone, not \"" + host + "\"; use port or listen as well");
    }
    return setListen(List.of(host));
  }

  /** The addresses given, with their ports. */
  List<ListenAddress> listenAddresses() {
    return getListen().stream().map(text -> ListenAddress.parse(text, port)).toList();
  }

  /** {@link #getMaxMemory} with its default resolved; 0: without limit. */
  long effectiveMaxMemory() {
    return maxMemory < 0 ? Runtime.getRuntime().maxMemory() / 2 : maxMemory;
  }

  /** The port of every address that names none; 0 picks a free one. */
  public int getPort() {
    return port;
  }

  /** Sets {@link #getPort}. */
  public GearmanServerOptions setPort(int value) {
    port = Ranges.of("port", value, 0, 65535);
    return this;
  }

  /**
   * Connections that may wait to be accepted, for each address. gearmand's default is 32, too few
   * for the moment when all workers of a site connect again.
   */
  public int getBacklog() {
    return backlog;
  }

  /** Sets {@link #getBacklog}. */
  public GearmanServerOptions setBacklog(int value) {
    backlog = Ranges.of("backlog", value, 1, Integer.MAX_VALUE);
    return this;
  }

  /** How often a worker may be lost with a job before the job fails; 0: without limit. */
  public int getJobRetries() {
    return jobRetries;
  }

  /** Sets {@link #getJobRetries}. */
  public GearmanServerOptions setJobRetries(int value) {
    jobRetries = Ranges.of("jobRetries", value, 0, Integer.MAX_VALUE);
    return this;
  }

  /** Whether the functions of a worker take turns before priorities are looked at. */
  public boolean isRoundRobin() {
    return roundRobin;
  }

  /** Sets {@link #isRoundRobin}. */
  public GearmanServerOptions setRoundRobin(boolean value) {
    roundRobin = value;
    return this;
  }

  /** How many sleeping workers a new job wakes; 0: all that can do it. */
  public int getWorkerWakeup() {
    return workerWakeup;
  }

  /** Sets {@link #getWorkerWakeup}. */
  public GearmanServerOptions setWorkerWakeup(int value) {
    workerWakeup = Ranges.of("workerWakeup", value, 0, Integer.MAX_VALUE);
    return this;
  }

  /** Whether every connection gets WORK_EXCEPTION without asking for it. */
  public boolean isExceptions() {
    return exceptions;
  }

  /** Sets {@link #isExceptions}. */
  public GearmanServerOptions setExceptions(boolean value) {
    exceptions = value;
    return this;
  }

  /** What handles start with, at most 24 characters of it; null: {@code H:} and the host's name. */
  public String getJobHandlePrefix() {
    return jobHandlePrefix;
  }

  /** Sets {@link #getJobHandlePrefix}. */
  public GearmanServerOptions setJobHandlePrefix(String value) {
    jobHandlePrefix = value;
    return this;
  }

  /**
   * Bytes that queued jobs and half-received packets may take together; beyond, submits are refused
   * with QUEUE_ERROR. -1: half of the JVM's largest heap; 0: without limit.
   */
  public long getMaxMemory() {
    return maxMemory;
  }

  /** Sets {@link #getMaxMemory}. */
  public GearmanServerOptions setMaxMemory(long value) {
    maxMemory = Ranges.of("maxMemory", value, -1, Long.MAX_VALUE);
    return this;
  }

  /** Time zone of the fields of schedules, such as {@code UTC} or {@code Europe/Berlin}. */
  public String getTimeZone() {
    return timeZone;
  }

  /** Sets {@link #getTimeZone}. */
  public GearmanServerOptions setTimeZone(String value) {
    try {
      timeZone = ZoneId.of(value == null ? "" : value).getId();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "timeZone must be one such as UTC or Europe/Berlin, not \"" + value + "\"", e);
    }
    return this;
  }

  /** Seconds that a graceful stop waits for running jobs; 0: as long as they take. */
  public int getDrainTimeoutSeconds() {
    return drainTimeoutSeconds;
  }

  /** Sets {@link #getDrainTimeoutSeconds}. */
  public GearmanServerOptions setDrainTimeoutSeconds(int value) {
    drainTimeoutSeconds = Ranges.of("drainTimeoutSeconds", value, 0, Integer.MAX_VALUE);
    return this;
  }

  /** Whether the server is part of a cluster, which keeps background jobs together. */
  public boolean isCluster() {
    return cluster;
  }

  /**
   * Sets {@link #isCluster}. The server's Vert.x must be clustered by Hazelcast then; the program
   * makes one that is.
   */
  public GearmanServerOptions setCluster(boolean value) {
    cluster = value;
    return this;
  }

  /** Seconds that a server of a cluster may take to hand its jobs to the others when it stops. */
  public int getLeaveTimeoutSeconds() {
    return leaveTimeoutSeconds;
  }

  /** Sets {@link #getLeaveTimeoutSeconds}. */
  public GearmanServerOptions setLeaveTimeoutSeconds(int value) {
    leaveTimeoutSeconds = Ranges.of("leaveTimeoutSeconds", value, 1, 3600);
    return this;
  }

  /** How the server finds the others of its cluster. */
  public ClusterOptions getClusterOptions() {
    return clusterOptions;
  }

  /** Sets {@link #getClusterOptions}; not copied. */
  public GearmanServerOptions setClusterOptions(ClusterOptions value) {
    clusterOptions = Objects.requireNonNull(value);
    return this;
  }

  /** What holds for each connection. */
  public ConnectionOptions getConnectionOptions() {
    return connectionOptions;
  }

  /** Sets {@link #getConnectionOptions}; not copied. */
  public GearmanServerOptions setConnectionOptions(ConnectionOptions value) {
    connectionOptions = Objects.requireNonNull(value);
    return this;
  }
}

package io.abraxas.server;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be chosen for a {@link GearmanServer}.
 *
 * <p>Every property but the local name is an option of the program too, see {@link ServerOption},
 * the table that also reads and writes the JSON form. Setters throw {@link
 * IllegalArgumentException} for a value that makes no sense, naming the property and what it may
 * be.
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

  /** Default of {@link #isKeepalive}. */
  public static final boolean DEFAULT_KEEPALIVE = false;

  /** Default of {@link #getKeepaliveIdle}. */
  public static final int DEFAULT_KEEPALIVE_IDLE = 0;

  /** Default of {@link #getKeepaliveInterval}. */
  public static final int DEFAULT_KEEPALIVE_INTERVAL = 0;

  /** Default of {@link #getKeepaliveCount}. */
  public static final int DEFAULT_KEEPALIVE_COUNT = 0;

  /** Default of {@link #getMaxConnections}. */
  public static final int DEFAULT_MAX_CONNECTIONS = 0;

  /** Default of {@link #getMaxPacketSize}. */
  public static final int DEFAULT_MAX_PACKET_SIZE = 128 * 1024 * 1024;

  /** Default of {@link #getMaxMemory}. */
  public static final long DEFAULT_MAX_MEMORY = -1;

  /** Default of {@link #getHighWaterMark}. */
  public static final int DEFAULT_HIGH_WATER_MARK = 1024 * 1024;

  /** Default of {@link #getMaxUnsent}. */
  public static final int DEFAULT_MAX_UNSENT = 64 * 1024 * 1024;

  /** Default of {@link #getSlowPeerTimeoutSeconds}. */
  public static final int DEFAULT_SLOW_PEER_TIMEOUT_SECONDS = 30;

  /** Default of {@link #getTimeZone}. */
  public static final String DEFAULT_TIME_ZONE = "UTC";

  /** Default of {@link #getDrainTimeoutSeconds}. */
  public static final int DEFAULT_DRAIN_TIMEOUT_SECONDS = 0;

  /** Default of {@link #isPacketLog}. */
  public static final boolean DEFAULT_PACKET_LOG = false;

  /** Default of {@link #isTrafficLog}. */
  public static final boolean DEFAULT_TRAFFIC_LOG = false;

  /** Largest value of {@link #setMaxPacketSize}: what a Java array holds, less the header. */
  static final int MAX_PACKET_SIZE_LIMIT = Integer.MAX_VALUE - 64;

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
  private boolean keepalive = DEFAULT_KEEPALIVE;
  private int keepaliveIdle = DEFAULT_KEEPALIVE_IDLE;
  private int keepaliveInterval = DEFAULT_KEEPALIVE_INTERVAL;
  private int keepaliveCount = DEFAULT_KEEPALIVE_COUNT;
  private int maxConnections = DEFAULT_MAX_CONNECTIONS;
  private int maxPacketSize = DEFAULT_MAX_PACKET_SIZE;
  private long maxMemory = DEFAULT_MAX_MEMORY;
  private int highWaterMark = DEFAULT_HIGH_WATER_MARK;
  private int maxUnsent = DEFAULT_MAX_UNSENT;
  private int slowPeerTimeoutSeconds = DEFAULT_SLOW_PEER_TIMEOUT_SECONDS;
  private String timeZone = DEFAULT_TIME_ZONE;
  private int drainTimeoutSeconds = DEFAULT_DRAIN_TIMEOUT_SECONDS;
  private boolean packetLog = DEFAULT_PACKET_LOG;
  private boolean trafficLog = DEFAULT_TRAFFIC_LOG;

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
    keepalive = other.keepalive;
    keepaliveIdle = other.keepaliveIdle;
    keepaliveInterval = other.keepaliveInterval;
    keepaliveCount = other.keepaliveCount;
    maxConnections = other.maxConnections;
    maxPacketSize = other.maxPacketSize;
    maxMemory = other.maxMemory;
    highWaterMark = other.highWaterMark;
    maxUnsent = other.maxUnsent;
    slowPeerTimeoutSeconds = other.slowPeerTimeoutSeconds;
    timeZone = other.timeZone;
    drainTimeoutSeconds = other.drainTimeoutSeconds;
    packetLog = other.packetLog;
    trafficLog = other.trafficLog;
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
    ServerOption.read(json, this);
    check();
  }

  /** Refuses values that make no sense together, with an {@link IllegalArgumentException}. */
  void check() {
    ServerOption.checkTogether(this, option -> option.key);
  }

  /** The JSON form, every property included. */
  public JsonObject toJson() {
    return ServerOption.write(this);
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
    port = (int) range("port", value, 0, 65535);
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
    backlog = (int) range("backlog", value, 1, Integer.MAX_VALUE);
    return this;
  }

  /** How often a worker may be lost with a job before the job fails; 0: without limit. */
  public int getJobRetries() {
    return jobRetries;
  }

  /** Sets {@link #getJobRetries}. */
  public GearmanServerOptions setJobRetries(int value) {
    jobRetries = (int) range("jobRetries", value, 0, Integer.MAX_VALUE);
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
    workerWakeup = (int) range("workerWakeup", value, 0, Integer.MAX_VALUE);
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

  /** Whether TCP keepalive finds out about peers that vanished. */
  public boolean isKeepalive() {
    return keepalive;
  }

  /** Sets {@link #isKeepalive}. */
  public GearmanServerOptions setKeepalive(boolean value) {
    keepalive = value;
    return this;
  }

  /** Seconds without traffic before the first keepalive probe; 0: the system's setting. */
  public int getKeepaliveIdle() {
    return keepaliveIdle;
  }

  /** Sets {@link #getKeepaliveIdle}; -1, which is gearmand's default, means 0. */
  public GearmanServerOptions setKeepaliveIdle(int value) {
    keepaliveIdle = Math.max(0, (int) range("keepaliveIdle", value, -1, 32767));
    return this;
  }

  /** Seconds between keepalive probes; 0: the system's setting. */
  public int getKeepaliveInterval() {
    return keepaliveInterval;
  }

  /** Sets {@link #getKeepaliveInterval}; -1, which is gearmand's default, means 0. */
  public GearmanServerOptions setKeepaliveInterval(int value) {
    keepaliveInterval = Math.max(0, (int) range("keepaliveInterval", value, -1, 32767));
    return this;
  }

  /** Keepalive probes without an answer until a peer counts as lost; 0: the system's setting. */
  public int getKeepaliveCount() {
    return keepaliveCount;
  }

  /** Sets {@link #getKeepaliveCount}; -1, which is gearmand's default, means 0. */
  public GearmanServerOptions setKeepaliveCount(int value) {
    keepaliveCount = Math.max(0, (int) range("keepaliveCount", value, -1, 127));
    return this;
  }

  /** How many connections there may be; 0: without limit. Those beyond are closed at once. */
  public int getMaxConnections() {
    return maxConnections;
  }

  /** Sets {@link #getMaxConnections}. */
  public GearmanServerOptions setMaxConnections(int value) {
    maxConnections = (int) range("maxConnections", value, 0, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Largest body of a packet in bytes. A larger one is answered by ERROR, and its connection
   * closed.
   */
  public int getMaxPacketSize() {
    return maxPacketSize;
  }

  /** Sets {@link #getMaxPacketSize}. */
  public GearmanServerOptions setMaxPacketSize(int value) {
    maxPacketSize = (int) range("maxPacketSize", value, 1024, MAX_PACKET_SIZE_LIMIT);
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
    maxMemory = range("maxMemory", value, -1, Long.MAX_VALUE);
    return this;
  }

  /**
   * Unsent bytes of a connection above which the server stops reading from those who cause them.
   */
  public int getHighWaterMark() {
    return highWaterMark;
  }

  /** Sets {@link #getHighWaterMark}. */
  public GearmanServerOptions setHighWaterMark(int value) {
    highWaterMark = (int) range("highWaterMark", value, 1024, Integer.MAX_VALUE);
    return this;
  }

  /** Unsent bytes of a connection above which it is closed. A single packet may be larger. */
  public int getMaxUnsent() {
    return maxUnsent;
  }

  /** Sets {@link #getMaxUnsent}. */
  public GearmanServerOptions setMaxUnsent(int value) {
    maxUnsent = (int) range("maxUnsent", value, 1024, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Seconds after which a connection above the high-water mark that takes no byte is closed; 0:
   * never.
   */
  public int getSlowPeerTimeoutSeconds() {
    return slowPeerTimeoutSeconds;
  }

  /** Sets {@link #getSlowPeerTimeoutSeconds}. */
  public GearmanServerOptions setSlowPeerTimeoutSeconds(int value) {
    slowPeerTimeoutSeconds = (int) range("slowPeerTimeoutSeconds", value, 0, Integer.MAX_VALUE);
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
    drainTimeoutSeconds = (int) range("drainTimeoutSeconds", value, 0, Integer.MAX_VALUE);
    return this;
  }

  /** Whether every packet is written to the log {@code io.abraxas.server.packets}, payloads cut. */
  public boolean isPacketLog() {
    return packetLog;
  }

  /** Sets {@link #isPacketLog}. */
  public GearmanServerOptions setPacketLog(boolean value) {
    packetLog = value;
    return this;
  }

  /** Whether all bytes are written to the log {@code io.abraxas.server.traffic}, cut. */
  public boolean isTrafficLog() {
    return trafficLog;
  }

  /** Sets {@link #isTrafficLog}. */
  public GearmanServerOptions setTrafficLog(boolean value) {
    trafficLog = value;
    return this;
  }

  private static long range(String name, long value, long least, long most) {
    if (value < least || value > most) {
      String bound = most >= Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
      throw new IllegalArgumentException(name + " must be " + bound + ", not " + value);
    }
    return value;
  }
}

package io.abraxas.server;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/**
 * What holds for each connection to a {@link GearmanServer}: its limits, keepalive, and logs.
 *
 * <p>The JSON keys are those of {@link GearmanServerOptions}, {@code maxPacketSize} and so on.
 * Setters throw {@link IllegalArgumentException} for a value that makes no sense, naming the
 * property and what it may be.
 */
@DataObject
public class ConnectionOptions {
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

  /** Default of {@link #getHighWaterMark}. */
  public static final int DEFAULT_HIGH_WATER_MARK = 1024 * 1024;

  /** Default of {@link #getMaxUnsent}. */
  public static final int DEFAULT_MAX_UNSENT = 64 * 1024 * 1024;

  /** Default of {@link #getSlowPeerTimeoutSeconds}. */
  public static final int DEFAULT_SLOW_PEER_TIMEOUT_SECONDS = 30;

  /** Default of {@link #isPacketLog}. */
  public static final boolean DEFAULT_PACKET_LOG = false;

  /** Default of {@link #isTrafficLog}. */
  public static final boolean DEFAULT_TRAFFIC_LOG = false;

  /** Largest value of {@link #setMaxPacketSize}: what a Java array holds, less the header. */
  static final int MAX_PACKET_SIZE_LIMIT = Integer.MAX_VALUE - 64;

  private boolean keepalive = DEFAULT_KEEPALIVE;
  private int keepaliveIdle = DEFAULT_KEEPALIVE_IDLE;
  private int keepaliveInterval = DEFAULT_KEEPALIVE_INTERVAL;
  private int keepaliveCount = DEFAULT_KEEPALIVE_COUNT;
  private int maxConnections = DEFAULT_MAX_CONNECTIONS;
  private int maxPacketSize = DEFAULT_MAX_PACKET_SIZE;
  private int highWaterMark = DEFAULT_HIGH_WATER_MARK;
  private int maxUnsent = DEFAULT_MAX_UNSENT;
  private int slowPeerTimeoutSeconds = DEFAULT_SLOW_PEER_TIMEOUT_SECONDS;
  private boolean packetLog = DEFAULT_PACKET_LOG;
  private boolean trafficLog = DEFAULT_TRAFFIC_LOG;

  /** The defaults. */
  public ConnectionOptions() {}

  /** A copy. */
  public ConnectionOptions(ConnectionOptions other) {
    keepalive = other.keepalive;
    keepaliveIdle = other.keepaliveIdle;
    keepaliveInterval = other.keepaliveInterval;
    keepaliveCount = other.keepaliveCount;
    maxConnections = other.maxConnections;
    maxPacketSize = other.maxPacketSize;
    highWaterMark = other.highWaterMark;
    maxUnsent = other.maxUnsent;
    slowPeerTimeoutSeconds = other.slowPeerTimeoutSeconds;
    packetLog = other.packetLog;
    trafficLog = other.trafficLog;
  }

  /**
   * Reads the JSON form; what is not named keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that makes no sense
   */
  public ConnectionOptions(JsonObject json) {
    OptionsJson.read(
        json, OptionTable.CONNECTION, new GearmanServerOptions().setConnectionOptions(this));
  }

  /** The JSON form, every property included. */
  public JsonObject toJson() {
    return OptionsJson.write(
        OptionTable.CONNECTION, new GearmanServerOptions().setConnectionOptions(this));
  }

  /** Whether TCP keepalive finds out about peers that vanished. */
  public boolean isKeepalive() {
    return keepalive;
  }

  /** Sets {@link #isKeepalive}. */
  public ConnectionOptions setKeepalive(boolean value) {
    keepalive = value;
    return this;
  }

  /** Seconds without traffic before the first keepalive probe; 0: the system's setting. */
  public int getKeepaliveIdle() {
    return keepaliveIdle;
  }

  /** Sets {@link #getKeepaliveIdle}; -1, which is gearmand's default, means 0. */
  public ConnectionOptions setKeepaliveIdle(int value) {
    keepaliveIdle = Math.max(0, Ranges.of("keepaliveIdle", value, -1, 32767));
    return this;
  }

  /** Seconds between keepalive probes; 0: the system's setting. */
  public int getKeepaliveInterval() {
    return keepaliveInterval;
  }

  /** Sets {@link #getKeepaliveInterval}; -1, which is gearmand's default, means 0. */
  public ConnectionOptions setKeepaliveInterval(int value) {
    keepaliveInterval = Math.max(0, Ranges.of("keepaliveInterval", value, -1, 32767));
    return this;
  }

  /** Keepalive probes without an answer until a peer counts as lost; 0: the system's setting. */
  public int getKeepaliveCount() {
    return keepaliveCount;
  }

  /** Sets {@link #getKeepaliveCount}; -1, which is gearmand's default, means 0. */
  public ConnectionOptions setKeepaliveCount(int value) {
    keepaliveCount = Math.max(0, Ranges.of("keepaliveCount", value, -1, 127));
    return this;
  }

  /** How many connections there may be; 0: without limit. Those beyond are closed at once. */
  public int getMaxConnections() {
    return maxConnections;
  }

  /** Sets {@link #getMaxConnections}. */
  public ConnectionOptions setMaxConnections(int value) {
    maxConnections = Ranges.of("maxConnections", value, 0, Integer.MAX_VALUE);
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
  public ConnectionOptions setMaxPacketSize(int value) {
    maxPacketSize = Ranges.of("maxPacketSize", value, 1024, MAX_PACKET_SIZE_LIMIT);
    return this;
  }

  /**
   * Unsent bytes of a connection above which the server stops reading from those who cause them.
   */
  public int getHighWaterMark() {
    return highWaterMark;
  }

  /** Sets {@link #getHighWaterMark}. */
  public ConnectionOptions setHighWaterMark(int value) {
    highWaterMark = Ranges.of("highWaterMark", value, 1024, Integer.MAX_VALUE);
    return this;
  }

  /** Unsent bytes of a connection above which it is closed. A single packet may be larger. */
  public int getMaxUnsent() {
    return maxUnsent;
  }

  /** Sets {@link #getMaxUnsent}. */
  public ConnectionOptions setMaxUnsent(int value) {
    maxUnsent = Ranges.of("maxUnsent", value, 1024, Integer.MAX_VALUE);
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
  public ConnectionOptions setSlowPeerTimeoutSeconds(int value) {
    slowPeerTimeoutSeconds = Ranges.of("slowPeerTimeoutSeconds", value, 0, Integer.MAX_VALUE);
    return this;
  }

  /** Whether every packet is written to the log {@code io.abraxas.server.packets}, payloads cut. */
  public boolean isPacketLog() {
    return packetLog;
  }

  /** Sets {@link #isPacketLog}. */
  public ConnectionOptions setPacketLog(boolean value) {
    packetLog = value;
    return this;
  }

  /** Whether all bytes are written to the log {@code io.abraxas.server.traffic}, cut. */
  public boolean isTrafficLog() {
    return trafficLog;
  }

  /** Sets {@link #isTrafficLog}. */
  public ConnectionOptions setTrafficLog(boolean value) {
    trafficLog = value;
    return this;
  }
}

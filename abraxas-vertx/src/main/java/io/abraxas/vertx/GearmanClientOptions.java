package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link GearmanClient} connects and behaves. Times are in milliseconds, at most three years,
 * sizes in bytes; 0 means no limit where the text says so. Setters throw {@link
 * IllegalArgumentException} for what cannot be.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class GearmanClientOptions {
  /** Default of {@link #isStreaming}: not streaming. */
  public static final boolean DEFAULT_STREAMING = false;

  /** Default of {@link #getMaxJobs}: one. */
  public static final int DEFAULT_MAX_JOBS = 1;

  /** Default of {@link #getSubmitTimeout}: no limit. */
  public static final long DEFAULT_SUBMIT_TIMEOUT = 0;

  /** Default of {@link #getResponseTimeout}: no limit. */
  public static final long DEFAULT_RESPONSE_TIMEOUT = 0;

  /** Default of {@link #isPacketLog}: off. */
  public static final boolean DEFAULT_PACKET_LOG = false;

  /** Default of {@link #isTrafficLog}: off. */
  public static final boolean DEFAULT_TRAFFIC_LOG = false;

  /** Default of {@link #getMaxPacketLength}: 128 MiB. */
  public static final int DEFAULT_MAX_PACKET_LENGTH = 128 * 1024 * 1024;

  /** Default of {@link #getMaxPayloadLength}: 128 MiB. */
  public static final int DEFAULT_MAX_PAYLOAD_LENGTH = 128 * 1024 * 1024;

  /** Default of {@link #getMaxResultLength}: 128 MiB. */
  public static final int DEFAULT_MAX_RESULT_LENGTH = 128 * 1024 * 1024;

  /** Default of {@link #getTaskBufferSize}: 256 KiB. */
  public static final int DEFAULT_TASK_BUFFER_SIZE = 256 * 1024;

  /** Default of {@link #getReadStallTimeout}: 30 seconds. */
  public static final long DEFAULT_READ_STALL_TIMEOUT = 30_000;

  /** Default of {@link #getWriteStallTimeout}: 30 seconds. */
  public static final long DEFAULT_WRITE_STALL_TIMEOUT = 30_000;

  /** Default of {@link #getMaxWaitingBytes}: 64 MiB. */
  public static final long DEFAULT_MAX_WAITING_BYTES = 64L * 1024 * 1024;

  /** Default of {@link #getMaxRetries}: three times. */
  public static final int DEFAULT_MAX_RETRIES = 3;

  /** Default of {@link #getMaxWaitingRetries}: ten thousand jobs. */
  public static final int DEFAULT_MAX_WAITING_RETRIES = 10_000;

  /** Default of {@link #getReconnectDelay}: 100 ms. */
  public static final long DEFAULT_RECONNECT_DELAY = 100;

  /** Default of {@link #getMaxReconnectDelay}: 10 seconds. */
  public static final long DEFAULT_MAX_RECONNECT_DELAY = 10_000;

  /** The server when neither the options nor the environment name one. */
  public static final String DEFAULT_SERVER = "127.0.0.1:4730";

  /** The environment variable that names servers, separated by commas. */
  public static final String SERVERS_VARIABLE = "GEARMAN_SERVERS";

  private List<ServerOptions> servers = new ArrayList<>();
  private boolean streaming = DEFAULT_STREAMING;
  private String defaultEncoding;
  private int maxJobs = DEFAULT_MAX_JOBS;
  private long submitTimeout = DEFAULT_SUBMIT_TIMEOUT;
  private long responseTimeout = DEFAULT_RESPONSE_TIMEOUT;
  private String clientId;
  private NetClientOptions netClientOptions;
  private boolean packetLog = DEFAULT_PACKET_LOG;
  private boolean trafficLog = DEFAULT_TRAFFIC_LOG;
  private int maxPacketLength = DEFAULT_MAX_PACKET_LENGTH;
  private int maxPayloadLength = DEFAULT_MAX_PAYLOAD_LENGTH;
  private int maxResultLength = DEFAULT_MAX_RESULT_LENGTH;
  private int taskBufferSize = DEFAULT_TASK_BUFFER_SIZE;
  private long readStallTimeout = DEFAULT_READ_STALL_TIMEOUT;
  private long writeStallTimeout = DEFAULT_WRITE_STALL_TIMEOUT;
  private long maxWaitingBytes = DEFAULT_MAX_WAITING_BYTES;
  private int maxRetries = DEFAULT_MAX_RETRIES;
  private int maxWaitingRetries = DEFAULT_MAX_WAITING_RETRIES;
  private long reconnectDelay = DEFAULT_RECONNECT_DELAY;
  private long maxReconnectDelay = DEFAULT_MAX_RECONNECT_DELAY;

  /** Makes options with all defaults: the server at 127.0.0.1:4730, or those of the environment. */
  public GearmanClientOptions() {}

  /** Makes a copy. */
  public GearmanClientOptions(GearmanClientOptions other) {
    this.streaming = other.streaming;
    this.defaultEncoding = other.defaultEncoding;
    this.maxJobs = other.maxJobs;
    this.submitTimeout = other.submitTimeout;
    this.responseTimeout = other.responseTimeout;
    this.clientId = other.clientId;
    this.netClientOptions =
        other.netClientOptions == null ? null : new NetClientOptions(other.netClientOptions);
    this.packetLog = other.packetLog;
    this.trafficLog = other.trafficLog;
    this.maxPacketLength = other.maxPacketLength;
    this.maxPayloadLength = other.maxPayloadLength;
    this.maxResultLength = other.maxResultLength;
    this.taskBufferSize = other.taskBufferSize;
    this.readStallTimeout = other.readStallTimeout;
    this.writeStallTimeout = other.writeStallTimeout;
    this.maxWaitingBytes = other.maxWaitingBytes;
    this.maxRetries = other.maxRetries;
    this.maxWaitingRetries = other.maxWaitingRetries;
    this.reconnectDelay = other.reconnectDelay;
    this.maxReconnectDelay = other.maxReconnectDelay;
    other.servers.forEach(server -> servers.add(new ServerOptions(server)));
  }

  /**
   * Reads JSON; what is not there keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that cannot be
   */
  public GearmanClientOptions(JsonObject json) {
    GearmanClientOptionsConverter.fromJson(json, this);
    if (json.getValue("servers") instanceof JsonArray list) {
      list.forEach(server -> addServer(ServerOptions.read(server)));
    }
    JsonOptions.check(
        "a client", json, toJson(), "defaultEncoding", "clientId", "netClientOptions");
  }

  /** All that is set, as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    GearmanClientOptionsConverter.toJson(this, json);
    JsonArray list = new JsonArray();
    servers.forEach(server -> list.add(server.toJson()));
    json.put("servers", list);
    return json;
  }

  /**
   * Whether connections use streaming mode: results go out as they are written, a lost worker fails
   * a foreground job instead of having it done again, and a foreground job must have no unique id.
   * A server that refuses it counts as a connection error.
   */
  public boolean isStreaming() {
    return streaming;
  }

  /** Sets {@link #isStreaming}. */
  public GearmanClientOptions setStreaming(boolean streaming) {
    this.streaming = streaming;
    return this;
  }

  /** The charset of text in payloads and results; null: UTF-8. */
  @Nullable
  public String getDefaultEncoding() {
    return defaultEncoding;
  }

  /** Sets {@link #getDefaultEncoding}. */
  public GearmanClientOptions setDefaultEncoding(String defaultEncoding) {
    Checks.charset(defaultEncoding);
    this.defaultEncoding = defaultEncoding;
    return this;
  }

  /** How many jobs the workers of this client do at once, over all functions and servers. */
  public int getMaxJobs() {
    return maxJobs;
  }

  /** Sets {@link #getMaxJobs}. */
  public GearmanClientOptions setMaxJobs(int maxJobs) {
    Checks.positive("maxJobs", maxJobs);
    this.maxJobs = maxJobs;
    return this;
  }

  /**
   * How long a job or command waits for a server that takes it; 0: for ever. A job that this fails
   * was never sent.
   */
  public long getSubmitTimeout() {
    return submitTimeout;
  }

  /** Sets {@link #getSubmitTimeout}. */
  public GearmanClientOptions setSubmitTimeout(long submitTimeout) {
    Checks.timeout("submitTimeout", submitTimeout);
    this.submitTimeout = submitTimeout;
    return this;
  }

  /**
   * How long a job or command that was sent may take to end; 0: for ever. A background job ends for
   * its client when the server has taken it.
   */
  public long getResponseTimeout() {
    return responseTimeout;
  }

  /** Sets {@link #getResponseTimeout}. */
  public GearmanClientOptions setResponseTimeout(long responseTimeout) {
    Checks.timeout("responseTimeout", responseTimeout);
    this.responseTimeout = responseTimeout;
    return this;
  }

  /** The id servers show for this client, at most 127 bytes; null: none. */
  @Nullable
  public String getClientId() {
    return clientId;
  }

  /** Sets {@link #getClientId}. */
  public GearmanClientOptions setClientId(String clientId) {
    Checks.clientId(clientId);
    this.clientId = clientId;
    return this;
  }

  /**
   * How sockets are made: TLS, keepalive, connect timeout and so on; null: keepalive on, the rest
   * as Vert.x has it.
   */
  @Nullable
  public NetClientOptions getNetClientOptions() {
    return netClientOptions;
  }

  /** Sets {@link #getNetClientOptions}. */
  public GearmanClientOptions setNetClientOptions(NetClientOptions netClientOptions) {
    this.netClientOptions = netClientOptions;
    return this;
  }

  /** Whether every packet is logged, without its payload. */
  public boolean isPacketLog() {
    return packetLog;
  }

  /** Sets {@link #isPacketLog}. */
  public GearmanClientOptions setPacketLog(boolean packetLog) {
    this.packetLog = packetLog;
    return this;
  }

  /** Whether all bytes are logged, each read and write up to 1 KiB. */
  public boolean isTrafficLog() {
    return trafficLog;
  }

  /** Sets {@link #isTrafficLog}. */
  public GearmanClientOptions setTrafficLog(boolean trafficLog) {
    this.trafficLog = trafficLog;
    return this;
  }

  /** The largest packet taken from a server; a larger one closes the connection. */
  public int getMaxPacketLength() {
    return maxPacketLength;
  }

  /** Sets {@link #getMaxPacketLength}. */
  public GearmanClientOptions setMaxPacketLength(int maxPacketLength) {
    Checks.positive("maxPacketLength", maxPacketLength);
    this.maxPacketLength = maxPacketLength;
    return this;
  }

  /**
   * The longest payload or result collected before it is sent; a longer one fails its task. A
   * payload of declared length is not collected and may be longer.
   */
  public int getMaxPayloadLength() {
    return maxPayloadLength;
  }

  /** Sets {@link #getMaxPayloadLength}. */
  public GearmanClientOptions setMaxPayloadLength(int maxPayloadLength) {
    Checks.positive("maxPayloadLength", maxPayloadLength);
    this.maxPayloadLength = maxPayloadLength;
    return this;
  }

  /** The longest result that result() collects; a longer one fails the task. */
  public int getMaxResultLength() {
    return maxResultLength;
  }

  /** Sets {@link #getMaxResultLength}. */
  public GearmanClientOptions setMaxResultLength(int maxResultLength) {
    Checks.positive("maxResultLength", maxResultLength);
    this.maxResultLength = maxResultLength;
    return this;
  }

  /**
   * How much of a result nobody has read is kept for one task. Above it the connection is no longer
   * read.
   */
  public int getTaskBufferSize() {
    return taskBufferSize;
  }

  /** Sets {@link #getTaskBufferSize}. */
  public GearmanClientOptions setTaskBufferSize(int taskBufferSize) {
    Checks.positive("taskBufferSize", taskBufferSize);
    this.taskBufferSize = taskBufferSize;
    return this;
  }

  /** How long a task may hold its connection back that way before it fails. */
  public long getReadStallTimeout() {
    return readStallTimeout;
  }

  /** Sets {@link #getReadStallTimeout}. */
  public GearmanClientOptions setReadStallTimeout(long readStallTimeout) {
    Checks.delay("readStallTimeout", readStallTimeout);
    this.readStallTimeout = readStallTimeout;
    return this;
  }

  /**
   * How long the source of a payload of declared length may pause before its task fails and the
   * connection is closed; how long {@code close} waits for a server to take what was written; and
   * how long a server may take to grant streaming mode.
   */
  public long getWriteStallTimeout() {
    return writeStallTimeout;
  }

  /** Sets {@link #getWriteStallTimeout}. */
  public GearmanClientOptions setWriteStallTimeout(long writeStallTimeout) {
    Checks.delay("writeStallTimeout", writeStallTimeout);
    this.writeStallTimeout = writeStallTimeout;
    return this;
  }

  /**
   * How many bytes of jobs may wait for a server; when it is reached, a submit fails with
   * SubmitQueueFullException.
   */
  public long getMaxWaitingBytes() {
    return maxWaitingBytes;
  }

  /** Sets {@link #getMaxWaitingBytes}. */
  public GearmanClientOptions setMaxWaitingBytes(long maxWaitingBytes) {
    Checks.positive("maxWaitingBytes", maxWaitingBytes);
    this.maxWaitingBytes = maxWaitingBytes;
    return this;
  }

  /**
   * How often a job with {@link JobRequest#isRetryOnDisconnect} is submitted again; 0: never. The
   * next loss fails it as it fails any other job.
   */
  public int getMaxRetries() {
    return maxRetries;
  }

  /** Sets {@link #getMaxRetries}. */
  public GearmanClientOptions setMaxRetries(int maxRetries) {
    Checks.notNegative("maxRetries", maxRetries);
    this.maxRetries = maxRetries;
    return this;
  }

  /**
   * How many jobs that have lost their connection may wait to be submitted again; when it is
   * reached, the next one fails as one that is not retried. They count for {@link
   * #getMaxWaitingBytes} as well.
   */
  public int getMaxWaitingRetries() {
    return maxWaitingRetries;
  }

  /** Sets {@link #getMaxWaitingRetries}. */
  public GearmanClientOptions setMaxWaitingRetries(int maxWaitingRetries) {
    Checks.notNegative("maxWaitingRetries", maxWaitingRetries);
    this.maxWaitingRetries = maxWaitingRetries;
    return this;
  }

  /**
   * The first delay before a server is tried again; the following ones grow with the Fibonacci
   * sequence and vary by 15 %.
   */
  public long getReconnectDelay() {
    return reconnectDelay;
  }

  /** Sets {@link #getReconnectDelay}. */
  public GearmanClientOptions setReconnectDelay(long reconnectDelay) {
    Checks.delay("reconnectDelay", reconnectDelay);
    this.reconnectDelay = reconnectDelay;
    return this;
  }

  /** The longest delay before a server is tried again. */
  public long getMaxReconnectDelay() {
    return maxReconnectDelay;
  }

  /** Sets {@link #getMaxReconnectDelay}. */
  public GearmanClientOptions setMaxReconnectDelay(long maxReconnectDelay) {
    Checks.delay("maxReconnectDelay", maxReconnectDelay);
    this.maxReconnectDelay = maxReconnectDelay;
    return this;
  }

  /**
   * The servers. Empty: those of the environment variable {@value #SERVERS_VARIABLE}, or else
   * {@value #DEFAULT_SERVER}. In JSON each is an object or a string.
   */
  @GenIgnore
  public List<ServerOptions> getServers() {
    return servers;
  }

  /** Sets {@link #getServers}. */
  @GenIgnore
  public GearmanClientOptions setServers(List<ServerOptions> servers) {
    this.servers = new ArrayList<>(servers);
    return this;
  }

  /**
   * Adds a server, {@code host:port}, {@code host}, {@code unix:<path>} or {@code local:<name>}.
   */
  @GenIgnore
  public GearmanClientOptions addServer(String address) {
    return addServer(new ServerOptions(address));
  }

  /** Adds a server that has options of its own. */
  @GenIgnore
  public GearmanClientOptions addServer(ServerOptions server) {
    servers.add(server);
    return this;
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

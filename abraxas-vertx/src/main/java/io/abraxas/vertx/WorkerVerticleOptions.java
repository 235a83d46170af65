package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker verticle does, and how: the configuration of a {@link GearmanWorkerVerticle} and a
 * {@link GearmanStreamWorkerVerticle}. Each instance of a verticle has a client of its own.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class WorkerVerticleOptions {
  /** Default of {@link #getTimeout}: no limit. */
  public static final long DEFAULT_TIMEOUT = WorkerOptions.DEFAULT_TIMEOUT;

  /** Default of {@link #getMaxJobs}: one. */
  public static final int DEFAULT_MAX_JOBS = GearmanClientOptions.DEFAULT_MAX_JOBS;

  /** Default of {@link #getDrainTimeout}: no limit. */
  public static final long DEFAULT_DRAIN_TIMEOUT = 0;

  private List<String> functions = new ArrayList<>();
  private List<ServerOptions> servers = new ArrayList<>();
  private long timeout = DEFAULT_TIMEOUT;
  private int maxJobs = DEFAULT_MAX_JOBS;
  private Boolean streaming;
  private String encoding;
  private long drainTimeout = DEFAULT_DRAIN_TIMEOUT;
  private GearmanClientOptions client = new GearmanClientOptions();

  /** Makes options with all defaults. */
  public WorkerVerticleOptions() {}

  /** Makes a copy. */
  public WorkerVerticleOptions(WorkerVerticleOptions other) {
    this.functions = new ArrayList<>(other.functions);
    other.servers.forEach(server -> servers.add(new ServerOptions(server)));
    this.timeout = other.timeout;
    this.maxJobs = other.maxJobs;
    this.streaming = other.streaming;
    this.encoding = other.encoding;
    this.drainTimeout = other.drainTimeout;
    this.client = new GearmanClientOptions(other.client);
  }

  /**
   * Reads JSON; what is not there keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that cannot be
   */
  public WorkerVerticleOptions(JsonObject json) {
    WorkerVerticleOptionsConverter.fromJson(json, this);
    setFunctions(JsonOptions.strings(json, "functions"));
    if (json.getValue("client") instanceof JsonObject rest) {
      setClient(new GearmanClientOptions(rest));
    }
    if (json.getValue("servers") instanceof JsonArray list) {
      list.forEach(server -> addServer(ServerOptions.read(server)));
    }
    JsonOptions.check("a worker verticle", json, toJson(), "streaming", "encoding");
    for (String key : List.of("servers", "maxJobs")) {
      if (json.getValue("client") instanceof JsonObject inner && inner.containsKey(key)) {
        throw new IllegalArgumentException(
            "the option \"" + key + "\" of a worker verticle stands beside \"client\", not in it");
      }
    }
  }

  /** All that is set, as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    WorkerVerticleOptionsConverter.toJson(this, json);
    JsonArray list = new JsonArray();
    servers.forEach(server -> list.add(server.toJson()));
    json.put("functions", new JsonArray(new ArrayList<>(functions))).put("servers", list);
    JsonObject rest = client.toJson();
    rest.remove("servers");
    rest.remove("maxJobs");
    return json.put("client", rest);
  }

  /** The functions it does; empty: those that the verticle's constructor names. */
  @GenIgnore
  public List<String> getFunctions() {
    return functions;
  }

  /** Sets {@link #getFunctions}. */
  @GenIgnore
  public WorkerVerticleOptions setFunctions(List<String> functions) {
    functions.forEach(function -> Checks.function("function", function));
    this.functions = new ArrayList<>(functions);
    return this;
  }

  /** The servers, as {@link GearmanClientOptions#getServers}. */
  @GenIgnore
  public List<ServerOptions> getServers() {
    return servers;
  }

  /** Adds a server: {@code host:port}, {@code host} or {@code unix:<path>}. */
  @GenIgnore
  public WorkerVerticleOptions addServer(String address) {
    return addServer(new ServerOptions(address));
  }

  /** Adds a server that has options of its own. */
  @GenIgnore
  public WorkerVerticleOptions addServer(ServerOptions server) {
    servers.add(server);
    return this;
  }

  /** As {@link WorkerOptions#getTimeout}, for each function. */
  public long getTimeout() {
    return timeout;
  }

  /** Sets {@link #getTimeout}. */
  public WorkerVerticleOptions setTimeout(long timeout) {
    Checks.jobTimeout("timeout", timeout);
    this.timeout = timeout;
    return this;
  }

  /** How many jobs one instance does at once, over all its functions. */
  public int getMaxJobs() {
    return maxJobs;
  }

  /** Sets {@link #getMaxJobs}. */
  public WorkerVerticleOptions setMaxJobs(int maxJobs) {
    Checks.positive("maxJobs", maxJobs);
    this.maxJobs = maxJobs;
    return this;
  }

  /** As {@link WorkerOptions#getStreaming}; null: as the client. */
  @Nullable
  public Boolean getStreaming() {
    return streaming;
  }

  /** Sets {@link #getStreaming}. */
  public WorkerVerticleOptions setStreaming(Boolean streaming) {
    this.streaming = streaming;
    return this;
  }

  /** As {@link WorkerOptions#getEncoding}; null: as the client. */
  @Nullable
  public String getEncoding() {
    return encoding;
  }

  /** Sets {@link #getEncoding}. */
  public WorkerVerticleOptions setEncoding(String encoding) {
    Checks.charset(encoding);
    this.encoding = encoding;
    return this;
  }

  /**
   * How long undeploying waits for running tasks, in milliseconds; then the client is closed, and
   * servers give their jobs to others. 0: until they have ended.
   */
  public long getDrainTimeout() {
    return drainTimeout;
  }

  /** Sets {@link #getDrainTimeout}. */
  public WorkerVerticleOptions setDrainTimeout(long drainTimeout) {
    Checks.timeout("drainTimeout", drainTimeout);
    this.drainTimeout = drainTimeout;
    return this;
  }

  /**
   * All else about the client. Its servers and {@code maxJobs} are not used: they stand here,
   * beside it.
   */
  @GenIgnore
  public GearmanClientOptions getClient() {
    return client;
  }

  /** Sets {@link #getClient}. */
  @GenIgnore
  public WorkerVerticleOptions setClient(GearmanClientOptions client) {
    this.client = client;
    return this;
  }

  /** The client that all this makes. */
  GearmanClientOptions clientOptions() {
    return new GearmanClientOptions(client).setServers(servers).setMaxJobs(maxJobs);
  }

  /** How each function is done. */
  WorkerOptions workerOptions() {
    return new WorkerOptions().setTimeout(timeout).setStreaming(streaming).setEncoding(encoding);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

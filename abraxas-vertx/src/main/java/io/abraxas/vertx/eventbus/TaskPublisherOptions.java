package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.JsonOptions;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which functions a {@link TaskPublisher} publishes, where, and from which servers. Times are in
 * milliseconds.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class TaskPublisherOptions {
  /** Default of {@link #getRetryDelay}: 100 ms. */
  public static final long DEFAULT_RETRY_DELAY = 100;

  /** Default of {@link #getMaxRetryDelay}: 10 seconds. */
  public static final long DEFAULT_MAX_RETRY_DELAY = 10_000;

  /** Default of {@link #getDrainTimeout}: no limit. */
  public static final long DEFAULT_DRAIN_TIMEOUT = 0;

  private final Map<String, PublishedFunction> functions = new LinkedHashMap<>();
  private long retryDelay = DEFAULT_RETRY_DELAY;
  private long maxRetryDelay = DEFAULT_MAX_RETRY_DELAY;
  private long drainTimeout = DEFAULT_DRAIN_TIMEOUT;
  private GearmanClientOptions client = new GearmanClientOptions();

  /** Makes options with all defaults, and no function. */
  public TaskPublisherOptions() {}

  /** Makes a copy. */
  public TaskPublisherOptions(TaskPublisherOptions other) {
    other.functions.values().forEach(one -> addFunction(new PublishedFunction(one)));
    this.retryDelay = other.retryDelay;
    this.maxRetryDelay = other.maxRetryDelay;
    this.drainTimeout = other.drainTimeout;
    this.client = new GearmanClientOptions(other.client);
  }

  /**
   * Reads JSON; what is not there keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that cannot be
   */
  public TaskPublisherOptions(JsonObject json) {
    TaskPublisherOptionsConverter.fromJson(json, this);
    if (json.getValue("functions") instanceof JsonObject all) {
      all.fieldNames().forEach(name -> addFunction(read(name, all.getValue(name))));
    }
    if (json.getValue("client") instanceof JsonObject options) {
      setClient(new GearmanClientOptions(options));
    }
    JsonOptions.check("a task publisher", json, toJson());
  }

  private static PublishedFunction read(String name, Object value) {
    return value instanceof JsonObject object
        ? new PublishedFunction(object.copy().put("function", name))
        : new PublishedFunction(new JsonObject().put("function", name).put("address", value));
  }

  /** All options as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    TaskPublisherOptionsConverter.toJson(this, json);
    JsonObject all = new JsonObject();
    functions.forEach(
        (name, function) -> {
          JsonObject one = function.toJson();
          one.remove("function");
          all.put(name, one);
        });
    return json.put("functions", all).put("client", client.toJson());
  }

  /**
   * The functions. In JSON an object that has under each function's name its address, or an object
   * with the options of a {@link PublishedFunction}.
   */
  @GenIgnore
  public List<PublishedFunction> getFunctions() {
    return List.copyOf(functions.values());
  }

  /** Adds a function whose tasks are requested at an address as Buffers. */
  @GenIgnore
  public TaskPublisherOptions addFunction(String function, String address) {
    return addFunction(new PublishedFunction(function, address));
  }

  /**
   * Adds a function.
   *
   * @throws IllegalArgumentException when it is there already
   */
  @GenIgnore
  public TaskPublisherOptions addFunction(PublishedFunction function) {
    if (functions.putIfAbsent(function.getFunction(), function) != null) {
      throw new IllegalArgumentException(function.getFunction() + " is published already");
    }
    return this;
  }

  /**
   * How long a function stays away when its address has no handler, at first; each time in a row it
   * is twice as long.
   */
  public long getRetryDelay() {
    return retryDelay;
  }

  /** Sets {@link #getRetryDelay}. */
  public TaskPublisherOptions setRetryDelay(long retryDelay) {
    this.retryDelay = Checks.delay("retryDelay", retryDelay);
    return this;
  }

  /** The longest time a function stays away before it is tried again. */
  public long getMaxRetryDelay() {
    return maxRetryDelay;
  }

  /** Sets {@link #getMaxRetryDelay}. */
  public TaskPublisherOptions setMaxRetryDelay(long maxRetryDelay) {
    this.maxRetryDelay = Checks.delay("maxRetryDelay", maxRetryDelay);
    return this;
  }

  /**
   * How long closing waits for running tasks; then servers give them to others. 0: until they have
   * ended.
   */
  public long getDrainTimeout() {
    return drainTimeout;
  }

  /** Sets {@link #getDrainTimeout}. */
  public TaskPublisherOptions setDrainTimeout(long drainTimeout) {
    this.drainTimeout = Checks.timeout("drainTimeout", drainTimeout);
    return this;
  }

  /**
   * The client. Each function has one of its own, so that one without a handler holds up no other;
   * {@code maxJobs} is how many tasks of a function are requested at once.
   */
  @GenIgnore
  public GearmanClientOptions getClient() {
    return client;
  }

  /** Sets {@link #getClient}. */
  @GenIgnore
  public TaskPublisherOptions setClient(GearmanClientOptions client) {
    this.client = client;
    return this;
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

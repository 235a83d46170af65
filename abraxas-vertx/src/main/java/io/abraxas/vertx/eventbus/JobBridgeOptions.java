package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.JsonOptions;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Which jobs a {@link JobBridge} submits, and to which servers. */
@DataObject
@JsonGen(publicConverter = false)
public final class JobBridgeOptions {
  /** Default of {@link #getAddress}. */
  public static final String DEFAULT_ADDRESS = EventBusContract.JOBS;

  /** Default of {@link #isAnyFunction}: every function. */
  public static final boolean DEFAULT_ANY_FUNCTION = true;

  private String address = DEFAULT_ADDRESS;
  private List<String> functions = new ArrayList<>();
  private boolean anyFunction = DEFAULT_ANY_FUNCTION;
  private GearmanClientOptions client = new GearmanClientOptions();

  /** Makes options with all defaults. */
  public JobBridgeOptions() {}

  /** Makes a copy. */
  public JobBridgeOptions(JobBridgeOptions other) {
    this.address = other.address;
    this.functions = new ArrayList<>(other.functions);
    this.anyFunction = other.anyFunction;
    this.client = new GearmanClientOptions(other.client);
  }

  /**
   * Reads JSON; what is not there keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that cannot be
   */
  public JobBridgeOptions(JsonObject json) {
    JobBridgeOptionsConverter.fromJson(json, this);
    setFunctions(JsonOptions.strings(json, "functions"));
    if (json.getValue("client") instanceof JsonObject options) {
      setClient(new GearmanClientOptions(options));
    }
    JsonOptions.check("a job bridge", json, toJson());
  }

  /** All options as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    JobBridgeOptionsConverter.toJson(this, json);
    return json.put("functions", new JsonArray(new ArrayList<>(functions)))
        .put("client", client.toJson());
  }

  /** The address of jobs of any function; with a dot and its name, that of one function. */
  public String getAddress() {
    return address;
  }

  /** Sets {@link #getAddress}. */
  public JobBridgeOptions setAddress(String address) {
    this.address = Checks.address(address);
    return this;
  }

  /** The functions that have an address of their own. */
  @GenIgnore
  public List<String> getFunctions() {
    return functions;
  }

  /** Sets {@link #getFunctions}. */
  @GenIgnore
  public JobBridgeOptions setFunctions(List<String> functions) {
    this.functions = new ArrayList<>();
    functions.forEach(this::addFunction);
    return this;
  }

  /** Adds a function that has an address of its own. */
  @GenIgnore
  public JobBridgeOptions addFunction(String function) {
    functions.add(Checks.function(function));
    return this;
  }

  /** Whether the address without a function takes all of them, or only those that are named. */
  public boolean isAnyFunction() {
    return anyFunction;
  }

  /** Sets {@link #isAnyFunction}. */
  public JobBridgeOptions setAnyFunction(boolean anyFunction) {
    this.anyFunction = anyFunction;
    return this;
  }

  /** The client that submits the jobs. */
  @GenIgnore
  public GearmanClientOptions getClient() {
    return client;
  }

  /** Sets {@link #getClient}. */
  @GenIgnore
  public JobBridgeOptions setClient(GearmanClientOptions client) {
    this.client = client;
    return this;
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

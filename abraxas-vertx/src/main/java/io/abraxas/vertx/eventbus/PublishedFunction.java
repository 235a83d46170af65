package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.JsonOptions;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;

/** A function whose tasks a {@link TaskPublisher} requests at an address. */
@DataObject
@JsonGen(publicConverter = false)
public final class PublishedFunction {
  /** Default of {@link #getBody}: a Buffer. */
  public static final TaskBody DEFAULT_BODY = TaskBody.BUFFER;

  /** Default of {@link #getTimeout}: no limit. */
  public static final long DEFAULT_TIMEOUT = 0;

  /** How much longer than a reply the job may take for the server: the failure is to come first. */
  static final long SERVER_GRACE_MS = 5_000;

  /** With the server's grace it is as much as CAN_DO_TIMEOUT can say. */
  private static final long MAX_TIMEOUT = Integer.MAX_VALUE - SERVER_GRACE_MS;

  private String function;
  private String address;
  private TaskBody body = DEFAULT_BODY;
  private long timeout = DEFAULT_TIMEOUT;
  private Boolean streaming;

  /** Names a function and the address of its consumers. */
  public PublishedFunction(String function, String address) {
    setFunction(function);
    setAddress(address);
  }

  /** Makes a copy. */
  public PublishedFunction(PublishedFunction other) {
    this.function = other.function;
    this.address = other.address;
    this.body = other.body;
    this.timeout = other.timeout;
    this.streaming = other.streaming;
  }

  /**
   * Reads JSON; what is not there keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that cannot be, and without
   *     function or address
   */
  public PublishedFunction(JsonObject json) {
    if (json.getValue("body") instanceof String text
        && Arrays.stream(TaskBody.values()).noneMatch(one -> one.name().equals(text))) {
      throw new IllegalArgumentException(
          "the option \"body\" of a published function is BUFFER, STRING or JSON, not " + text);
    }
    PublishedFunctionConverter.fromJson(json, this);
    JsonOptions.check("a published function", json, toJson(), "function", "address", "streaming");
    if (function == null || address == null) {
      throw new IllegalArgumentException("a published function needs its name and an address");
    }
  }

  /** All that is set, as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    PublishedFunctionConverter.toJson(this, json);

    return json;
  }

  /** The function. */
  public String getFunction() {
    return function;
  }

  /** Sets {@link #getFunction}. */
  public PublishedFunction setFunction(String function) {
    this.function = Checks.function(function);
    return this;
  }

  /** The address at which each task is requested. */
  public String getAddress() {
    return address;
  }

  /** Sets {@link #getAddress}. */
  public PublishedFunction setAddress(String address) {
    this.address = Checks.address(address);
    return this;
  }

  /** What the payload becomes. */
  public TaskBody getBody() {
    return body;
  }

  /** Sets {@link #getBody}. */
  public PublishedFunction setBody(TaskBody body) {
    this.body = body;
    return this;
  }

  /**
   * How long the reply to a task may take, in milliseconds, before the job fails; 0: no limit. The
   * server's own limit is a little longer: it gives the job to another worker when not even the
   * failure comes.
   */
  public long getTimeout() {
    return timeout;
  }

  /** Sets {@link #getTimeout}. */
  public PublishedFunction setTimeout(long timeout) {
    this.timeout = Checks.between("timeout", 0, MAX_TIMEOUT, timeout);
    return this;
  }

  /**
   * Whether pieces of the result that a consumer sends go to the client at once; otherwise they
   * stand at the head of the result. Null: as the client.
   */
  @Nullable
  public Boolean getStreaming() {
    return streaming;
  }

  /** Sets {@link #getStreaming}. */
  public PublishedFunction setStreaming(Boolean streaming) {
    this.streaming = streaming;
    return this;
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

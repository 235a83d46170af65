package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** How a {@link Worker} does its jobs. */
@DataObject
@JsonGen(publicConverter = false)
public final class WorkerOptions {
  /** Default of {@link #getTimeout}: no limit. */
  public static final long DEFAULT_TIMEOUT = 0;

  /** Default of {@link #getThreading}: on the client's context. */
  public static final WorkerThreading DEFAULT_THREADING = WorkerThreading.CLIENT_CONTEXT;

  private long timeout = DEFAULT_TIMEOUT;
  private Boolean streaming;
  private String encoding;
  private WorkerThreading threading = DEFAULT_THREADING;

  /** Makes options with all defaults. */
  public WorkerOptions() {}

  /** Makes a copy. */
  public WorkerOptions(WorkerOptions other) {
    this.timeout = other.timeout;
    this.streaming = other.streaming;
    this.encoding = other.encoding;
    this.threading = other.threading;
  }

  /** Reads JSON; what is not there keeps its default. */
  public WorkerOptions(JsonObject json) {
    WorkerOptionsConverter.fromJson(json, this);
  }

  /** All that is set, as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    WorkerOptionsConverter.toJson(this, json);

    return json;
  }

  /**
   * How long the server lets a job run before it gives it to another worker, in milliseconds, from
   * 1000 to 2147483647; 0: no limit.
   */
  public long getTimeout() {
    return timeout;
  }

  /** Sets {@link #getTimeout}. */
  public WorkerOptions setTimeout(long timeout) {
    Checks.jobTimeout("timeout", timeout);
    this.timeout = timeout;
    return this;
  }

  /**
   * Whether each write goes to the client at once, as WORK_DATA; otherwise all writes are one
   * result. Null: as the client.
   */
  @Nullable
  public Boolean getStreaming() {
    return streaming;
  }

  /** Sets {@link #getStreaming}. */
  public WorkerOptions setStreaming(Boolean streaming) {
    this.streaming = streaming;
    return this;
  }

  /** The charset of text in payloads and results; null: as the client. */
  @Nullable
  public String getEncoding() {
    return encoding;
  }

  /** Sets {@link #getEncoding}. */
  public WorkerOptions setEncoding(String encoding) {
    Checks.charset(encoding);
    this.encoding = encoding;
    return this;
  }

  /** Where the handler runs. */
  public WorkerThreading getThreading() {
    return threading;
  }

  /** Sets {@link #getThreading}. */
  public WorkerOptions setThreading(WorkerThreading threading) {
    this.threading = Objects.requireNonNull(threading, "threading");
    return this;
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

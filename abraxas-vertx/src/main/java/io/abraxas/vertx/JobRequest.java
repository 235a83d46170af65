package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * One job to submit: its function, its payload, and all that can be said about it. Setters throw
 * {@link IllegalArgumentException} for what no server takes: an empty function, a name with a NUL,
 * a function or reducer of more than 512 bytes, a unique id of more than 64, negative numbers.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class JobRequest {
  /** Default of {@link #getPriority}: normal. */
  public static final JobPriority DEFAULT_PRIORITY = JobPriority.NORMAL;

  /** Default of {@link #isBackground}: in the foreground. */
  public static final boolean DEFAULT_BACKGROUND = false;

  /** Default of {@link #isRetryOnDisconnect}: never submitted twice. */
  public static final boolean DEFAULT_RETRY_ON_DISCONNECT = false;

  private String function;
  private Buffer payload;
  private String uniqueId;
  private JobPriority priority = DEFAULT_PRIORITY;
  private boolean background = DEFAULT_BACKGROUND;
  private String reducer;
  private Long atEpochSecond;
  private String schedule;
  private String encoding;
  private Long payloadLength;
  private boolean retryOnDisconnect = DEFAULT_RETRY_ON_DISCONNECT;
  private Long responseTimeout;

  /** Makes a request for a function, its payload to be written to the task. */
  public JobRequest(String function) {
    setFunction(function);
  }

  /** Makes a request with a payload. */
  public JobRequest(String function, Buffer payload) {
    setFunction(function);
    this.payload = payload;
  }

  /** Makes a copy. */
  public JobRequest(JobRequest other) {
    this.function = other.function;
    this.payload = other.payload;
    this.uniqueId = other.uniqueId;
    this.priority = other.priority;
    this.background = other.background;
    this.reducer = other.reducer;
    this.atEpochSecond = other.atEpochSecond;
    this.schedule = other.schedule;
    this.encoding = other.encoding;
    this.payloadLength = other.payloadLength;
    this.retryOnDisconnect = other.retryOnDisconnect;
    this.responseTimeout = other.responseTimeout;
  }

  /** Reads JSON; what is not there keeps its default. */
  public JobRequest(JsonObject json) {
    JobRequestConverter.fromJson(json, this);
  }

  /** All that is set, as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    JobRequestConverter.toJson(this, json);

    return json;
  }

  /** The function that does it. */
  @Nullable
  public String getFunction() {
    return function;
  }

  /** Sets {@link #getFunction}. */
  public JobRequest setFunction(String function) {
    Checks.function("function", function);
    this.function = function;
    return this;
  }

  /**
   * Its payload; null: the task is a stream to write it to. It must not be changed until the job
   * has ended.
   */
  @Nullable
  public Buffer getPayload() {
    return payload;
  }

  /** Sets {@link #getPayload}. */
  public JobRequest setPayload(Buffer payload) {
    this.payload = payload;
    return this;
  }

  /**
   * Its unique id: jobs of one function that have the same are done once; null: none. {@code "-"}:
   * the payload stands for it.
   */
  @Nullable
  public String getUniqueId() {
    return uniqueId;
  }

  /** Sets {@link #getUniqueId}. */
  public JobRequest setUniqueId(String uniqueId) {
    Checks.uniqueId("uniqueId", uniqueId);
    this.uniqueId = uniqueId;
    return this;
  }

  /** How soon it is given out. */
  public JobPriority getPriority() {
    return priority;
  }

  /** Sets {@link #getPriority}. */
  public JobRequest setPriority(JobPriority priority) {
    this.priority = priority;
    return this;
  }

  /**
   * Whether nobody waits for its result. Its task then ends, without bytes, when a server has taken
   * the job.
   */
  public boolean isBackground() {
    return background;
  }

  /** Sets {@link #isBackground}. */
  public JobRequest setBackground(boolean background) {
    this.background = background;
    return this;
  }

  /** The function that reduces its results; null: none. */
  @Nullable
  public String getReducer() {
    return reducer;
  }

  /** Sets {@link #getReducer}. */
  public JobRequest setReducer(String reducer) {
    Checks.function("reducer", reducer);
    this.reducer = reducer;
    return this;
  }

  /** When a background job is due, in seconds since 1970; null: at once. */
  @Nullable
  public Long getAtEpochSecond() {
    return atEpochSecond;
  }

  /** Sets {@link #getAtEpochSecond}. */
  public JobRequest setAtEpochSecond(Long atEpochSecond) {
    if (atEpochSecond != null) {
      Checks.notNegative("atEpochSecond", atEpochSecond);
    }
    this.atEpochSecond = atEpochSecond;
    return this;
  }

  /**
   * When a recurring background job is due: five fields, minute, hour, day, month, day of the week
   * (0 is Monday); null: once.
   */
  @Nullable
  public String getSchedule() {
    return schedule;
  }

  /** Sets {@link #getSchedule}. */
  public JobRequest setSchedule(String schedule) {
    Checks.schedule(schedule);
    this.schedule = schedule;
    return this;
  }

  /** The charset of text in payload and result; null: as the client. */
  @Nullable
  public String getEncoding() {
    return encoding;
  }

  /** Sets {@link #getEncoding}. */
  public JobRequest setEncoding(String encoding) {
    Checks.charset(encoding);
    this.encoding = encoding;
    return this;
  }

  /**
   * The length in bytes of a payload that is written to the task. It then streams to the server
   * while nothing else is sent on that connection. Null: unknown, the payload is collected first.
   */
  @Nullable
  public Long getPayloadLength() {
    return payloadLength;
  }

  /** Sets {@link #getPayloadLength}. */
  public JobRequest setPayloadLength(Long payloadLength) {
    if (payloadLength != null) {
      Checks.notNegative("payloadLength", payloadLength);
    }
    this.payloadLength = payloadLength;
    return this;
  }

  /**
   * Whether the job may be submitted again when its connection is lost before the server said that
   * it has it. It may then be done twice. How often, and how many such jobs may wait, is bounded by
   * {@link GearmanClientOptions#getMaxRetries} and {@link
   * GearmanClientOptions#getMaxWaitingRetries}; a payload that is streamed into its packet is not
   * there any more to be sent again.
   */
  public boolean isRetryOnDisconnect() {
    return retryOnDisconnect;
  }

  /** Sets {@link #isRetryOnDisconnect}. */
  public JobRequest setRetryOnDisconnect(boolean retryOnDisconnect) {
    this.retryOnDisconnect = retryOnDisconnect;
    return this;
  }

  /** How long it may take to end, in milliseconds, 0: for ever; null: as the client. */
  @Nullable
  public Long getResponseTimeout() {
    return responseTimeout;
  }

  /** Sets {@link #getResponseTimeout}. */
  public JobRequest setResponseTimeout(Long responseTimeout) {
    if (responseTimeout != null) {
      Checks.timeout("responseTimeout", responseTimeout);
    }
    this.responseTimeout = responseTimeout;
    return this;
  }

  /** Sets when the job is due, to the second. */
  @GenIgnore
  public JobRequest setAt(Instant at) {
    return setAtEpochSecond(at.getEpochSecond());
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

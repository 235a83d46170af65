package io.abraxas.vertx.eventbus;

/** What a {@link TaskPublisher} makes of a payload. */
public enum TaskBody {
  /** A Buffer with the payload's bytes. */
  BUFFER,
  /** A String, in the client's encoding. */
  STRING,
  /**
   * What the payload is as JSON: a JsonObject, a JsonArray, a String, a number, a Boolean or null.
   * A payload that is no JSON fails the job, and failures are told as JSON objects.
   */
  JSON
}

package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** One recurring job of a server, from the admin command {@code show schedules}. */
@DataObject
public final class JobSchedule {
  private final String server;
  private final String handle;
  private final String function;
  private final String fields;
  private final String next;

  JobSchedule(String server, String handle, String function, String fields, String next) {
    this.server = server;
    this.handle = handle;
    this.function = function;
    this.fields = fields;
    this.next = next;
  }

  /** Reads what {@link #toJson} wrote. */
  public JobSchedule(JsonObject json) {
    this.server = json.getString("server");
    this.handle = json.getString("handle");
    this.function = json.getString("function");
    this.fields = json.getString("fields");
    this.next = json.getString("next");
  }

  /** The server that tells it, as its address was given. */
  public String server() {
    return server;
  }

  /** The handle that cancels it. */
  public String handle() {
    return handle;
  }

  /** The function it submits to. */
  public String function() {
    return function;
  }

  /** Its five fields: minute, hour, day, month, day of the week (0 is Monday). */
  public String fields() {
    return fields;
  }

  /** When it is due next, in ISO 8601; null when never. */
  @Nullable
  public String next() {
    return next;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("server", server)
        .put("handle", handle)
        .put("function", function)
        .put("fields", fields)
        .put("next", next);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JobSchedule that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(server, handle, function, fields, next);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

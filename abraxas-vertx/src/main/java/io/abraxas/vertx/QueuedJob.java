package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** One job in the table of a server, from the admin command {@code show jobs}. */
@DataObject
public final class QueuedJob {
  private final String server;
  private final String handle;
  private final long retries;
  private final boolean ignored;
  private final boolean durable;

  QueuedJob(String server, String handle, long retries, boolean ignored, boolean durable) {
    this.server = server;
    this.handle = handle;
    this.retries = retries;
    this.ignored = ignored;
    this.durable = durable;
  }

  /** Reads what {@link #toJson} wrote. */
  public QueuedJob(JsonObject json) {
    this.server = json.getString("server");
    this.handle = json.getString("handle");
    this.retries = json.getLong("retries", 0L);
    this.ignored = json.getBoolean("ignored", false);
    this.durable = json.getBoolean("durable", false);
  }

  /** The server that tells it, as its address was given. */
  public String server() {
    return server;
  }

  /** Its handle. */
  public String handle() {
    return handle;
  }

  /** How often it was given out again. */
  public long retries() {
    return retries;
  }

  /** Whether nobody waits for its result any more. */
  public boolean ignored() {
    return ignored;
  }

  /** Whether the server keeps it in a durable store. */
  public boolean durable() {
    return durable;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("server", server)
        .put("handle", handle)
        .put("retries", retries)
        .put("ignored", ignored)
        .put("durable", durable);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QueuedJob that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(server, handle, retries, ignored, durable);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

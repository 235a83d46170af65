package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** One unique id in the table of a server, from the admin command {@code show unique jobs}. */
@DataObject
public final class UniqueJob {
  private final String server;
  private final String uniqueId;

  UniqueJob(String server, String uniqueId) {
    this.server = server;
    this.uniqueId = uniqueId;
  }

  /** Reads what {@link #toJson} wrote. */
  public UniqueJob(JsonObject json) {
    this.server = json.getString("server");
    this.uniqueId = json.getString("uniqueId");
  }

  /** The server that tells it, as its address was given. */
  public String server() {
    return server;
  }

  /** The unique id. */
  public String uniqueId() {
    return uniqueId;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject().put("server", server).put("uniqueId", uniqueId);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UniqueJob that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(server, uniqueId);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

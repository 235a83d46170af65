package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** A packet that this library has no use for. */
@DataObject
public final class UnknownPacket {
  private final String server;
  private final int type;
  private final Buffer body;

  UnknownPacket(String server, int type, Buffer body) {
    this.server = server;
    this.type = type;
    this.body = body;
  }

  /** Reads what {@link #toJson} wrote. */
  public UnknownPacket(JsonObject json) {
    this.server = json.getString("server");
    this.type = json.getInteger("type", 0);
    this.body = json.getBuffer("body");
  }

  /** The server that tells it, as its address was given. */
  public String server() {
    return server;
  }

  /** The number of its type. */
  public int type() {
    return type;
  }

  /** Its body, a copy. */
  public Buffer body() {
    return body;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject().put("server", server).put("type", type).put("body", body);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnknownPacket that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(server, type, body);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

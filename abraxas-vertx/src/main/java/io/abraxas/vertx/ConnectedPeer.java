package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;

/** One connection of a server, of a worker or not, from the admin command {@code workers}. */
@DataObject
public final class ConnectedPeer {
  private final String server;
  private final int fd;
  private final String ip;
  private final String clientId;
  private final List<String> functions;

  ConnectedPeer(String server, int fd, String ip, String clientId, List<String> functions) {
    this.server = server;
    this.fd = fd;
    this.ip = ip;
    this.clientId = clientId;
    this.functions = List.copyOf(functions);
  }

  /** Reads what {@link #toJson} wrote. */
  public ConnectedPeer(JsonObject json) {
    this.server = json.getString("server");
    this.fd = json.getInteger("fd", 0);
    this.ip = json.getString("ip");
    this.clientId = json.getString("clientId");
    this.functions =
        json.getJsonArray("functions", new JsonArray()).stream().map(String::valueOf).toList();
  }

  /** The server that tells it, as its address was given. */
  public String server() {
    return server;
  }

  /** The number the server gave the connection. */
  public int fd() {
    return fd;
  }

  /** The address of the peer. */
  public String ip() {
    return ip;
  }

  /** The id the peer gave itself; null when it gave none. */
  @Nullable
  public String clientId() {
    return clientId;
  }

  /** What it can do; empty when it is no worker. */
  public List<String> functions() {
    return functions;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("server", server)
        .put("fd", fd)
        .put("ip", ip)
        .put("clientId", clientId)
        .put("functions", new JsonArray(functions));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConnectedPeer that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(server, fd, ip, clientId, functions);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

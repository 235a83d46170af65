package io.abraxas.vertx;

import io.abraxas.vertx.connection.ServerAddress;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;

/** One server of a {@link GearmanClient}, and what is different about it. */
@DataObject
@JsonGen(publicConverter = false)
public final class ServerOptions {

  private String address;
  private Boolean streaming;
  private String clientId;
  private NetClientOptions netClientOptions;

  /**
   * Names a server.
   *
   * @throws IllegalArgumentException when the address is none
   */
  public ServerOptions(String address) {
    setAddress(address);
  }

  /** Makes a copy. */
  public ServerOptions(ServerOptions other) {
    this.address = other.address;
    this.streaming = other.streaming;
    this.clientId = other.clientId;
    this.netClientOptions =
        other.netClientOptions == null ? null : new NetClientOptions(other.netClientOptions);
  }

  /**
   * Reads JSON; what is not there keeps its default.
   *
   * @throws IllegalArgumentException for an unknown key or a value that cannot be
   */
  public ServerOptions(JsonObject json) {
    ServerOptionsConverter.fromJson(json, this);
    JsonOptions.check(
        "a server", json, toJson(), "address", "streaming", "clientId", "netClientOptions");
  }

  /** An item of a list of servers: an address, or an object. */
  static ServerOptions read(Object item) {
    return item instanceof JsonObject object
        ? new ServerOptions(object)
        : new ServerOptions(String.valueOf(item));
  }

  /** All that is set, as JSON. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    ServerOptionsConverter.toJson(this, json);

    return json;
  }

  /**
   * Where it is: {@code host:port}, {@code host} (port 4730), {@code [ipv6]:port}, {@code
   * unix:<path>}, or {@code local:<name>} for a server in the same Vert.x that has this name.
   */
  @Nullable
  public String getAddress() {
    return address;
  }

  /** Sets {@link #getAddress}. */
  public ServerOptions setAddress(String address) {
    ServerAddress.parse(address);
    this.address = address;
    return this;
  }

  /** Whether its connection uses streaming mode; null: as the client. */
  @Nullable
  public Boolean getStreaming() {
    return streaming;
  }

  /** Sets {@link #getStreaming}. */
  public ServerOptions setStreaming(Boolean streaming) {
    this.streaming = streaming;
    return this;
  }

  /** The id this server shows; null: as the client. */
  @Nullable
  public String getClientId() {
    return clientId;
  }

  /** Sets {@link #getClientId}. */
  public ServerOptions setClientId(String clientId) {
    Checks.clientId(clientId);
    this.clientId = clientId;
    return this;
  }

  /** How its sockets are made; null: as the client. */
  @Nullable
  public NetClientOptions getNetClientOptions() {
    return netClientOptions;
  }

  /** Sets {@link #getNetClientOptions}. */
  public ServerOptions setNetClientOptions(NetClientOptions netClientOptions) {
    this.netClientOptions = netClientOptions;
    return this;
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

package io.abraxas.vertx;

import io.abraxas.vertx.connection.LocalTransport;
import io.abraxas.vertx.connection.ServerAddress;
import io.abraxas.vertx.connection.SocketTransport;
import io.abraxas.vertx.connection.Transport;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Which servers a client is for, those of its options, of the environment, or the usual one, and
 * how each is reached.
 */
final class Servers {
  private Servers() {}

  static List<ServerOptions> of(GearmanClientOptions options) {
    return options.getServers().isEmpty()
        ? parse(System.getenv(GearmanClientOptions.SERVERS_VARIABLE))
        : options.getServers();
  }

  static List<ServerOptions> parse(String variable) {
    List<ServerOptions> servers = new ArrayList<>();
    for (String address : (variable == null ? "" : variable).split(",", -1)) {
      if (!address.isBlank()) {
        servers.add(new ServerOptions(address.trim()));
      }
    }
    if (servers.isEmpty()) {
      servers.add(new ServerOptions(GearmanClientOptions.DEFAULT_SERVER));
    }
    return servers;
  }

  /** The way to a server, of the kind its address names. */
  static Transport transport(ServerOptions server, GearmanClientOptions options, ClientLoop loop) {
    ServerAddress address = ServerAddress.parse(server.getAddress());
    if (address.localName() != null) {
      return new LocalTransport(
          loop.loop(),
          address,
          options.getMaxPacketLength(),
          options.isPacketLog(),
          options.isTrafficLog());
    }
    NetClientOptions net =
        server.getNetClientOptions() != null
            ? server.getNetClientOptions()
            : options.getNetClientOptions();
    return new SocketTransport(
        loop.loop(),
        net != null ? net : new NetClientOptions().setTcpKeepAlive(true),
        address,
        options.getMaxPacketLength(),
        options.isPacketLog(),
        options.isTrafficLog());
  }
}

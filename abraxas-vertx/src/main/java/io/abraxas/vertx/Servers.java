package io.abraxas.vertx;

import java.util.ArrayList;
import java.util.List;

/** Which servers a client is for: those of its options, of the environment, or the usual one. */
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
}

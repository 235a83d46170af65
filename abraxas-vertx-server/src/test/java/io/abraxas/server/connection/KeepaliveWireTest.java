package io.abraxas.server.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.TestServer;
import io.abraxas.server.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the kernel watches idle peers, as its own tables tell. */
class KeepaliveWireTest {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private static final String ESTABLISHED = "01";

  /** In the column of timers. */
  private static final String KEEPALIVE = "02:";

  @ParameterizedTest
  @EnumSource
  void setsTheTimerOfEachConnection(TestServer.Transport transport) throws IOException {
    assumeTrue(Files.isReadable(TABLES.get(0)), "needs Linux's /proc/net/tcp");
    GearmanServerOptions options =
        new GearmanServerOptions()
            .setConnectionOptions(new ConnectionOptions().setKeepalive(true).setKeepaliveIdle(77));
    try (TestServer server = TestServer.start(options, transport);
        WireClient peer = server.connect()) {
      peer.line("version");
      assertThat(timers(server.port())).singleElement().asString().startsWith(KEEPALIVE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void setsNoneUnlessAsked(TestServer.Transport transport) throws IOException {
    assumeTrue(Files.isReadable(TABLES.get(0)), "needs Linux's /proc/net/tcp");
    try (TestServer server = TestServer.start(new GearmanServerOptions(), transport);
        WireClient peer = server.connect()) {
      peer.line("version");
      assertThat(timers(server.port())).singleElement().asString().doesNotStartWith(KEEPALIVE);
    }
  }

  /** The timers of the connections whose own end has this port. */
  private static List<String> timers(int port) throws IOException {
    String local = String.format(Locale.ROOT, ":%04X", port);
    List<String> timers = new ArrayList<>();
    for (Path table : TABLES) {
      if (Files.isReadable(table)) {
        for (String line : Files.readAllLines(table)) {
          String[] columns = line.strip().split("\\s+", -1);
          if (columns[1].endsWith(local) && columns[3].equals(ESTABLISHED)) {
            timers.add(columns[5]);
          }
        }
      }
    }
    return timers;
  }
}

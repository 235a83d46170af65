package io.abraxas.server.connection;

import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.TestServer;
import io.abraxas.server.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand peers that do nothing; their own ends are in another process. */
@Timeout(120)
class IdleConnectionsTest {
  private static final int COUNT = 10_000;
  private static final long MAX_BYTES_EACH = 10 * 1024;

  @Test
  void costLittleAndDoNotKeepOthersFromBeingServed() throws IOException, InterruptedException {
    long files =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
            .getMaxFileDescriptorCount();
    assumeTrue(
        files > COUNT + 500, () -> "needs " + (COUNT + 500) + " open files, ulimit -n: " + files);
    try (TestServer server = TestServer.start(new GearmanServerOptions());
        WireClient observer = server.connect()) {
      observer.rows("workers");
      long before = usedHeap();
      Process peers = startPeers(server.port());
      try (BufferedReader out =
          new BufferedReader(new InputStreamReader(peers.getInputStream(), US_ASCII))) {
        assertThat(out.readLine()).isEqualTo("connected");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> observer.rows("workers").lines().count() == COUNT + 1);
        assertThat((usedHeap() - before) / COUNT).as("bytes each").isLessThan(MAX_BYTES_EACH);

        try (WireClient client = server.connect()) {
          client.submit(SUBMIT_JOB_BG, "f", "", "payload");
        }
        peers.getOutputStream().close();
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> observer.rows("workers").lines().count() == 1);
      } finally {
        peers.destroyForcibly().waitFor();
      }
    }
  }

  private static Process startPeers(int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            IdlePeers.class.getName(),
            String.valueOf(port),
            String.valueOf(COUNT))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long usedHeap() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}

package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.ConnectionClosedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One server after the other leaves in good order and is started again, as for an upgrade, while
 * clients submit and workers work: no background job is lost or refused, and the only foreground
 * jobs that fail are those whose connection ended before their result.
 */
@Timeout(600)
class RollingRestartTest {
  @TempDir Path directory;

  @Test
  void restartOfAllServersLosesNothingAndRefusesNothing() throws Exception {
    try (ClusterProcesses cluster = new ClusterProcesses(directory, 1);
        Load load = new Load()) {
      load.start(cluster.addresses());
      load.startForeground();
      for (int server = 0; server < ClusterProcesses.SERVERS; server++) {
        cluster.awaitSafe();
        load.awaitPromised(1000);
        cluster.leave(server);
        load.awaitPromised(1000);
        cluster.begin(server);
        cluster.await(server);
      }
      cluster.awaitSafe();
      load.awaitPromised(1000);
      load.finish();
      cluster.awaitEmpty();
      System.out.printf("%d foreground jobs, failed: %s%n", load.results(), load.failures());
      assertThat(load.results()).isPositive();
      assertThat(load.failures().keySet()).isSubsetOf(ConnectionClosedException.class);
    }
  }
}

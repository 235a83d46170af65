package io.abraxas.server.cluster;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients submit without pause, workers do the jobs, and one server after the other is killed. At
 * the end each job that a server promised to do has been done, and nothing is left in the cluster.
 *
 * <p>A job may be done twice: when its server is killed before it was told of the end of the job,
 * or before it told the client that it has it, since the client then submits it again.
 */
@Timeout(1500)
class KillTest {
  private static final int ROUNDS = Integer.getInteger("kill.rounds", 20);

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path directory;

  @Test
  void killedServersLoseNothing() throws Exception {
    killOneByOne(2);
  }

  @Test
  @Tag("cluster")
  void serversKilledAgainAndAgainLoseNothing() throws Exception {
    killOneByOne(ROUNDS);
  }

  @Test
  @Tag("cluster")
  void withTwoBackupsTheSecondIsKilledWithoutWaiting() throws Exception {
    System.out.println("seed " + seed);
    try (ClusterProcesses cluster = new ClusterProcesses(directory, 2);
        Load load = new Load()) {
      load.start(cluster.addresses());
      for (int round = 1; round <= ROUNDS; round++) {
        cluster.awaitSafe();
        load.awaitPromised(500);
        int first = random.nextInt(ClusterProcesses.SERVERS);
        int second =
            (first + 1 + random.nextInt(ClusterProcesses.SERVERS - 1)) % ClusterProcesses.SERVERS;
        cluster.kill(first);
        if (random.nextBoolean()) {
          // While the others take over, or have done so a moment ago.
          load.awaitPromised(random.nextInt(500));
        }
        cluster.kill(second);
        load.awaitPromised(500);
        cluster.begin(first);
        cluster.begin(second);
        cluster.await(first);
        cluster.await(second);
        System.out.printf(
            "round %d: killed %d and %d; %d promised%n", round, first, second, load.promised());
      }
      load.finish();
      cluster.awaitEmpty();
    }
  }

  private void killOneByOne(int rounds) throws Exception {
    System.out.println("seed " + seed);
    try (ClusterProcesses cluster = new ClusterProcesses(directory, 1);
        Load load = new Load()) {
      load.start(cluster.addresses());
      for (int round = 1; round <= rounds; round++) {
        long begin = System.nanoTime();
        cluster.awaitSafe();
        long settled = System.nanoTime();
        load.awaitPromised(500);
        int victim = random.nextInt(ClusterProcesses.SERVERS);
        cluster.kill(victim);
        long killed = System.nanoTime();
        // The others go on at once.
        load.awaitPromised(500);
        long onAgain = System.nanoTime();
        cluster.begin(victim);
        cluster.await(victim);
        System.out.printf(
            "round %d: safe after %d ms; killed %d; 500 jobs more after %d ms; %d promised%n",
            round,
            TimeUnit.NANOSECONDS.toMillis(settled - begin),
            victim,
            TimeUnit.NANOSECONDS.toMillis(onAgain - killed),
            load.promised());
      }
      load.finish();
      cluster.awaitEmpty();
    }
  }
}

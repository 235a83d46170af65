package io.abraxas.server.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.abraxas.server.WireClient;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.StoredSchedule;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Schedules fire several times a second, and one server after the other is killed. At the end every
 * due time has made one job, also those at which a server was killed; all schedules are there, and
 * when they are cancelled, nothing is left.
 *
 * <p>What is counted, see {@link Firework}: different handles for each due time. One handle may be
 * done twice, as any job whose server is killed while it runs.
 */
@Timeout(1500)
class ScheduleKillTest {
  private static final int ROUNDS = Integer.getInteger("kill.rounds", 20);

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path directory;

  @Test
  void eachDueTimeMakesOneJobWhileServersAreKilled() throws Exception {
    killOneByOne(2);
  }

  @Test
  @Tag("cluster")
  void eachDueTimeMakesOneJobWhileServersAreKilledAgainAndAgain() throws Exception {
    killOneByOne(ROUNDS);
  }

  private void killOneByOne(int rounds) throws Exception {
    System.out.println("seed " + seed);
    try (ClusterProcesses cluster = new ClusterProcesses(directory, 1);
        Firework firework = new Firework()) {
      HazelcastInstance client = cluster.connect();
      IMap<String, byte[]> map = client.getMap(Maps.SCHEDULES);
      try {
        map.setAll(schedules());
        awaitKnown(cluster);
        firework.start(cluster.addresses());
        for (int round = 1; round <= rounds; round++) {
          cluster.awaitSafe();
          // At the moment when one fires, or a little later.
          firework.awaitJobs(10 + random.nextInt(10));
          int victim = random.nextInt(ClusterProcesses.SERVERS);
          cluster.kill(victim);
          firework.awaitJobs(10);
          cluster.begin(victim);
          cluster.await(victim);
          System.out.printf("round %d: killed %d; %s%n", round, victim, firework);
        }
        cluster.awaitSafe();
        awaitKnown(cluster);
        firework.awaitAll();
        assertThat(map.size()).isEqualTo(Firework.SCHEDULES);
        cancelAll(cluster.addresses().get(random.nextInt(ClusterProcesses.SERVERS)));
        Awaitility.await().atMost(ClusterProcesses.SETTLED).until(map::isEmpty);
        cluster.awaitEmpty();
        firework.verify();
      } finally {
        client.shutdown();
      }
    }
  }

  /** One for each number, of each minute at another second. */
  private static Map<String, byte[]> schedules() {
    Origins origins = new Origins("H:test", "0".repeat(19));
    Map<String, byte[]> records = new HashMap<>();
    for (int i = 0; i < Firework.SCHEDULES; i++) {
      byte[] number = Integer.toString(i).getBytes(US_ASCII);
      StoredSchedule schedule =
          new StoredSchedule(i + 1, new byte[] {'f'}, number, "* * * * *", from -> from, number);
      // Full minutes there are so many seconds later.
      String zone = String.format("-00:00:%02d", Firework.second(i));
      ScheduleRecord record = ScheduleRecord.of(schedule, zone, origins);
      records.put(record.key(), record.bytes());
    }
    return records;
  }

  private static WireClient connect(String address) {
    return WireClient.connect(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
  }

  private static List<String> handles(String address) {
    try (WireClient operator = connect(address)) {
      return operator.rows("show schedules").lines().map(row -> row.split("\t", 2)[0]).toList();
    }
  }

  private static void awaitKnown(ClusterProcesses cluster) {
    for (String address : cluster.addresses()) {
      Awaitility.await()
          .atMost(ClusterProcesses.SETTLED)
          .until(() -> handles(address).size() == Firework.SCHEDULES);
    }
  }

  private static void cancelAll(String address) {
    try (WireClient operator = connect(address)) {
      for (String handle : handles(address)) {
        assertThat(operator.line("cancel job " + handle)).startsWith("OK");
      }
    }
  }
}

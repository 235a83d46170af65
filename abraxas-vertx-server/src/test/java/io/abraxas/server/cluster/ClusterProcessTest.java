package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.ERROR;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.partition.Partition;
import com.hazelcast.spi.properties.ClusterProperty;
import io.abraxas.server.ClusterOptions;
import io.abraxas.server.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only processes of their own can show. */
class ClusterProcessTest {
  /** The loopback address as the system's tables of sockets have it, also mapped to IPv6. */
  private static final String LOOPBACK = "(0000000000000000FFFF0000)?0100007F:[0-9A-F]{4}";

  @TempDir Path directory;
  private final TestCluster cluster = new TestCluster();
  private final List<ServerProcess> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.forEach(ServerProcess::close);
    cluster.close();
  }

  private ServerProcess start(String... more) {
    ClusterOptions options = cluster.nextOptions();
    List<String> arguments = new ArrayList<>();
    arguments.add("--cluster");
    arguments.add("--cluster-name=" + options.getName());
    arguments.add("--cluster-port=" + options.getPort());
    arguments.add("--cluster-members=" + String.join(",", options.getMembers()));
    arguments.addAll(List.of(more));
    ServerProcess process = ServerProcess.start(arguments.toArray(String[]::new));
    processes.add(process);
    return process.await();
  }

  @Test
  void aServerAloneLoadsNothingOfHazelcast() throws Exception {
    Path classes = directory.resolve("classes");
    // Without Vert.x's cluster manager, which Vert.x loads wherever it finds it.
    ServerProcess alone =
        ServerProcess.startWithout(
            "vertx-hazelcast",
            List.of("-Dabraxas.rehearsal=true", "-Xlog:class+load:file=" + classes));
    processes.add(alone);
    alone.awaitEnd(0);
    try (Stream<String> loaded = Files.lines(classes)) {
      assertThat(loaded.filter(line -> line.contains("io.abraxas.server.EventLoopServer")))
          .isNotEmpty();
    }
    try (Stream<String> loaded = Files.lines(classes)) {
      assertThat(loaded).noneMatch(line -> line.contains("hazelcast."));
    }
  }

  @Test
  void everyPortIsClosedToOtherMachines() throws IOException {
    Path table = Path.of("/proc/self/net/tcp");
    assumeTrue(Files.isReadable(table), "no tables of sockets to read");
    ServerProcess server = start();
    assertThat(sockets(server.pid(), "tcp", true))
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(address -> assertThat(address).matches(LOOPBACK));
    assertThat(sockets(server.pid(), "udp", false)).as("multicast among them").isEmpty();
  }

  /** The local addresses of sockets of a process. */
  private static List<String> sockets(long pid, String protocol, boolean listening)
      throws IOException {
    Set<String> own;
    try (Stream<Path> files = Files.list(Path.of("/proc", "" + pid, "fd"))) {
      own = files.map(ClusterProcessTest::target).collect(Collectors.toSet());
    }
    List<String> addresses = new ArrayList<>();
    for (String version : new String[] {"", "6"}) {
      for (String line :
          Files.readAllLines(Path.of("/proc", "" + pid, "net", protocol + version))) {
        String[] fields = line.strip().split("\\s+", -1);
        // 0A is a socket that listens.
        boolean wanted = !listening || fields[3].equals("0A");
        if (fields.length > 9 && wanted && own.contains("socket:[" + fields[9] + "]")) {
          addresses.add(fields[1]);
        }
      }
    }
    return addresses;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      // It was closed meanwhile.
      return "";
    }
  }

  @Test
  void aJobIsNotPromisedWhileItsBackupDoesNotAnswer() throws Exception {
    ServerProcess near = start("--cluster-store-timeout=2", "--cluster-heartbeat-timeout=100");
    ServerProcess far = start("--cluster-heartbeat-timeout=100");
    HazelcastInstance observer =
        cluster.start(
            config ->
                config
                    .setLiteMember(true)
                    .setProperty(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS.getName(), "100"));
    try (WireClient client = near.connect()) {
      client.submit(SUBMIT_JOB_BG, "f", "", "stored on both");
      far.signal("STOP");
      long from = System.nanoTime();
      client
          .send(SUBMIT_JOB_BG, "f", "", "stored on one")
          .expect(ERROR, "QUEUE_ERROR", "Job could not be stored");
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(2));
      far.signal("CONT");
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> observer.getMap(Maps.JOBS).size() == 1);
      client.submit(SUBMIT_JOB_BG, "f", "", "stored on both");
      assertThat(observer.getMap(Maps.JOBS).size()).isEqualTo(2);
    }
  }

  @Test
  void jobsThatAreWrittenTogetherAreNotWrittenWhileTheirBackupDoesNotAnswer() throws Exception {
    HazelcastInstance near =
        cluster.start(
            config ->
                config
                    .setProperty(ClusterProperty.OPERATION_BACKUP_TIMEOUT_MILLIS.getName(), "500")
                    .setProperty(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS.getName(), "100"));
    ServerProcess far = start("--cluster-heartbeat-timeout=100");
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> new SafetyQuestion().ask(near));
    HazelcastJobMap jobs = Maps.announce(near, 1).jobMap();
    List<String> keys = keysAt(near);
    List<byte[]> records = List.of(new byte[] {1}, new byte[] {2});
    jobs.setAll(keys, records).toCompletableFuture().join();
    assertThat(jobs.getAll(keys)).hasSize(2);
    far.signal("STOP");
    assertThatThrownBy(() -> jobs.setAll(keys, records).toCompletableFuture().join())
        .hasCauseInstanceOf(IndeterminateOperationStateException.class);
    assertThatThrownBy(() -> jobs.remove(keys.get(0)).toCompletableFuture().join())
        .hasCauseInstanceOf(IndeterminateOperationStateException.class);
  }

  /** Keys of two jobs that are kept together, and first of all by this member. */
  private static List<String> keysAt(HazelcastInstance member) {
    for (long group = 1; ; group++) {
      Partition partition = member.getPartitionService().getPartition("1." + group);
      if (partition.getOwner().localMember()) {
        long first = group * JobMap.TOGETHER;
        return List.of("1." + first, "1." + (first + 1));
      }
    }
  }

  @Test
  void aSignalLeavesInGoodOrder() throws Exception {
    ServerProcess near = start();
    ServerProcess far = start();
    near.signal("TERM");
    near.awaitEnd(0);
    assertThat(near.output()).contains("abraxas stopped").doesNotContain("\tat ");
    assertThat(far.output()).doesNotContain("\tat ");
  }

  @Test
  void aPortThatIsTakenEndsTheProgram() throws Exception {
    ServerProcess first = start();
    String taken = first.output().replaceAll("(?s).*in cluster \\S+ at 127.0.0.1:(\\d+).*", "$1");
    ServerProcess second = ServerProcess.start("--cluster", "--cluster-port=" + taken);
    processes.add(second);
    second.awaitEnd(1);
    assertThat(second.output()).contains("abraxas: cannot join the cluster: ").contains(taken);
  }
}

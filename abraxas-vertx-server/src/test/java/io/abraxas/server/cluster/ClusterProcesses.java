package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import io.abraxas.server.PlainClassPath;
import io.abraxas.server.eventbus.BusNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Three servers, each a process, and a Vert.x application that has nothing of ours and only joined
 * their cluster: it holds a part of the records, and tells what it sees.
 */
final class ClusterProcesses implements AutoCloseable {
  static final int SERVERS = 3;

  /** How long anything may take until the cluster is safe again. */
  static final Duration SETTLED = Duration.ofMinutes(2);

  private final List<List<String>> arguments = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final ServerProcess[] servers = new ServerProcess[SERVERS];
  private final String name = "processes-" + UUID.randomUUID();
  private final int[] ports;
  private final Process plain;
  private final BufferedReader plainSays;

  /**
   * Starts all of them.
   *
   * @param directory for what they need to have on a disk
   */
  ClusterProcesses(Path directory, int backups) throws IOException {
    ports = TestCluster.freePorts(2 * SERVERS + 1);
    String members =
        IntStream.rangeClosed(0, SERVERS)
            .mapToObj(i -> "127.0.0.1:" + ports[i])
            .collect(Collectors.joining(","));
    for (int i = 0; i < SERVERS; i++) {
      String address = "127.0.0.1:" + ports[SERVERS + 1 + i];
      addresses.add(address);
      arguments.add(
          List.of(
              "--listen=" + address,
              "--cluster",
              "--cluster-name=" + name,
              "--cluster-port=" + ports[i],
              "--cluster-backups=" + backups,
              "--cluster-members=" + members));
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                PlainClassPath.with(directory, PlainMember.class, BusNode.class),
                PlainMember.class.getName(),
                name));
    command.add(Integer.toString(ports[SERVERS]));
    IntStream.range(0, SERVERS).forEach(i -> command.add(Integer.toString(ports[i])));
    plain = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    plainSays = plain.inputReader(StandardCharsets.UTF_8);
    try {
      IntStream.range(0, SERVERS).forEach(this::begin);
      IntStream.range(0, SERVERS).forEach(this::await);
    } catch (RuntimeException | AssertionError e) {
      // Nobody else can: the others would run for ever.
      close();
      throw e;
    }
  }

  /** Where the servers listen for clients and workers, also after they have been started again. */
  List<String> addresses() {
    return addresses;
  }

  /** Looks into the cluster from outside, through the member that is never killed. */
  HazelcastInstance connect() {
    ClientConfig config = new ClientConfig().setClusterName(name);
    config.getNetworkConfig().setSmartRouting(false).addAddress("127.0.0.1:" + ports[SERVERS]);
    return HazelcastClient.newHazelcastClient(config);
  }

  /** Begins to start a server. */
  void begin(int server) {
    servers[server] = ServerProcess.start(List.of("-Xmx512m"), arguments.get(server));
  }

  /** Waits until a server listens. */
  void await(int server) {
    servers[server].await();
  }

  /** Ends a server as a power cut would. */
  void kill(int server) {
    servers[server].close();
  }

  /** Ends a server in good order. */
  void leave(int server) throws IOException, InterruptedException {
    servers[server].signal("TERM");
    servers[server].awaitEnd(0);
    servers[server].close();
  }

  /** Waits until all servers are there, and whatever a lost one had is done. */
  void awaitSafe() {
    Awaitility.await()
        .atMost(SETTLED)
        .untilAsserted(() -> assertThat(ask()).startsWith("4 members, 3 servers, safe, "));
  }

  /** Waits until nothing is left to do, in the maps too. */
  void awaitEmpty() {
    Awaitility.await()
        .atMost(SETTLED)
        .untilAsserted(() -> assertThat(ask()).isEqualTo("4 members, 3 servers, safe, 0 jobs"));
  }

  /** What the plain member sees. */
  private String ask() throws IOException {
    plain.getOutputStream().write('\n');
    plain.getOutputStream().flush();
    return plainSays.readLine();
  }

  @Override
  public void close() {
    Stream.of(servers).filter(Objects::nonNull).forEach(ServerProcess::close);
    plain.destroyForcibly();
  }
}

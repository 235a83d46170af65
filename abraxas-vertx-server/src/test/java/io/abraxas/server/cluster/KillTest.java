package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.PlainClassPath;
import io.abraxas.server.eventbus.BusNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three servers and a Vert.x application that only joined their cluster; clients submit without
 * pause, workers do the jobs, and one server after the other is killed. At the end each job that a
 * server promised to do has been done, and nothing is left in the cluster.
 *
 * <p>A job may be done twice: when its server is killed before it was told of the end of the job,
 * or before it told the client that it has it, since the client then submits it again.
 */
@Timeout(1500)
class KillTest {
  private static final int SERVERS = 3;
  private static final Duration SETTLED = Duration.ofMinutes(2);

  @TempDir Path directory;
  private final List<List<String>> arguments = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final ServerProcess[] servers = new ServerProcess[SERVERS];
  private final String cluster = "kill-" + UUID.randomUUID();
  private Process plain;
  private BufferedReader plainSays;

  @BeforeEach
  void startPlainMember() throws IOException {
    int[] ports = freePorts(2 * SERVERS + 1);
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
              "--cluster-name=" + cluster,
              "--cluster-port=" + ports[i],
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
                cluster));
    command.add(Integer.toString(ports[SERVERS]));
    IntStream.range(0, SERVERS).forEach(i -> command.add(Integer.toString(ports[i])));
    plain = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    plainSays = plain.inputReader(StandardCharsets.UTF_8);
  }

  @AfterEach
  void endAll() {
    Stream.of(servers).filter(Objects::nonNull).forEach(ServerProcess::close);
    plain.destroyForcibly();
  }

  @Test
  void killedServersLoseNothing() throws Exception {
    killAndCount(2);
  }

  @Test
  @Tag("cluster")
  void serversKilledAgainAndAgainLoseNothing() throws Exception {
    killAndCount(Integer.getInteger("kill.rounds", 20));
  }

  private void killAndCount(int rounds) throws Exception {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < SERVERS; i++) {
      begin(i);
    }
    for (int i = 0; i < SERVERS; i++) {
      servers[i].await();
    }
    try (Load load = new Load()) {
      load.start(addresses);
      for (int round = 1; round <= rounds; round++) {
        long begin = System.nanoTime();
        awaitSettled();
        long settled = System.nanoTime();
        int before = load.promised();
        Awaitility.await().atMost(SETTLED).until(() -> load.promised() > before + 500);
        int victim = random.nextInt(SERVERS);
        servers[victim].close();
        long killed = System.nanoTime();
        // The others go on at once.
        int after = load.promised();
        Awaitility.await().atMost(SETTLED).until(() -> load.promised() > after + 500);
        long onAgain = System.nanoTime();
        begin(victim);
        servers[victim].await();
        System.out.println(
            "round %d: safe after %d ms; killed %d; 500 jobs more after %d ms; %d promised"
                .formatted(
                    round,
                    (settled - begin) / 1_000_000,
                    victim,
                    (onAgain - killed) / 1_000_000,
                    load.promised()));
      }
      load.finish(SETTLED);
      assertThat(load.refusal()).isNull();
      System.out.println(load.promised() + " promised, " + load.repeated() + " done twice");
    }
    Awaitility.await()
        .atMost(SETTLED)
        .untilAsserted(() -> assertThat(ask()).isEqualTo("4 members, 3 servers, safe, 0 jobs"));
  }

  private void begin(int server) {
    servers[server] = ServerProcess.start(List.of("-Xmx512m"), arguments.get(server));
  }

  /** All are back, and whatever the killed server had is done. */
  private void awaitSettled() {
    Awaitility.await()
        .atMost(SETTLED)
        .untilAsserted(() -> assertThat(ask()).startsWith("4 members, 3 servers, safe, "));
  }

  /** What the plain member sees. */
  private String ask() throws IOException {
    plain.getOutputStream().write('\n');
    plain.getOutputStream().flush();
    return plainSays.readLine();
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}

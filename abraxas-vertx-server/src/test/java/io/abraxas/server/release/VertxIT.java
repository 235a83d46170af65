package io.abraxas.server.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServerVerticle;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/vertx}: verticles in processes, alone and in a cluster. */
@Timeout(240)
class VertxIT {
  private static final String SERVER = GearmanServerVerticle.class.getName();
  private static final String CONFIG = "{\"host\": \"127.0.0.1\", \"port\": 0}";
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir Path directory;

  @AfterAll
  static void closeVertx() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private ProcessBuilder vertx(String... words) {
    return Release.script(directory, "vertx", "", words);
  }

  /** Does a job of a function whose worker is in this process. */
  private static void assertServes(int port) throws Exception {
    GearmanClient client = client(port);
    try {
      client.registerValueWorker("double", task -> task.payloadText().repeat(2));
      assertThat(result(client, "double", "tick")).isEqualTo("ticktick");
    } finally {
      client.close().toCompletionStage().toCompletableFuture().get(60, SECONDS);
    }
  }

  private static GearmanClient client(int port) {
    return GearmanClient.create(VERTX, new GearmanClientOptions().addServer("127.0.0.1:" + port));
  }

  private static String result(GearmanClient client, String function, String payload)
      throws Exception {
    return client
        .submitJob(function, payload)
        .resultText()
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "application"})
  void runsTheServerAlone(String word) throws Exception {
    // Relative to where the user is, which is not where the release is.
    Files.writeString(directory.resolve("my conf.json"), CONFIG);
    Path classes = directory.resolve("classes");
    ProcessBuilder builder =
        Release.script(
            directory,
            "vertx",
            "-Xlog:class+load:file=" + classes,
            word,
            SERVER,
            "-conf",
            "my conf.json");
    try (Program program = Program.start(builder)) {
      assertServes(program.awaitPort());
      program.awaitOutput("Succeeded in deploying verticle");
      assertThat(program.stop())
          .endsWith("INFO  abraxas stopped\n")
          .matches("(\\d{4}-\\d\\d-\\d\\dT\\S+ INFO  .*\n){3}");
    }
    try (Stream<String> loaded = Files.lines(classes)) {
      assertThat(loaded).noneMatch(line -> line.contains("hazelcast"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "application"})
  void ctrlCStopsIt(String word) throws Exception {
    ProcessBuilder builder = vertx(word, SERVER, "-conf", CONFIG);
    // As a terminal starts it: a build in the background hands on that SIGINT is ignored.
    builder.command().addAll(0, List.of("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV"));
    try (Program program = Program.start(builder)) {
      program.awaitPort();
      program.awaitOutput("Succeeded in deploying verticle");
      assertThat(program.signal("INT").ended(0)).endsWith("abraxas stopped\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "application"})
  void configurationThatMakesNoSenseEndsIt(String word) throws Exception {
    String[] words = {word, SERVER, "-conf", "{\"host\": \"127.0.0.1\", \"prot\": 4730}"};
    assertThat(Program.run(15, vertx(words)))
        .contains("unknown option \"prot\", did you mean \"port\"?")
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "application"})
  void configurationThatIsNoJsonEndsIt(String word) throws Exception {
    Files.writeString(directory.resolve("conf.json"), "{\"host\": 127.0.0.1}");
    assertThat(Program.run(2, vertx(word, SERVER, "-conf", "conf.json")))
        .startsWith("vertx: -conf: conf.json: not a JSON object: ")
        .hasLineCount(1);
    assertThat(Program.run(2, vertx(word, SERVER, "--conf=none.json")))
        .isEqualTo("vertx: --conf: there is no file none.json\n");
  }

  @Test
  void commandThatMakesNoSenseEndsIt() throws Exception {
    assertThat(Program.run(2, vertx("walk"))).contains("'walk' is not a valid command");
    assertThat(Program.run(2, vertx("run"))).contains("'main-verticle' is required");
    assertThat(Program.run(2, vertx("run", SERVER, "-cp"))).isEqualTo("vertx: -cp needs a value\n");
    assertThat(Program.run(15, vertx("run", "my.Nothing"))).contains("my.Nothing");
  }

  @Test
  void saysHowItIsUsed() throws Exception {
    assertThat(Program.run(0, vertx())).startsWith("Usage: vertx WORD");
    assertThat(Program.run(0, vertx("run", "--help"))).startsWith("Usage: vertx run ");
    assertThat(Program.run(0, vertx("application", "--help"))).contains("-virtual-thread");
  }

  @Test
  void nodesOfAClusterFindEachOther() throws Exception {
    Path jar = Release.jar(directory.resolve("my.jar"), WorkerVerticle.class, ShoutVerticle.class);
    List<Path> configurations = clusterConfigurations(3);
    String worker = WorkerVerticle.class.getName();
    String shout = ShoutVerticle.class.getName();
    try (Program server =
        Program.start(
            vertx("run", SERVER, "-cluster", "-conf", CONFIG, "-cp", "" + configurations.get(0)))) {
      int port = server.awaitPort();
      try (Program answers =
              Program.start(
                  vertx(
                      "application", shout, "-cp", jar + ":" + configurations.get(1), "-cluster"));
          Program works =
              Program.start(
                  vertx(
                      "run",
                      worker,
                      "-cp=" + jar + ":" + configurations.get(2),
                      "--cluster",
                      "-conf",
                      "{\"gearman\": " + port + "}"))) {
        answers.awaitOutput("Succeeded in deploying verticle");
        works.awaitOutput("Succeeded in deploying verticle");
        // From here over TCP to the server, to the worker, and over the event bus to the last one.
        GearmanClient client = client(port);
        assertThat(result(client, WorkerVerticle.FUNCTION, "hello")).isEqualTo("HELLO!");
        client.close().toCompletionStage().toCompletableFuture().get(60, SECONDS);
        works.stop();
        answers.stop();
        assertThat(server.stop()).contains("Starting clustering...", "abraxas stopped\n");
      }
    }
  }

  @Test
  void nodesThatStartInTheSameMomentAreOneCluster() throws Exception {
    Path jar = Release.jar(directory.resolve("my.jar"), ShoutVerticle.class);
    String verticle = ShoutVerticle.class.getName();
    List<Program> nodes = new ArrayList<>();
    try {
      for (Path configuration : clusterConfigurations(3)) {
        String word = nodes.size() == 1 ? "application" : "run";
        String classes = "-Xlog:class+load:file=" + directory.resolve("classes" + nodes.size());
        String path = jar + ":" + configuration;
        nodes.add(
            Program.start(
                Release.script(
                    directory, "vertx", classes, word, verticle, "-cp", path, "-cluster")));
      }
      for (int i = 0; i < nodes.size(); i++) {
        nodes.get(i).awaitOutput("Succeeded in deploying verticle");
        try (Stream<String> loaded = Files.lines(directory.resolve("classes" + i))) {
          assertThat(loaded).anyMatch(line -> line.contains(".RepeatingClusterManager "));
        }
      }
      for (Program node : nodes) {
        node.stop();
      }
    } finally {
      for (Program node : nodes) {
        node.close();
      }
    }
  }

  /** The release's own configuration, for nodes on free ports; each is in a folder of its own. */
  private List<Path> clusterConfigurations(int nodes) throws IOException {
    List<Integer> ports = freePorts(nodes);
    String text = Files.readString(Release.home().resolve("conf/cluster.xml"), UTF_8);
    text = replace(text, "<cluster-name>abraxas<", "<cluster-name>abraxas-" + ports + "<");
    for (int i = 0; i < nodes; i++) {
      text = replace(text, "<member>127.0.0.1:570" + (i + 1), "<member>127.0.0.1:" + ports.get(i));
    }
    List<Path> folders = new ArrayList<>();
    for (int port : ports) {
      String node =
          replace(
              text,
              "<port auto-increment=\"true\" port-count=\"3\">5701<",
              "<port auto-increment=\"false\">" + port + "<");
      Path folder = Files.createDirectory(directory.resolve("node" + port));
      Files.writeString(folder.resolve("cluster.xml"), node);
      folders.add(folder);
    }
    return folders;
  }

  private static String replace(String text, String part, String with) {
    assertThat(text).containsOnlyOnce(part);
    return text.replace(part, with);
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}

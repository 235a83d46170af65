package io.abraxas.server.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.abraxas.server.WireClient;
import io.abraxas.vertx.protocol.PacketType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the release, and its {@code bin/abraxas}. */
@Timeout(120)
class ReleaseIT {
  private static final List<String> SERVER = List.of("server", "--listen=127.0.0.1:0");

  @TempDir Path directory;

  @Test
  void holdsWhatItIsMadeOf() throws IOException {
    assertThat(names(Release.home()))
        .contains("LICENSE", "README.md", "bin", "conf", "lib", "systemd");
    assertThat(names(Release.home().resolve("lib/cluster")))
        .allMatch(name -> name.matches("(vertx-)?hazelcast-[\\d.]+\\.jar"))
        .hasSize(2);
    List<String> jars = names(Release.home().resolve("lib"));
    assertThat(jars)
        .anyMatch(name -> name.startsWith("abraxas-vertx-server-"))
        .anyMatch(name -> name.startsWith("vertx-launcher-legacy-cli-"))
        .anyMatch(name -> name.startsWith("vertx-launcher-application-"))
        .noneMatch(name -> name.contains("hazelcast"))
        .noneMatch(name -> name.contains("junit"));
    assertThat(jars.stream().map(name -> name.replaceFirst("-\\d+\\.\\d.*?(-linux|\\.jar)", "$1")))
        .as("one version of each")
        .doesNotHaveDuplicates();
  }

  @Test
  void bothArchivesHoldTheSameFilesWithTheSameRights() throws IOException {
    Map<String, String> unpacked = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Release.home())) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".jsa")).toList()) {
        unpacked.put(Release.home().relativize(file).toString(), rights(file));
      }
    }
    unpacked.remove("");
    assertThat(unpacked)
        .containsEntry("bin/abraxas", "rwxr-xr-x")
        .containsEntry("bin/vertx", "rwxr-xr-x")
        .containsEntry("lib/launch.sh", "rw-r--r--")
        .containsEntry("LICENSE", "rw-r--r--");
    assertThat(zipped()).isEqualTo(unpacked);
  }

  private static Map<String, String> zipped() throws IOException {
    Map<String, String> zipped = new TreeMap<>();
    try (FileSystem zip =
            FileSystems.newFileSystem(
                URI.create("jar:" + Release.zip().toUri()),
                Map.of("enablePosixFileAttributes", true));
        Stream<Path> top = Files.list(zip.getPath("/"))) {
      Path base = top.toList().get(0);
      try (Stream<Path> files = Files.walk(base)) {
        for (Path file : files.filter(f -> !f.equals(base)).toList()) {
          zipped.put(base.relativize(file).toString().replaceFirst("/$", ""), rights(file));
        }
      }
    }
    return zipped;
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private ProcessBuilder server(String jvmOptions) {
    return Release.script(directory, "abraxas", jvmOptions, SERVER.toArray(String[]::new));
  }

  @Test
  void serverStartsFromTheClassArchiveAndLoadsNoHazelcast() throws Exception {
    // Whoever starts first makes the archive.
    Program.run(0, Release.script(directory, "abraxas", "", "version"));
    Path classes = directory.resolve("classes");
    try (Program server = Program.start(server("-Xlog:class+load:file=" + classes))) {
      try (WireClient client = WireClient.connect(server.awaitPort())) {
        assertThat(client.line("version")).startsWith("OK ");
      }
      assertThat(server.stop()).endsWith("abraxas stopped\n");
    }
    List<String> loaded = Files.readAllLines(classes);
    assertThat(loaded).noneMatch(line -> line.contains("hazelcast"));
    assertThat(loaded.stream().filter(line -> line.contains("io.vertx.core.impl.VertxImpl ")))
        .singleElement()
        .asString()
        .endsWith("source: shared objects file (top)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--cluster", "--config-file=cluster.conf", "@cluster.conf"})
  void serverJoinsAClusterWhenToldTo(String word) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(directory.resolve("cluster.conf"), "cluster=yes\n");
    ProcessBuilder builder =
        Release.script(
            directory,
            "abraxas",
            "",
            "server",
            "--listen=127.0.0.1:0",
            "--cluster-port=" + port,
            word);
    try (Program server = Program.start(builder)) {
      try (WireClient client = WireClient.connect(server.awaitPort())) {
        client.submit(PacketType.SUBMIT_JOB_BG, "f", "", "x");
      }
      assertThat(server.stop())
          .contains("in cluster abraxas at 127.0.0.1:" + port)
          .endsWith("abraxas stopped\n")
          .doesNotContain("WARN");
    }
  }

  @Test
  void serverGoesWithoutAnArchiveWhereItCannotWrite() throws Exception {
    ProcessBuilder builder = server("");
    builder.environment().put("ABRAXAS_CACHE", "/nowhere");
    try (Program server = Program.start(builder)) {
      server.awaitPort();
      assertThat(server.stop().lines()).hasSize(2);
    }
  }

  @Test
  void archiveOfClassesGoesWhereTheEnvironmentSays() throws Exception {
    ProcessBuilder builder = Release.script(directory, "abraxas", "", "version");
    builder.environment().put("ABRAXAS_CACHE", directory.toString());
    assertThat(Program.run(0, builder)).matches("abraxas \\d\\S+\n");
    assertThat(names(directory)).singleElement().asString().matches("abraxas-.*\\.jsa");
  }

  @Test
  void stopsAtOnceWhileItMakesTheArchive() throws Exception {
    ProcessBuilder builder = server("");
    builder.environment().put("ABRAXAS_CACHE", directory.toString());
    try (Program server = Program.start(builder)) {
      Awaitility.await().until(() -> !names(directory).isEmpty());
      assertThat(server.stop()).isEmpty();
      Awaitility.await().untilAsserted(() -> assertThat(names(directory)).isEmpty());
    }
  }

  @Test
  void scriptsRunThroughALink() throws Exception {
    Path link = directory.resolve("gearman");
    Files.createSymbolicLink(link, Release.home().resolve("bin/abraxas"));
    ProcessBuilder builder = Release.script(directory, "abraxas", "", "help");
    builder.command(link.toString(), "help");
    assertThat(Program.run(0, builder)).startsWith("Usage: abraxas WORD");
    // JUnit has a warning for links that it finds.
    Files.delete(link);
  }

  @Test
  void scriptsRunInAFolderWithABlank() throws Exception {
    Path folder = directory.resolve("my programs");
    Release.unpack(folder);
    for (String script : List.of("abraxas", "vertx")) {
      ProcessBuilder builder = Release.script(directory, script, "", "version");
      builder.command(folder.resolve("bin").resolve(script).toString(), "version");
      assertThat(Program.run(0, builder)).matches(".*\\d+\\.\\d+\\.\\d+\\S*\n");
    }
  }

  @Test
  void exampleConfigurationIsOneOfTheServer() throws Exception {
    Path file = Release.home().resolve("conf/server.json");
    String[] words = {"server", "--config-file=" + file, "--check-args"};
    assertThat(Program.run(0, Release.script(directory, "abraxas", "", words))).isEmpty();
  }

  @Test
  void unknownWordIsOneLineAndExitCodeTwo() throws Exception {
    assertThat(Program.run(2, Release.script(directory, "abraxas", "", "serve")))
        .isEqualTo("abraxas: unknown word 'serve' (abraxas help lists the words)\n");
  }

  @Test
  void systemdFindsNothingWrongWithTheUnit() throws Exception {
    Path analyzer = Path.of("/usr/bin/systemd-analyze");
    assumeTrue(Files.isExecutable(analyzer), "systemd is not installed");
    // Verified as if it were installed here.
    Path home = Release.home();
    String text = Files.readString(home.resolve("systemd/abraxas.service"));
    assertThat(text).contains("ExecStart=/opt/abraxas/");
    Path unit = directory.resolve("abraxas.service");
    Files.writeString(unit, text.replace("ExecStart=/opt/abraxas/", "ExecStart=" + home + "/"));
    ProcessBuilder verify = new ProcessBuilder("" + analyzer, "verify", "--man=no", "" + unit);
    // It has words about units of the machine too.
    assertThat(Program.run(0, verify)).doesNotContain("abraxas.service");
  }
}

package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sends jobs, and does one, from a process that has no Gearman library on its class path. */
@Timeout(180)
class TwoProcessesTest {
  @TempDir Path classes;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void processWithoutTheLibrarySendsAndDoesJobs() throws Exception {
    String cluster = "test-" + UUID.randomUUID();
    String bridgePort = String.valueOf(ClusterNode.freePort());
    String plainPort = String.valueOf(ClusterNode.freePort());
    Process bridge =
        start(
            System.getProperty("java.class.path"),
            BridgeNode.class,
            cluster,
            bridgePort,
            plainPort);
    BufferedReader said = bridge.inputReader(StandardCharsets.UTF_8);
    assertThat(said.readLine()).isEqualTo("ready");
    Process plain = start(plainClassPath(), PlainNode.class, cluster, plainPort, bridgePort);
    List<String> lines = plain.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines)
        .containsExactly(
            "library: false",
            "reply: JsonObject {\"a\":1}",
            "reply: String text",
            "failure: ReplyException RECIPIENT_FAILURE 41 why",
            "reply: String by a plain consumer");
    assertThat(plain.waitFor(60, TimeUnit.SECONDS)).isTrue();
    bridge.getOutputStream().close();
    assertThat(bridge.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private Process start(String classPath, Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath,
                main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    processes.add(process);
    return process;
  }

  /** The jars of Vert.x and Hazelcast, and two classes of the tests. */
  private String plainClassPath() {
    Stream<String> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(
                entry ->
                    Path.of(entry)
                        .getFileName()
                        .toString()
                        .matches("(vertx-core|vertx-hazelcast|hazelcast|netty|jackson).*\\.jar"));
    Stream.of(ClusterNode.class, PlainNode.class).forEach(this::copy);
    return Stream.concat(Stream.of(classes.toString()), jars)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void copy(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    Path target = classes.resolve(name);
    try (InputStream bytes = type.getClassLoader().getResourceAsStream(name)) {
      Files.createDirectories(target.getParent());
      Files.copy(bytes, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

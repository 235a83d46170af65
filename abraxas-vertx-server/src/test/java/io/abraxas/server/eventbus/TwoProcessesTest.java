package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.PlainClassPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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
    String bridgePort = String.valueOf(BusNode.freePort());
    String plainPort = String.valueOf(BusNode.freePort());
    Process bridge =
        start(
            System.getProperty("java.class.path"),
            BridgeNode.class,
            cluster,
            bridgePort,
            plainPort);
    BufferedReader said = bridge.inputReader(StandardCharsets.UTF_8);
    assertThat(said.readLine()).isEqualTo("ready");
    Process plain =
        start(
            PlainClassPath.with(classes, BusNode.class, PlainNode.class),
            PlainNode.class,
            cluster,
            plainPort,
            bridgePort);
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
}

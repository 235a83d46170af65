package io.abraxas.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and workers of PHP's gearman extension. */
@ParameterizedClass
@EnumSource(ServerUnderTest.Kind.class)
class PhpIT extends InteropTest {
  @TempDir Path folder;

  PhpIT(ServerUnderTest.Kind kind) {
    super(kind);
  }

  @BeforeAll
  static void requireProgram() {
    ExternalProgram.require("php", "php-cli");
    ExternalProgram.requireLibrary(
        "PHP's extension gearman",
        "php-gearman",
        "php",
        "-r",
        "exit(class_exists('GearmanClient') ? 0 : 1);");
  }

  @BeforeEach
  void startWorker() {
    start("php", ExternalProgram.script("worker.php"), server.portText());
    server.awaitWorkers("slow", 1);
  }

  private String client(String... arguments) {
    String[] command = new String[3 + arguments.length];
    command[0] = "php";
    command[1] = ExternalProgram.script("client.php");
    command[2] = server.portText();
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return ExternalProgram.run(command).output();
  }

  @ParameterizedTest
  @ValueSource(strings = {"normal", "high", "low"})
  void runsAForegroundJobOfEachPriority(String priority) {
    assertThat(client(priority, "hello")).isEqualTo("olleh\n");
  }

  @Test
  void runsManyTasksAtOnce() {
    assertThat(client("tasks").lines())
        .containsExactlyInAnyOrder("complete cba", "complete fed", "complete ihg");
  }

  @Test
  void carriesDataWarningsAndStatus() {
    assertThat(client("task", "chatty").lines())
        .containsExactly("data some data", "warning a warning", "status 1/2", "complete done");
  }

  @Test
  void carriesAnException() {
    assertThat(client("task", "throwing")).startsWith("exception went wrong\n");
  }

  @Test
  void carriesAFailure() {
    assertThat(client("task", "failing")).startsWith("fail\n");
  }

  @Test
  void tellsAWorkerTheUniqueIdAndTheHandle() {
    assertThat(client("task", "who")).matches("complete unique-2 H:\\S+:\\d+\n");
  }

  @Test
  void echoes() {
    assertThat(client("ping")).isEqualTo("yes\n");
  }

  @Test
  void tellsTheStatusOfAJobByHandleAndByUniqueId() throws IOException {
    Path gate = folder.resolve("gate");
    String handle = client("start-slow", gate.toString()).strip();
    server.awaitRunning("slow", 1);
    ServerUnderTest.await("progress", () -> client("status", handle).equals("known running 3/4\n"));
    assertThat(client("unique-status", "slow-1")).startsWith("known running 3/4\n");
    Files.createFile(gate);
    server.awaitTotal("slow", 0);
    assertThat(client("status", handle)).startsWith("unknown waiting 0/0\n");
  }

  @Test
  void queuesABackgroundJobUntilThereIsAWorker() {
    String handle = client("background", "nobody").strip();
    assertThat(handle).matches("H:\\S+:\\d+");
    assertThat(client("status", handle)).startsWith("known waiting 0/0\n");
    assertThat(server.status("nobody")).containsExactly(1, 0, 0);
  }

  @Test
  void showsTheIdOfAWorker() {
    assertThat(server.rows("workers")).anyMatch(row -> row.contains(" php-worker :"));
  }
}

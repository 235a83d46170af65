package io.abraxas.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ExternalProgram.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The command {@code gearman}, as client and as worker. */
@ParameterizedClass
@EnumSource(ServerUnderTest.Kind.class)
class GearmanToolIT extends InteropTest {
  @TempDir Path folder;

  GearmanToolIT(ServerUnderTest.Kind kind) {
    super(kind);
  }

  @BeforeAll
  static void requireProgram() {
    ExternalProgram.require("gearman", "gearman-tools");
  }

  private String[] gearman(String... arguments) {
    List<String> command = new ArrayList<>(List.of("gearman", "-p", server.portText()));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  private Result client(String... arguments) {
    return ExternalProgram.run(gearman(arguments));
  }

  /** A worker that runs a shell command for each job, payload in, result out. */
  private ExternalProgram worker(String function, String shell) {
    ExternalProgram worker = start(gearman("-w", "-f", function, "--", "sh", "-c", shell));
    ServerUnderTest.await("the worker", () -> server.status(function)[2] >= 1);
    return worker;
  }

  private Path log() {
    return folder.resolve("log");
  }

  private void awaitLog(String text) {
    ServerUnderTest.await("the log", () -> logged().equals(text));
  }

  private String logged() throws IOException {
    return Files.exists(log()) ? Files.readString(log()) : "";
  }

  @Test
  void runsAForegroundJob() {
    worker("upper", "tr a-z A-Z");
    assertThat(client("-f", "upper", "hello")).isEqualTo(new Result(0, "HELLO"));
  }

  @Test
  void runsAnEmptyJob() {
    worker("count", "wc -c");
    assertThat(ExternalProgram.runWithInput("", gearman("-f", "count")).output().trim())
        .isEqualTo("0");
  }

  @Test
  void carriesAPayloadOfAMebibyte() {
    worker("count", "wc -c");
    ExternalProgram client = startWithInput(new byte[1 << 20], gearman("-f", "count"));
    assertThat(client.finish().output().strip()).isEqualTo("1048576");
  }

  @Test
  void carriesAResultOfAMebibyte() {
    worker("zeros", "head -c 1048576 /dev/zero");
    assertThat(client("-f", "zeros", "x").output()).hasSize(1 << 20).matches("\0+");
  }

  @Test
  void runsABackgroundJobAfterItsClientLeft() {
    Result submitted = client("-b", "-f", "later", "some work");
    assertThat(submitted.exitCode()).isZero();
    assertThat(server.status("later")).containsExactly(1, 0, 0);
    worker("later", "cat >> " + log());
    awaitLog("some work");
    server.awaitTotal("later", 0);
  }

  @Test
  void runsHighBeforeNormalBeforeLow() {
    client("-b", "-L", "-f", "order", "low ");
    client("-b", "-f", "order", "normal ");
    client("-b", "-I", "-f", "order", "high ");
    worker("order", "cat >> " + log());
    awaitLog("high normal low ");
  }

  @Test
  void runsAJobOnceForTwoClientsWithTheSameUniqueId() {
    ExternalProgram first = start(gearman("-u", "same", "-f", "once", "x"));
    server.awaitTotal("once", 1);
    ExternalProgram second = start(gearman("-u", "same", "-f", "once", "x"));
    ServerUnderTest.await("both clients", () -> connectionsOfClients() == 2);
    assertThat(server.status("once")[0]).isEqualTo(1);
    worker("once", "echo run >> " + log() + "; echo done");
    assertThat(first.finish()).isEqualTo(new Result(0, "done\n"));
    assertThat(second.finish()).isEqualTo(new Result(0, "done\n"));
    awaitLog("run\n");
  }

  /** Connections without functions, the one that asks not counted. */
  private long connectionsOfClients() {
    return server.rows("workers").stream().filter(row -> row.strip().endsWith(":")).count() - 1;
  }

  @Test
  void servesSeveralFunctionsWithOneWorker() {
    start(gearman("-w", "-f", "one", "-f", "two", "--", "cat"));
    server.awaitWorkers("two", 1);
    assertThat(client("-f", "one", "first")).isEqualTo(new Result(0, "first"));
    assertThat(client("-f", "two", "second")).isEqualTo(new Result(0, "second"));
  }

  @Test
  void reportsAFailingWorker() {
    worker("broken", "exit 3");
    assertThat(client("-f", "broken", "x").exitCode()).isNotZero();
    server.awaitTotal("broken", 0);
  }

  @Test
  void makesAJobOfEachLine() {
    worker("line", "tr a-z A-Z; echo");
    Result result = ExternalProgram.runWithInput("one\ntwo\nthree\n", gearman("-n", "-f", "line"));
    assertThat(result.output().lines().filter(line -> !line.isEmpty()))
        .containsExactlyInAnyOrder("ONE", "TWO", "THREE");
  }

  @Test
  void givesTheJobOfAKilledWorkerToAnother() {
    ExternalProgram doomed = worker("fragile", "sleep 30");
    ExternalProgram client = start(gearman("-f", "fragile", "x"));
    server.awaitRunning("fragile", 1);
    doomed.kill();
    server.awaitWorkers("fragile", 0);
    worker("fragile", "echo saved");
    assertThat(client.finish()).isEqualTo(new Result(0, "saved\n"));
  }

  @Test
  void dropsTheQueuedJobOfAClientThatLeft() {
    assertThat(server.status("unheard")).containsExactly(0, 0, 0);
    ExternalProgram client = start(gearman("-f", "unheard", "x"));
    server.awaitTotal("unheard", 1);
    client.kill();
    if (kind == ServerUnderTest.Kind.ABRAXAS) {
      server.awaitTotal("unheard", 0);
    }
    worker("unheard", "cat >> " + log());
    assertThat(client("-f", "unheard", "y").exitCode()).isZero();
    awaitLog("y");
  }
}

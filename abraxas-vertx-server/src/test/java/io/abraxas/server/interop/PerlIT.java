package io.abraxas.server.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/** Perl's Gearman::Client and Gearman::Worker. */
@ParameterizedClass
@EnumSource(ServerUnderTest.Kind.class)
class PerlIT extends InteropTest {
  @TempDir Path folder;

  PerlIT(ServerUnderTest.Kind kind) {
    super(kind);
  }

  @BeforeAll
  static void requireProgram() {
    ExternalProgram.require("perl", "perl");
    ExternalProgram.requireLibrary(
        "Perl's Gearman::Client", "libgearman-client-perl", "perl", "-MGearman::Client", "-e", "1");
  }

  @BeforeEach
  void startWorker() {
    start("perl", ExternalProgram.script("worker.pl"), server.portText());
    server.awaitWorkers("lazy", 1);
  }

  private String client(String... arguments) {
    String[] command = new String[3 + arguments.length];
    command[0] = "perl";
    command[1] = ExternalProgram.script("client.pl");
    command[2] = server.portText();
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return ExternalProgram.run(command).output();
  }

  @Test
  void runsAForegroundJob() {
    assertThat(client("do", "hello")).isEqualTo("result olleh\n");
  }

  @Test
  void runsASetOfTasks() {
    assertThat(client("tasks")).isEqualTo("cba fed ihg\n");
  }

  @Test
  void carriesStatus() {
    assertThat(client("task", "progress").lines()).containsExactly("status 1/2", "complete done");
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "zero"})
  void carriesAResultThatIsFalse(String function) {
    // Such a worker leaves out the NUL after the handle, and gearmand waits for it for ever.
    assumeTrue(kind == ServerUnderTest.Kind.ABRAXAS, "gearmand stalls");
    assertThat(client("task", function)).startsWith("complete ");
    assertThat(client("do", "on")).isEqualTo("result no\n");
  }

  @Test
  void survivesAnExceptionFollowedByAFailure() {
    assertThat(client("task", "throwing")).startsWith("exception").contains("went wrong");
    // gearmand answers the second by an ERROR, of which the worker dies.
    if (kind == ServerUnderTest.Kind.ABRAXAS) {
      assertThat(client("do", "again")).isEqualTo("result niaga\n");
    }
  }

  @Test
  void carriesAFailure() {
    assertThat(client("task", "failing")).isEqualTo("fail\n");
  }

  @Test
  void tellsTheStatusOfABackgroundJob() {
    assertThat(client("background", "nobody")).isEqualTo("known waiting\n");
    assertThat(server.status("nobody")).containsExactly(1, 0, 0);
  }

  @Test
  void runsAJobAgainThatTookLongerThanItsTimeout() throws IOException {
    Path first = Files.createFile(folder.resolve("first"));
    ExternalProgram client =
        start(
            "perl",
            ExternalProgram.script("client.pl"),
            server.portText(),
            "lazy",
            first.toString());
    server.awaitRunning("lazy", 1);
    start("perl", ExternalProgram.script("worker.pl"), server.portText());
    assertThat(client.finish().output()).isEqualTo("complete second time\n");
  }

  @Test
  void runsJobsOfTheGearmanCommand() {
    ExternalProgram.require("gearman", "gearman-tools");
    assertThat(ExternalProgram.run("gearman", "-p", server.portText(), "-f", "reverse", "abc"))
        .isEqualTo(new ExternalProgram.Result(0, "cba"));
  }
}

package io.abraxas.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ExternalProgram.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every command of {@code gearadmin}. */
@ParameterizedClass
@EnumSource(ServerUnderTest.Kind.class)
class GearadminIT extends InteropTest {
  GearadminIT(ServerUnderTest.Kind kind) {
    super(kind);
  }

  @BeforeAll
  static void requireProgram() {
    ExternalProgram.require("gearadmin", "gearman-tools");
  }

  private Result gearadmin(String... arguments) {
    List<String> command = new ArrayList<>(List.of("gearadmin", "-p", server.portText()));
    command.addAll(List.of(arguments));
    return ExternalProgram.run(command.toArray(String[]::new));
  }

  private void submitInBackground(String function, String unique) {
    ExternalProgram.run(
        "gearman", "-p", server.portText(), "-b", "-u", unique, "-f", function, "x");
  }

  private void startWorker(String function) {
    start("gearman", "-p", server.portText(), "-w", "-f", function, "--", "cat");
    server.awaitWorkers(function, 1);
  }

  @Test
  void showsTheStatus() {
    submitInBackground("waiting", "u1");
    assertThat(gearadmin("--status").output().lines()).contains("waiting\t1\t0\t0", ".");
  }

  @Test
  void showsTheStatusByPriority() {
    submitInBackground("waiting", "u1");
    assertThat(gearadmin("--priority-status").output().lines())
        .contains("waiting\t0\t1\t0\t0", ".");
  }

  @Test
  void showsTheWorkers() {
    startWorker("busy");
    assertThat(gearadmin("--workers").output().lines())
        .anyMatch(line -> line.matches("\\d+ 127\\.0\\.0\\.1 \\S+ : busy"));
  }

  @Test
  void showsTheVersion() {
    assertThat(gearadmin("--server-version").output()).matches("(OK )?\\d+\\.\\d+.*\\s*");
  }

  @Test
  void showsTheProcessId() {
    assertThat(gearadmin("--getpid").output()).matches("(OK )?\\d+\\s*");
  }

  @Test
  void showsTheLevelOfTheLog() {
    assertThat(gearadmin("--server-verbose").output()).matches("(OK )?[A-Z]+\\s*");
  }

  @Test
  void createsAndDropsAFunction() {
    assertThat(gearadmin("--create-function=made").exitCode()).isZero();
    // gearmand loses the last letter of the name.
    String made = kind == ServerUnderTest.Kind.GEARMAND ? "mad" : "made";
    assertThat(server.rows("status")).anyMatch(row -> row.startsWith(made));
    assertThat(gearadmin("--drop-function=" + functionNamed(made)).exitCode()).isZero();
  }

  private String functionNamed(String start) {
    return server.rows("status").stream()
        .map(row -> row.split("\t", -1)[0])
        .filter(name -> name.startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void doesNotDropAFunctionThatHasWorkers() {
    startWorker("busy");
    assertThat(gearadmin("--drop-function=busy").output())
        .contains("there are still connected workers or executing clients");
    assertThat(server.status("busy")[2]).isEqualTo(1);
  }

  @Test
  void doesNotDropAFunctionThatDoesNotExist() {
    assertThat(gearadmin("--drop-function=nothing").output()).contains("function not found");
  }

  @Test
  void showsJobsAndTheirUniqueIds() {
    submitInBackground("waiting", "unique-1");
    assertThat(gearadmin("--show-jobs").output().lines())
        .anyMatch(line -> line.matches("H:\\S+:\\d+\t0\t0\t\\d"));
    assertThat(gearadmin("--show-unique-jobs").output().lines()).contains("unique-1");
  }

  @Test
  void cancelsAJob() {
    submitInBackground("waiting", "u1");
    String handle = gearadmin("--show-jobs").output().split("\t", -1)[0];
    assertThat(gearadmin("--cancel-job=" + handle).exitCode()).isZero();
    startWorker("waiting");
    server.awaitTotal("waiting", 0);
    assertThat(gearadmin("--show-jobs").output()).doesNotContain(handle);
  }

  @Test
  void doesNotCancelAJobThatDoesNotExist() {
    assertThat(gearadmin("--cancel-job=H:nowhere:1").output()).contains("UNKNOWN_JOB");
  }
}

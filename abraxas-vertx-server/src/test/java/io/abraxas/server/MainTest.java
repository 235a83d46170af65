package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own. */
class MainTest {
  private static final Pattern PORT = Pattern.compile("listens on 127\\.0\\.0\\.1:(\\d+)");

  @TempDir Path folder;
  private Process process;

  @AfterEach
  void end() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  private Path output() {
    return folder.resolve("output");
  }

  private String printed() throws IOException {
    return Files.readString(output());
  }

  private void start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output().toFile())
            .start();
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the end of the program").isTrue();
    return process.exitValue();
  }

  private int awaitPort(Path log) {
    Matcher[] found = new Matcher[1];
    Awaitility.await("the start")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              found[0] = PORT.matcher(Files.exists(log) ? Files.readString(log) : "");
              return found[0].find();
            });
    return Integer.parseInt(found[0].group(1));
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void printsItsVersion() throws Exception {
    start("--version");
    assertThat(exitCode()).isZero();
    assertThat(printed()).matches("abraxas \\d+\\.\\d+.*\\s*");
  }

  @Test
  void namesEveryOptionInItsHelp() throws Exception {
    start("--help");
    assertThat(exitCode()).isZero();
    for (ServerOption option : ServerOption.values()) {
      assertThat(printed()).contains("--" + option.longName);
    }
  }

  @Test
  void endsWithTwoAndALineWhenAnOptionMakesNoSense() throws Exception {
    start("--nonsense");
    assertThat(exitCode()).isEqualTo(2);
    assertThat(printed().lines()).hasSize(1).first().asString().contains("--nonsense", "--help");
  }

  @Test
  void endsWithOneAndALineWhenThePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      start("-L", "127.0.0.1", "-p", Integer.toString(taken.getLocalPort()));
      assertThat(exitCode()).isEqualTo(1);
      assertThat(printed().lines())
          .singleElement()
          .asString()
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort(), "in use");
    }
  }

  @Test
  void endsWithOneWhenTheLogCannotBeWritten() throws Exception {
    start("-L", "127.0.0.1", "-p", "0", "--log-file", "/nowhere/at/all");
    assertThat(exitCode()).isEqualTo(1);
    assertThat(printed().lines()).hasSize(1);
  }

  @Test
  void stopsAtOnceAndCleanlyWhenTerminated() throws Exception {
    Path pidFile = folder.resolve("pid");
    start("-L", "127.0.0.1", "-p", "0", "--pid-file", pidFile.toString());
    awaitPort(output());
    Awaitility.await().until(() -> Files.exists(pidFile));
    assertThat(Files.readString(pidFile).strip()).isEqualTo(Long.toString(process.pid()));
    signal("TERM");
    assertThat(exitCode()).isZero();
    assertThat(pidFile).doesNotExist();
    assertThat(printed().lines().reduce((a, b) -> b).orElse("")).endsWith("stopped");
  }

  @Test
  void drainsWhenToldByASignal() throws Exception {
    start("-L", "127.0.0.1", "-p", "0");
    awaitPort(output());
    signal("USR1");
    assertThat(exitCode()).isZero();
    assertThat(printed()).contains("draining").contains("stopped");
  }

  @Test
  void opensTheLogAgainAfterItWasMovedAway() throws Exception {
    Path log = folder.resolve("log");
    Path moved = folder.resolve("log.1");
    start("-L", "127.0.0.1", "-p", "0", "--log-file", log.toString());
    int port = awaitPort(log);
    Files.move(log, moved);
    signal("HUP");
    Awaitility.await("the new log").until(() -> Files.exists(log));
    try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
      peer.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Awaitility.await("the line about the peer")
          .until(() -> Files.readString(log).contains("it speaks HTTP"));
    }
  }
}

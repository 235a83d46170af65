package io.abraxas.server.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A running script of the release; its output goes through a file, and closing it kills it. */
final class Program implements AutoCloseable {
  /** Much more than it takes: several JVMs may start on one core at once. */
  private static final Duration START = Duration.ofSeconds(60);

  private static final long STOP_SECONDS = 60;
  private static final Pattern LISTENS = Pattern.compile("listens on 127\\.0\\.0\\.1:(\\d+)");

  private final Path output;
  private final Process process;

  private Program(ProcessBuilder builder) throws IOException {
    output = Files.createTempFile("abraxas", ".out");
    process =
        builder
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .start();
  }

  static Program start(ProcessBuilder builder) throws IOException {
    return new Program(builder);
  }

  /** Runs it to its end, which must have this exit code; what it wrote. */
  static String run(int exitCode, ProcessBuilder builder) throws Exception {
    try (Program program = new Program(builder)) {
      return program.ended(exitCode);
    }
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Program awaitOutput(String text) {
    Awaitility.await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> output().contains(text) || !process.isAlive());
    assertThat(output()).contains(text);
    return this;
  }

  /** Waits until it listens; its port. */
  int awaitPort() {
    awaitOutput("listens on 127.0.0.1:");
    Matcher listens = LISTENS.matcher(output());
    assertThat(listens.find()).isTrue();
    return Integer.parseInt(listens.group(1));
  }

  /** Sends SIGTERM and waits for a good end; all that it wrote. */
  String stop() throws Exception {
    process.destroy();
    return ended(0);
  }

  /** Sends another signal. */
  Program signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
    return this;
  }

  String ended(int exitCode) throws Exception {
    assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as(output()).isTrue();
    assertThat(process.exitValue()).as(output()).isEqualTo(exitCode);
    return output();
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    Files.deleteIfExists(output);
  }
}

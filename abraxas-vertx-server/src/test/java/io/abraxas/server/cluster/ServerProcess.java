package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.Main;
import io.abraxas.server.WireClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The program as a process; closing it kills it. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile(" listens on 127\\.0\\.0\\.1:(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path output;
  private final Process process;

  private ServerProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts it at any free port of the loopback interface. */
  static ServerProcess start(String... options) {
    return start(System.getProperty("java.class.path"), List.of(), options);
  }

  /** Starts it with options of the JVM. */
  static ServerProcess start(List<String> jvm, List<String> options) {
    return start(System.getProperty("java.class.path"), jvm, options.toArray(String[]::new));
  }

  /** Starts it with what the class path has but jars of this name, and with options of the JVM. */
  static ServerProcess startWithout(String jars, List<String> jvm, String... options) {
    String rest =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(jars))
            .collect(Collectors.joining(File.pathSeparator));
    return start(rest, jvm, options);
  }

  private static ServerProcess start(String classPath, List<String> jvm, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath, Main.class.getName(), "--listen=127.0.0.1:0"));
    command.addAll(List.of(options));
    try {
      Path output = Files.createTempFile("abraxas", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .start();
      return new ServerProcess(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it listens. */
  ServerProcess await() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> LISTENS.matcher(output()).find() || !process.isAlive());
    assertThat(output()).containsPattern(LISTENS);
    return this;
  }

  /** Connects to it. */
  WireClient connect() {
    Matcher listens = LISTENS.matcher(output());
    assertThat(listens.find()).isTrue();
    return WireClient.connect(Integer.parseInt(listens.group(1)));
  }

  /** Waits for its end, which must have this code. */
  void awaitEnd(int code) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output()).isEqualTo(code);
  }

  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Override
  public void close() {
    // One that is stopped by a signal too.
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

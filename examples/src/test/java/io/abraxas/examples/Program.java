package io.abraxas.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of its own with bounded time; what it prints goes through a file. */
final class Program implements AutoCloseable {
  private final Path output;
  private final Process process;

  private Program(ProcessBuilder builder) {
    try {
      output = Files.createTempFile("example", ".out");
      process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Program start(String... command) {
    return new Program(new ProcessBuilder(command));
  }

  /** Starts the main of a class as a user does, with the servers in the environment. */
  static Program java(Class<?> main, String servers, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GEARMAN_SERVERS", servers);
    return new Program(builder);
  }

  /** What it printed so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end, which must be a good one. */
  String finish(long seconds) throws InterruptedException {
    assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).as(this::output).isTrue();
    assertThat(process.exitValue()).as(this::output).isZero();
    return output();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    Files.deleteIfExists(output);
  }
}

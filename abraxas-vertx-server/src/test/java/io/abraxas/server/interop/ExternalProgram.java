package io.abraxas.server.interop;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of another package, run with bounded time; its output goes through a file. */
final class ExternalProgram implements AutoCloseable {
  /** Set in continuous integration, where a missing program is an error. */
  private static final boolean REQUIRED = "required".equals(System.getenv("ABRAXAS_INTEROP"));

  private static final long MAX_SECONDS = 90;

  private final List<String> command;
  private final Path input;
  private final Path output;
  private final Process process;

  private ExternalProgram(byte[] input, List<String> command) {
    this.command = command;
    try {
      output = Files.createTempFile("interop", ".out");
      this.input = Files.write(Files.createTempFile("interop", ".in"), input);
      process =
          new ProcessBuilder(command)
              .redirectInput(this.input.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a finished program left. */
  record Result(int exitCode, String output) {}

  /** Skips the test where the program is missing, or fails it where it must be there. */
  static void require(String program, String debianPackage) {
    boolean there =
        program.startsWith("/")
            ? Files.isExecutable(Path.of(program))
            : Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    check(there, program, debianPackage);
  }

  /**
   * As {@link #require}, for a library that only its language can find: the command must succeed.
   */
  static void requireLibrary(String name, String debianPackage, String... command) {
    boolean there;
    try (ExternalProgram probe = start(command)) {
      there = probe.finish().exitCode() == 0;
    }
    check(there, name, debianPackage);
  }

  private static void check(boolean there, String name, String debianPackage) {
    String missing = name + " is missing: install the Debian package " + debianPackage;
    if (!there && REQUIRED) {
      fail(missing);
    }
    assumeTrue(there, missing);
  }

  /** Starts a program that goes on until it ends or is closed. */
  static ExternalProgram start(String... command) {
    return new ExternalProgram(new byte[0], List.of(command));
  }

  static ExternalProgram startWithInput(byte[] input, String... command) {
    return new ExternalProgram(input, List.of(command));
  }

  /** Runs a program to its end. */
  static Result run(String... command) {
    return runWithInput("", command);
  }

  static Result runWithInput(String input, String... command) {
    try (ExternalProgram program =
        new ExternalProgram(input.getBytes(StandardCharsets.UTF_8), List.of(command))) {
      return program.finish();
    }
  }

  /** The path of a script among the test resources. */
  static String script(String name) {
    try {
      return Path.of(ExternalProgram.class.getResource("/interop/" + name).toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for its end. */
  Result finish() {
    try {
      if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        fail(command + " did not end; it printed: " + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("interrupted");
    }
    return new Result(process.exitValue(), output());
  }

  /** What it printed so far. */
  String output() {
    try {
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a machine that loses power: at once, nothing said. */
  void kill() {
    // The program before its children: it would report that a child has died.
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(60, TimeUnit.SECONDS);
      Files.deleteIfExists(input);
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

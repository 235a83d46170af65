package io.abraxas.server.kill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A server of a cluster in a process of its own; started again, it keeps its ports. */
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  private final List<String> command;
  private final String address;
  private final Path log;
  private Process process;

  /**
   * @param log takes what all its starts write
   * @param port of clients and workers
   * @param arguments more words of the program
   */
  ServerProcess(Path log, int port, List<String> arguments) {
    this.log = log;
    this.address = "127.0.0.1:" + port;
    command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.abraxas.server.Main",
                "--listen=" + address));
    command.addAll(arguments);
  }

  String address() {
    return address;
  }

  /** Begins to start. */
  void start() {
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the start that is the given one, counted from 1, listens. */
  void awaitListening(int starts) {
    Awaitility.await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("ended by itself:\n" + log());
              }
              return log().split("listens on " + address, -1).length > starts;
            });
  }

  /** SIGKILL: it can do nothing about it. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM, and waits for its end. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("does not stop:\n" + log());
    }
    return process.exitValue();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

package io.abraxas.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program: reads the command line, runs one server until a signal or an operator ends it.
 *
 * <p>Exit codes: 0 stopped, 1 it could not run, 2 the options make no sense.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final ProgramOptions options;
  private final Logging logging;
  private final AtomicBoolean draining = new AtomicBoolean();

  private Main(ProgramOptions options, Logging logging) {
    this.options = options;
    this.logging = logging;
  }

  /** Runs the program and ends the process. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    try {
      ProgramOptions options = new CommandLineParser().parse(arguments);
      if (options == null || options.checkOnly) {
        return 0;
      }
      return new Main(options, Logging.start(options.logFile, options.level)).serve();
    } catch (UsageException e) {
      System.err.println("abraxas: " + e.getMessage() + " (--help lists all options)");
      return MISUSED;
    } catch (IOException e) {
      System.err.println("abraxas: cannot write the log or pid file: " + e.getMessage());
      return FAILED;
    }
  }

  private int serve() throws IOException {
    Logger log = LoggerFactory.getLogger(Main.class);
    options.warnings.forEach(log::warn);
    // One loop does all the work; a second one is there for what Vert.x does on the side.
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    GearmanServer server = GearmanServer.create(vertx, options.server);
    try {
      server.listen().toCompletionStage().toCompletableFuture().get();
      writePidFile();
    } catch (ExecutionException e) {
      System.err.println("abraxas: " + messageOf(e.getCause()));
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
    Signals.on("TERM", server::close);
    Signals.on("INT", server::close);
    Signals.on("USR1", () -> drainOrStop(server));
    Signals.on("HUP", logging::reopen);
    log.info(
        "abraxas {} listens on {} ({}), pid {}, heap {} MiB, for jobs {} MiB",
        Version.current(),
        String.join(", ", server.addresses()),
        vertx.isNativeTransportEnabled() ? "native transport" : "NIO",
        ProcessHandle.current().pid(),
        Runtime.getRuntime().maxMemory() >> 20,
        options.server.effectiveMaxMemory() >> 20);
    return awaitEnd(log, server);
  }

  /** A second signal while draining means: at once. */
  private void drainOrStop(GearmanServer server) {
    if (draining.compareAndSet(false, true)) {
      server.drain();
    } else {
      server.close();
    }
  }

  private int awaitEnd(Logger log, GearmanServer server) throws IOException {
    try {
      server.closed().toCompletionStage().toCompletableFuture().get();
      log.info("abraxas stopped");
      return 0;
    } catch (ExecutionException e) {
      log.error("the server failed", e.getCause());
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } finally {
      removePidFile();
    }
  }

  private void writePidFile() throws IOException {
    Path file = options.pidFile;
    if (file != null) {
      Files.writeString(file, pidLine());
    }
  }

  /** Only if it is still ours: a successor may have started while this one drained. */
  private void removePidFile() throws IOException {
    Path file = options.pidFile;
    if (file != null && Files.exists(file) && Files.readString(file).equals(pidLine())) {
      Files.delete(file);
    }
  }

  private static String pidLine() {
    return ProcessHandle.current().pid() + "\n";
  }

  private static String messageOf(Throwable cause) {
    return cause instanceof BindException && cause.getMessage() != null
        ? cause.getMessage()
        : cause.toString();
  }
}

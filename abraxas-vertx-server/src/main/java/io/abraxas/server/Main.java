package io.abraxas.server;

import io.abraxas.server.cluster.ClusteredVertx;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.BindException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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

  /**
   * Set when the program is to stop as soon as it listens: it runs to have its classes archived.
   */
  private static final String REHEARSAL = "abraxas.rehearsal";

  /** How long a member of a cluster has at least to give away what it kept. */
  private static final long LAST_MILLIS = 1000;

  /** How long the server may take to stop when told to do so at once. */
  private static final int STOP_SECONDS = 5;

  private final ProgramOptions options;
  private final Logging logging;
  private final Logger log = LoggerFactory.getLogger(Main.class);
  private final AtomicBoolean draining = new AtomicBoolean();

  /** When the server was told to stop, in nanoseconds; null: it was not. */
  private final AtomicReference<Long> stopping = new AtomicReference<>();

  /** Null until it listens. Read by signals, which come on threads of their own. */
  private volatile PidFile pidFile;

  private Main(ProgramOptions options, Logging logging) {
    this.options = options;
    this.logging = logging;
  }

  /** Runs the program and ends the process. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    ProgramOptions options;
    try {
      options = new CommandLineParser().parse(arguments);
    } catch (UsageException e) {
      System.err.println("abraxas: " + e.getMessage() + " (--help lists all options)");
      return MISUSED;
    }
    if (options == null || options.checkOnly) {
      return 0;
    }
    try {
      if (options.daemon && !Daemon.isDetached()) {
        return Daemon.start(arguments);
      }
      return new Main(options, Logging.start(options.logFile, options.level)).serve();
    } catch (IOException e) {
      return fail("cannot open " + e.getMessage());
    }
  }

  private static int fail(String message) {
    System.err.println("abraxas: " + message);
    return FAILED;
  }

  private int serve() throws IOException {
    options.warnings.forEach(log::warn);
    Vertx vertx;
    GearmanServer server;
    try {
      vertx = vertx();
      server = GearmanServer.create(vertx, options.server);
      server.listen().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      return fail(messageOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
    reactToSignals(server);
    // Not before it listens: a second program must not overwrite the first one's.
    pidFile = PidFile.write(options.pidFile);
    try {
      log.info(
          "abraxas {} listens on {} ({}), pid {}, heap {} MiB, for jobs {}",
          Version.current(),
          String.join(", ", server.addresses()),
          vertx.isNativeTransportEnabled() ? "native transport" : "NIO",
          ProcessHandle.current().pid(),
          Runtime.getRuntime().maxMemory() >> 20,
          jobMemory(options.server.effectiveMaxMemory()));
      Daemon.ready(options.logFile == null);
      if (Boolean.getBoolean(REHEARSAL)) {
        server.close();
      }
      int code = awaitEnd(server);
      leaveCluster(vertx);
      return code;
    } finally {
      removePidFile();
    }
  }

  private Vertx vertx() throws ExecutionException, InterruptedException {
    // One loop does all the work; a second one is there for what Vert.x does on the side.
    VertxOptions vertxOptions =
        new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2);
    return options.server.isCluster()
        ? ClusteredVertx.build(vertxOptions, options.server.getClusterOptions())
            .toCompletionStage()
            .toCompletableFuture()
            .get()
        : Vertx.vertx(vertxOptions);
  }

  /** What this member kept goes to the others, in what is left of the time for leaving. */
  private void leaveCluster(Vertx vertx) {
    if (!options.server.isCluster()) {
      return;
    }
    long millis = TimeUnit.SECONDS.toMillis(options.server.getLeaveTimeoutSeconds());
    Long since = stopping.get();
    if (since != null) {
      millis -= TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }
    try {
      vertx
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(Math.max(millis, LAST_MILLIS), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the cluster was not left in good order: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String jobMemory(long bytes) {
    return bytes == 0 ? "no limit" : (bytes >> 20) + " MiB";
  }

  private void reactToSignals(GearmanServer server) {
    Signals.on("TERM", () -> stop(server));
    Signals.on("INT", () -> stop(server));
    Signals.on("USR1", () -> drainOrStop(server));
    Signals.on("HUP", () -> hangUp(server));
  }

  private void stop(GearmanServer server) {
    long now = System.nanoTime();
    if (!stopping.compareAndSet(null, now)) {
      // Whoever started us may pass the same signal on to all of a group, and so twice.
      if (options.server.isCluster() && now - stopping.get() > TimeUnit.SECONDS.toNanos(1)) {
        log.warn("stopping at once");
        removePidFile();
        Runtime.getRuntime().halt(FAILED);
      }
      return;
    }
    server.close();
    int seconds =
        STOP_SECONDS + (options.server.isCluster() ? options.server.getLeaveTimeoutSeconds() : 0);
    CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS)
        .execute(
            () -> {
              log.error("the server did not stop within {} s", seconds);
              removePidFile();
              Runtime.getRuntime().halt(FAILED);
            });
  }

  private void removePidFile() {
    try {
      if (pidFile != null) {
        pidFile.remove();
      }
    } catch (IOException e) {
      log.warn("cannot remove the pid file: {}", e.toString());
    }
  }

  /** A second signal while draining means: at once. */
  private void drainOrStop(GearmanServer server) {
    if (draining.compareAndSet(false, true)) {
      server.drain();
    } else {
      stop(server);
    }
  }

  /**
   * The log file was rotated, or else the terminal is gone, which matters in the foreground only.
   */
  private void hangUp(GearmanServer server) {
    if (options.logFile != null) {
      logging.reopen();
    } else if (!Daemon.isDetached()) {
      stop(server);
    }
  }

  private int awaitEnd(GearmanServer server) {
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
    }
  }

  private static String messageOf(Throwable cause) {
    // Those of which the message says all.
    boolean told =
        cause instanceof BindException
            || cause instanceof IllegalStateException
            || cause instanceof IOException;
    return told && cause.getMessage() != null ? cause.getMessage() : cause.toString();
  }
}

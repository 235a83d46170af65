package io.abraxas.server;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.abraxas.server.cluster.ClusteredVertx;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Launcher;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.cli.CLI;
import io.vertx.core.cli.CLIException;
import io.vertx.launcher.application.ExitCodes;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code bin/vertx} runs: the launchers of Vert.x, with the log of our program, and so that a
 * command that makes no sense, or a verticle that does not start, ends the process.
 *
 * <p>The word {@code application} stands for {@link VertxApplication}, all others are those of
 * {@link Launcher}. Exit codes: 0 stopped by a signal, 2 the command makes no sense, 11 Vert.x does
 * not start, 15 the verticle does not.
 */
public final class VertxCommand extends Launcher {
  private static final String APPLICATION = "application";

  /** The script puts it on the class path of a command that asks for a cluster. */
  private static final boolean HAZELCAST_IS_THERE =
      VertxCommand.class.getResource(
              "/io/vertx/spi/cluster/hazelcast/HazelcastClusterManager.class")
          != null;

  /** As long as the launchers wait. */
  private static final int STOP_SECONDS = 120;

  private final Logger log = LoggerFactory.getLogger(VertxCommand.class);

  /** Null until it runs. Read by signals, which come on threads of their own. */
  private volatile Vertx vertx;

  /** Help is what was asked for; what is wrong with a command is not. */
  private PrintStream messages = System.out;

  private VertxCommand() {}

  /** Runs the command. */
  public static void main(String[] arguments) {
    Logging.startForVerticles();
    try {
      JsonArguments.check(arguments);
    } catch (UsageException e) {
      System.err.println("vertx: " + e.getMessage());
      System.exit(ExitCodes.USAGE);
    }
    VertxCommand command = new VertxCommand();
    Signals.on("TERM", command::stop);
    Signals.on("INT", command::stop);
    if (arguments.length > 0 && arguments[0].equals(APPLICATION)) {
      String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
      new VertxApplication(rest, command.new ApplicationHooks()).launch();
    } else {
      command.dispatch(arguments);
    }
  }

  private final class ApplicationHooks implements VertxApplicationHooks {
    @Override
    public VertxBuilder createVertxBuilder(VertxOptions options) {
      return VertxCommand.this.createVertxBuilder(options);
    }

    @Override
    public void afterVertxStarted(HookContext context) {
      afterStartingVertx(context.vertx());
    }
  }

  @Override
  public VertxBuilder createVertxBuilder(VertxOptions options) {
    VertxBuilder builder = super.createVertxBuilder(options);
    // Of no effect unless the command asks for a cluster.
    return HAZELCAST_IS_THERE
        ? builder.withClusterManager(ClusteredVertx.managerByFile())
        : builder;
  }

  @Override
  public void afterStartingVertx(Vertx started) {
    vertx = started;
  }

  /**
   * Undeploys the verticles, then ends the process. The launchers do the same in a hook of the
   * JVM's exit, but by then the log is closed, and the exit code says that it was killed.
   */
  private void stop() {
    int code = 0;
    try {
      if (vertx != null) {
        vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, SECONDS);
      }
    } catch (ExecutionException e) {
      log.error("Vert.x did not close in good order", e.getCause());
      code = ExitCodes.SOFTWARE;
    } catch (TimeoutException e) {
      log.error("the verticles did not stop within {} s", STOP_SECONDS);
      Runtime.getRuntime().halt(ExitCodes.SOFTWARE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      code = ExitCodes.SOFTWARE;
    }
    System.exit(code);
  }

  @Override
  public PrintStream getPrintStream() {
    return messages;
  }

  @Override
  protected void printSpecificException(CLI cli, Exception e) {
    messages = System.err;
    super.printSpecificException(cli, e);
    System.exit(ExitCodes.USAGE);
  }

  @Override
  protected void printGenericExecutionError(CLI cli, CLIException e) {
    messages = System.err;
    super.printGenericExecutionError(cli, e);
    System.exit(ExitCodes.USAGE);
  }

  @Override
  protected void printCommandNotFound(String command) {
    messages = System.err;
    super.printCommandNotFound(command);
    System.exit(ExitCodes.USAGE);
  }

  /** The reason is in the log already. */
  @Override
  public void handleDeployFailed(
      Vertx vertx, String mainVerticle, DeploymentOptions deploymentOptions, Throwable cause) {
    // On a thread of its own: the exit waits for Vert.x to close, which needs its event loops.
    new Thread(() -> System.exit(ExitCodes.VERTX_DEPLOYMENT), "exit").start();
  }
}

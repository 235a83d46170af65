package io.abraxas.server;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Launcher;
import io.vertx.core.Vertx;
import io.vertx.core.cli.CLI;
import io.vertx.core.cli.CLIException;
import io.vertx.launcher.application.ExitCodes;
import io.vertx.launcher.application.VertxApplication;
import java.io.PrintStream;
import java.util.Arrays;

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
    // Both launchers close Vert.x in a hook of the JVM's exit.
    Signals.on("TERM", () -> System.exit(0));
    Signals.on("INT", () -> System.exit(0));
    if (arguments.length > 0 && arguments[0].equals(APPLICATION)) {
      new VertxApplication(Arrays.copyOfRange(arguments, 1, arguments.length)).launch();
    } else {
      new VertxCommand().dispatch(arguments);
    }
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

package io.abraxas.server;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Running in the background, for unit files of the type forking and for shells.
 *
 * <p>A JVM cannot fork. So the program starts itself once more, waits until the second process says
 * on its standard output that it is ready, and goes; the second one then lets go of that output, so
 * that nobody waits for its end.
 */
final class Daemon {
  /** Tells the second process that it is the second. */
  private static final String DETACHED = "abraxas.detached";

  private Daemon() {}

  /** Whether this is the process that stays in the background. */
  static boolean isDetached() {
    return Boolean.getBoolean(DETACHED);
  }

  /**
   * Starts the process that stays.
   *
   * @return the exit code for this one: 0 when the server listens
   */
  static int start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-D" + DETACHED + "=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectError(Redirect.INHERIT)
            .start();
    try {
      return process.getInputStream().read() >= 0 ? 0 : process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Lets the first process go. Standard error stays open when it is where the log goes. */
  static void ready(boolean logsToStandardError) {
    if (isDetached()) {
      System.out.println();
      System.out.close();
      if (!logsToStandardError) {
        System.err.close();
      }
    }
  }
}

package io.abraxas.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The name of this machine, as its kernel has it. */
final class HostName {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  static String find() {
    return find(KERNEL, System.getenv("HOSTNAME"), HostName::resolved);
  }

  /**
   * The first of these that says something. The resolver comes last: where DNS does not answer it
   * holds up the start for many seconds.
   */
  static String find(Path kernel, String environment, Supplier<String> resolver) {
    try {
      String name = Files.readString(kernel).strip();
      if (!name.isEmpty()) {
        return name;
      }
    } catch (IOException e) {
      // No Linux, or not allowed: the others may know.
    }
    return environment == null || environment.isBlank() ? resolver.get() : environment.strip();
  }

  private static String resolved() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}

package io.abraxas.server.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The release that was packed just before, unpacked once for all tests. */
final class Release {
  /** The archives, without their endings. */
  private static final String PACKED = System.getProperty("abraxas.release");

  /** Processes that tests start are small: the machine has others to run. */
  private static final String SMALL_JVM = "-Xms32m -Xmx160m -XX:TieredStopAtLevel=1";

  private static final Path HOME = tarGz().resolveSibling("unpacked-for-tests");

  static {
    unpack(HOME);
  }

  private Release() {}

  /** The folder. */
  static Path home() {
    return HOME;
  }

  static Path tarGz() {
    return Path.of(PACKED + ".tar.gz");
  }

  static Path zip() {
    return Path.of(PACKED + ".zip");
  }

  /** Unpacks the release to a folder of this name. */
  static void unpack(Path folder) {
    try {
      if (Files.exists(folder)) {
        try (Stream<Path> old = Files.walk(folder)) {
          for (Path path : old.sorted((a, b) -> b.compareTo(a)).toList()) {
            Files.delete(path);
          }
        }
      }
      Files.createDirectory(folder);
      Process tar =
          new ProcessBuilder(
                  "tar", "-xzf", tarGz().toString(), "--strip-components=1", "-C", "" + folder)
              .inheritIO()
              .start();
      assertThat(tar.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(tar.exitValue()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * A process of one of its scripts, in this working directory, not started yet.
   *
   * @param jvmOptions more of them
   */
  static ProcessBuilder script(Path directory, String name, String jvmOptions, String... words) {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("bin").resolve(name).toString());
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("ABRAXAS_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("ABRAXAS_JAVA_OPTS", SMALL_JVM + " " + jvmOptions);
    return builder;
  }

  /** Packs classes of the tests as the jar of an application. */
  static Path jar(Path jar, Class<?>... classes) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> type : classes) {
        String name = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(out);
        }
      }
    }
    return jar;
  }
}

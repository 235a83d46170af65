package io.abraxas.server;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path of an application that has Vert.x and Hazelcast, and nothing of ours. */
public final class PlainClassPath {
  private static final String JARS = "(vertx-core|vertx-hazelcast|hazelcast|netty|jackson).*\\.jar";

  private PlainClassPath() {}

  /**
   * That class path, and classes of the tests.
   *
   * @param directory the classes are copied to
   */
  public static String with(Path directory, Class<?>... classes) {
    Stream<String> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> Path.of(entry).getFileName().toString().matches(JARS));
    Stream.of(classes).forEach(type -> copy(type, directory));
    return Stream.concat(Stream.of(directory.toString()), jars)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void copy(Class<?> type, Path directory) {
    String name = type.getName().replace('.', '/') + ".class";
    Path target = directory.resolve(name);
    try (InputStream bytes = type.getClassLoader().getResourceAsStream(name)) {
      Files.createDirectories(target.getParent());
      Files.copy(bytes, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

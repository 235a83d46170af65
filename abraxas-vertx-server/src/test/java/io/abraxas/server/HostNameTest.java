package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNameTest {
  @TempDir Path directory;

  private static String unused() {
    throw new AssertionError("the resolver was asked");
  }

  @Test
  void kernelIsAskedFirst() throws IOException {
    Path kernel = Files.writeString(directory.resolve("hostname"), "kernel\n");
    assertThat(HostName.find(kernel, "environment", HostNameTest::unused)).isEqualTo("kernel");
  }

  @Test
  void environmentIsAskedWhereTheKernelSaysNothing() throws IOException {
    Path missing = directory.resolve("none");
    assertThat(HostName.find(missing, "environment", HostNameTest::unused))
        .isEqualTo("environment");
    Path empty = Files.writeString(directory.resolve("hostname"), "\n");
    assertThat(HostName.find(empty, "environment", HostNameTest::unused)).isEqualTo("environment");
  }

  @Test
  void resolverIsAskedLast() {
    Path missing = directory.resolve("none");
    assertThat(HostName.find(missing, null, () -> "resolved")).isEqualTo("resolved");
    assertThat(HostName.find(missing, " ", () -> "resolved")).isEqualTo("resolved");
  }
}

package io.abraxas.server;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that tells others the process id, as long as the program runs. */
final class PidFile {
  private final Path file;
  private final String text = ProcessHandle.current().pid() + "\n";

  private PidFile(Path file) {
    this.file = file;
  }

  /**
   * Writes the file.
   *
   * @param file null for none
   * @throws IOException with a message that names the file and what is wrong
   */
  static PidFile write(Path file) throws IOException {
    PidFile pidFile = new PidFile(file);
    if (file != null) {
      try (FileOutputStream out = new FileOutputStream(file.toFile())) {
        out.write(pidFile.text.getBytes(StandardCharsets.US_ASCII));
      }
    }
    return pidFile;
  }

  /** Removes the file, unless another process has put its own id there. */
  void remove() throws IOException {
    if (file != null && Files.exists(file) && Files.readString(file).equals(text)) {
      Files.delete(file);
    }
  }
}

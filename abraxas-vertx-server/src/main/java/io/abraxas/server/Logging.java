package io.abraxas.server;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The program's log: one line for each record, to standard error or a file. Code logs through
 * SLF4J; this sets up java.util.logging behind it.
 */
final class Logging {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneId.systemDefault());

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger OURS = Logger.getLogger("io.abraxas");

  /** Warns, with a stack trace, of every peer that connects in the moment of stopping. */
  private static final Logger ACCEPTOR = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

  private final Path file;
  private OutputStream out;

  private Logging(Path file) throws IOException {
    this.file = file;
    open();
  }

  /**
   * Sets up the log.
   *
   * @param file null for standard error
   * @throws IOException when the file cannot be written
   */
  static Logging start(Path file, Level level) throws IOException {
    Logging logging = new Logging(file);
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.addHandler(logging.new LineHandler());
    root.setLevel(Level.WARNING);
    OURS.setLevel(level);
    ACCEPTOR.setLevel(Level.SEVERE);
    return logging;
  }

  private synchronized void open() throws IOException {
    out = file == null ? System.err : new FileOutputStream(file.toFile(), true);
  }

  /** Opens the file anew, after it was moved away. */
  synchronized void reopen() {
    if (file == null) {
      return;
    }
    OutputStream old = out;
    try {
      open();
      old.close();
    } catch (IOException e) {
      OURS.warning("cannot open the log file again, going on with the old one: " + e);
    }
  }

  private synchronized void write(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      // There is nowhere left to say so.
    }
  }

  private final class LineHandler extends Handler {
    @Override
    public void publish(LogRecord entry) {
      if (isLoggable(entry)) {
        write(format(entry));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static String format(LogRecord entry) {
    StringWriter text = new StringWriter();
    text.append(TIME.format(Instant.ofEpochMilli(entry.getMillis())))
        .append(' ')
        .append(name(entry.getLevel()))
        .append(' ')
        .append(onOneLine(entry.getMessage()))
        .append('\n');
    if (entry.getThrown() != null) {
      entry.getThrown().printStackTrace(new PrintWriter(text, true));
    }
    return text.toString();
  }

  /** Peers choose some of what is logged: they cannot write lines of their own. */
  private static String onOneLine(String message) {
    return message == null ? "" : message.replaceAll("\\p{Cntrl}", "?");
  }

  private static String name(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN ";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO " : "DEBUG";
  }
}

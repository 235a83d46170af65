package io.abraxas.server;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
import java.util.logging.SimpleFormatter;

/**
 * The program's log: one line for each record, to standard error or a file. Code logs through
 * SLF4J; this sets up java.util.logging behind it.
 */
final class Logging {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneId.systemDefault());

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger OURS = Logger.getLogger("io.abraxas");

  /** Tells much about itself, in texts of several lines. */
  private static final Logger HAZELCAST = Logger.getLogger("com.hazelcast");

  /** Warns at every start that something is not replicated, which nothing here uses. */
  private static final Logger HAZELCAST_CP = Logger.getLogger("com.hazelcast.cp");

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
    HAZELCAST_CP.setLevel(Level.SEVERE);
    return logging;
  }

  /**
   * Sets up the log of somebody's verticles, to standard error: what they say counts as much as
   * what we do. Does nothing where java.util.logging was configured by its own properties.
   */
  static void startForVerticles() {
    if (System.getProperty("java.util.logging.config.file") != null
        || System.getProperty("java.util.logging.config.class") != null) {
      return;
    }
    try {
      start(null, Level.INFO);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Logger.getLogger("").setLevel(Level.INFO);
    HAZELCAST.setLevel(Level.WARNING);
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
    private final SimpleFormatter texts = new SimpleFormatter();

    @Override
    public void publish(LogRecord entry) {
      if (isLoggable(entry)) {
        write(format(entry, texts.formatMessage(entry)));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static String format(LogRecord entry, String message) {
    StringWriter text = new StringWriter();
    text.append(TIME.format(Instant.ofEpochMilli(entry.getMillis())))
        .append(' ')
        .append(name(entry.getLevel()))
        .append(' ')
        .append(onOneLine(message))
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

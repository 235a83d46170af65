package io.abraxas.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes what the server logs instead of letting it be printed, until it is closed. */
public final class LogCapture extends Handler {
  private final Logger logger = Logger.getLogger("io.abraxas");

  /** Has a stack trace for a connection that is accepted while its server stops. */
  private final Logger netty = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  private LogCapture() {
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
    netty.setLevel(Level.SEVERE);
  }

  /** Begins to take what is logged. */
  public static LogCapture start() {
    return new LogCapture();
  }

  /** The lines taken since the start or the last call of {@link #clear}. */
  public List<String> lines() {
    return records.stream().map(r -> r.getLevel() + " " + r.getMessage()).toList();
  }

  /** Stack traces among them. */
  public List<Throwable> stackTraces() {
    return records.stream().map(LogRecord::getThrown).filter(t -> t != null).toList();
  }

  /** Forgets what was taken. */
  public void clear() {
    records.clear();
  }

  @Override
  public void publish(LogRecord entry) {
    records.add(entry);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
    netty.setLevel(null);
  }
}

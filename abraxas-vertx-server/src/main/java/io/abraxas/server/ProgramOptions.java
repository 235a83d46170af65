package io.abraxas.server;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;

/** What the program was asked to do: the server's options and those of the process around it. */
final class ProgramOptions {
  /** gearmand's levels; those it shares with none of ours stand for the nearest. */
  private static final Map<String, Level> LEVELS =
      Map.of(
          "FATAL", Level.SEVERE,
          "ALERT", Level.SEVERE,
          "CRITICAL", Level.SEVERE,
          "ERROR", Level.SEVERE,
          "WARNING", Level.WARNING,
          "NOTICE", Level.INFO,
          "INFO", Level.INFO,
          "DEBUG", Level.FINE);

  final GearmanServerOptions server = new GearmanServerOptions();
  Path pidFile;

  /** Null: standard error. */
  Path logFile;

  Level level = Level.INFO;
  boolean checkOnly;

  /** What was accepted without any effect, for the log. */
  final List<String> warnings = new ArrayList<>();

  /** Sets one option by its long name; the text is empty for a flag without a value. */
  void set(String name, String text) {
    ServerOption option = ServerOption.named(name);
    if (option != null) {
      try {
        option.setText(server, text);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--" + name + ": " + e.getMessage(), e);
      }
      return;
    }
    switch (name) {
      case "pid-file" -> pidFile = Path.of(text);
      case "log-file" -> logFile = isStandardError(text) ? null : Path.of(text);
      case "verbose" -> level = level(text);
      case "check-args" -> checkOnly = true;
      case "threads", "file-descriptors", "hashtable-buckets", "coredump" ->
          warnings.add("--" + name + " has no effect here");
      case "syslog" -> warnings.add("--syslog has no effect: the log goes to standard error");
      case "queue-type" -> require(name, text, "builtin", "jobs are kept in memory");
      case "protocol" -> require(name, text, "gear", "there is no other protocol");
      case "user" ->
          require(
              name,
              text,
              System.getProperty("user.name"),
              "the program runs as who starts it; use User= in a systemd unit");
      case "daemon" ->
          throw new UsageException(
              "--daemon is not supported: run the program under systemd or with nohup and &");
      default -> throw new UsageException("unknown option --" + name);
    }
  }

  /** Both are how gearmand is told not to write a file. */
  private static boolean isStandardError(String text) {
    return text.equals("stderr") || text.equals("none");
  }

  private static Level level(String text) {
    Level level = LEVELS.get(text.toUpperCase(Locale.ROOT));
    if (level == null) {
      throw new UsageException(
          "--verbose must be one of FATAL, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG,"
              + " not "
              + text);
    }
    return level;
  }

  private static void require(String name, String text, String only, String why) {
    if (!text.equalsIgnoreCase(only)) {
      throw new UsageException("--" + name + " can only be " + only + ", not " + text + ": " + why);
    }
  }

  /**
   * Reads a configuration file: JSON, or gearmand's lines of {@code name=value} with the long names
   * of the command line.
   */
  void readFile(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UsageException("--config-file: cannot read " + file + " (" + e + ")", e);
    }
    try {
      if (text.stripLeading().startsWith("{")) {
        readJson(text);
      } else {
        readLines(text);
      }
    } catch (UsageException e) {
      throw new UsageException(file + ": " + e.getMessage(), e);
    }
  }

  private void readJson(String text) {
    try {
      ServerOption.read(new JsonObject(text), server);
    } catch (DecodeException e) {
      throw new UsageException("not valid JSON: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private void readLines(String text) {
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String content = line.strip();
      if (content.isEmpty() || content.startsWith("#")) {
        continue;
      }
      int equals = content.indexOf('=');
      String name = (equals < 0 ? content : content.substring(0, equals)).strip();
      String value = equals < 0 ? "" : content.substring(equals + 1).strip();
      try {
        set(name, value);
      } catch (UsageException e) {
        throw new UsageException("line " + number + ": " + e.getMessage(), e);
      }
    }
  }
}

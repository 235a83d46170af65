package io.abraxas.server;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.logging.Level;

/**
 * The options of the program around the server, beside those of {@link OptionTable}: a name for the
 * command line and gearmand's form of the configuration file, from which the JSON key is made.
 */
enum ProgramOption {
  CONFIG_FILE(
      "config-file",
      null,
      "FILE",
      "read options from this file, as JSON or as lines of name=value; the command line wins",
      (o, v) -> {
        // A file is read by whoever has the whole command line; one in a file is not.
        throw new IllegalArgumentException("is for the command line only");
      }),
  CHECK_ARGS("check-args", null, null, "check the options and exit", (o, v) -> o.checkOnly = true),
  DAEMON(
      "daemon",
      'd',
      null,
      "run in the background: return when the server listens",
      (o, v) -> o.daemon = true),
  PID_FILE(
      "pid-file",
      'P',
      "FILE",
      "write the process id to this file, remove it at the end",
      (o, v) -> o.pidFile = Path.of(v)),
  LOG_FILE(
      "log-file",
      'l',
      "FILE",
      "append the log to this file; SIGHUP opens it anew (default: stderr)",
      // Both are how gearmand is told not to write a file.
      (o, v) -> o.logFile = v.equals("stderr") || v.equals("none") ? null : Path.of(v)),
  VERBOSE(
      "verbose",
      null,
      "LEVEL",
      "log from FATAL, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO or DEBUG on (default: NOTICE)",
      (o, v) -> o.level = level(v)),
  USER(
      "user",
      'u',
      "NAME",
      "only the user that starts the program",
      (o, v) ->
          require(
              v,
              System.getProperty("user.name"),
              "the program runs as who starts it; use User= in a systemd unit")),
  QUEUE_TYPE(
      "queue-type",
      'q',
      "NAME",
      "only builtin",
      (o, v) -> require(v, "builtin", "jobs are kept in memory")),
  PROTOCOL(
      "protocol",
      'r',
      "NAME",
      "only gear",
      (o, v) -> require(v, "gear", "there is no other protocol")),
  THREADS("threads", 't', "N", "no effect", (o, v) -> o.ignored("threads")),
  FILE_DESCRIPTORS(
      "file-descriptors", 'f', "N", "no effect", (o, v) -> o.ignored("file-descriptors")),
  HASHTABLE_BUCKETS(
      "hashtable-buckets", null, "N", "no effect", (o, v) -> o.ignored("hashtable-buckets")),
  COREDUMP("coredump", null, null, "no effect", (o, v) -> o.ignored("coredump")),
  SYSLOG(
      "syslog",
      null,
      null,
      "no effect: the log goes to stderr or --log-file",
      (o, v) -> o.ignored("syslog"));

  final String longName;
  final Character shortName;

  /** What stands for the value in the help; null for a flag. */
  final String label;

  final String help;

  /** In a configuration file that is JSON. */
  final String key;

  private final BiConsumer<ProgramOptions, String> setter;

  ProgramOption(
      String longName,
      Character shortName,
      String label,
      String help,
      BiConsumer<ProgramOptions, String> setter) {
    this.longName = longName;
    this.shortName = shortName;
    this.label = label;
    this.help = help;
    this.setter = setter;
    StringBuilder camel = new StringBuilder();
    for (String word : longName.split("-", -1)) {
      String first = word.substring(0, 1);
      camel.append(camel.length() == 0 ? first : first.toUpperCase(Locale.ROOT));
      camel.append(word, 1, word.length());
    }
    key = camel.toString();
  }

  /** The option with this long name on the command line, or null. */
  static ProgramOption named(String longName) {
    return Arrays.stream(values()).filter(o -> o.longName.equals(longName)).findAny().orElse(null);
  }

  /** The option with this key in JSON, or null. */
  static ProgramOption keyed(String key) {
    return Arrays.stream(values()).filter(o -> o.key.equals(key)).findAny().orElse(null);
  }

  /** Whether it is there for the sake of existing command lines only. */
  boolean isForGearmand() {
    return compareTo(USER) >= 0;
  }

  /**
   * Sets it.
   *
   * @throws IllegalArgumentException with the end of a sentence that begins with the option's name
   */
  void setText(ProgramOptions options, String text) {
    if (label == null) {
      if (isOff(text)) {
        return;
      }
    } else if (text.isBlank()) {
      throw new IllegalArgumentException("needs a value");
    }
    setter.accept(options, text);
  }

  private static boolean isOff(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "true", "yes", "on", "1" -> false;
      case "false", "no", "off", "0" -> true;
      default -> throw new IllegalArgumentException("must be true or false, not \"" + text + "\"");
    };
  }

  private static void require(String text, String only, String why) {
    if (!text.equalsIgnoreCase(only)) {
      throw new IllegalArgumentException("can only be " + only + ", not " + text + ": " + why);
    }
  }

  /** gearmand's levels; what ours do not tell apart stands for the nearest. */
  private static Level level(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "FATAL", "ALERT", "CRITICAL", "ERROR" -> Level.SEVERE;
      case "WARNING" -> Level.WARNING;
      case "NOTICE", "INFO" -> Level.INFO;
      case "DEBUG" -> Level.FINE;
      default ->
          throw new IllegalArgumentException(
              "must be one of FATAL, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG, not "
                  + text);
    };
  }
}

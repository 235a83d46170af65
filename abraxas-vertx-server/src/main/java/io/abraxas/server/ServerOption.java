package io.abraxas.server;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Every option of the server, once: its name on the command line and in JSON, its type, and how it
 * is set. The command line, the configuration file, the JSON form and the help are read from here,
 * so that they cannot drift apart. Names are gearmand's where the meaning is.
 */
enum ServerOption {
  LISTEN(
      Kind.LIST,
      "listen",
      "listen",
      'L',
      "ADDRESS",
      "address to listen on: host, host:port, [v6]:port or unix:path; may be repeated"
          + " (default: all interfaces)",
      o -> o.getListen().isEmpty() && o.hasSockets() ? null : new JsonArray(o.getListen()),
      ServerOption::setListen),
  LOCAL(
      Kind.TEXT,
      "local",
      // Nobody else is in the program's JVM.
      null,
      null,
      null,
      "name for clients in the same Vert.x",
      GearmanServerOptions::getLocal,
      (o, v) -> o.setLocal((String) v)),
  PORT(
      Kind.INT,
      "port",
      "port",
      'p',
      "PORT",
      "port of every address that names none",
      GearmanServerOptions::getPort,
      (o, v) -> o.setPort((Integer) v)),
  BACKLOG(
      Kind.INT,
      "backlog",
      "backlog",
      'b',
      "N",
      "connections that may wait to be accepted",
      GearmanServerOptions::getBacklog,
      (o, v) -> o.setBacklog((Integer) v)),
  JOB_RETRIES(
      Kind.INT,
      "jobRetries",
      "job-retries",
      'j',
      "N",
      "workers a job may lose before it fails; 0: no limit",
      GearmanServerOptions::getJobRetries,
      (o, v) -> o.setJobRetries((Integer) v)),
  ROUND_ROBIN(
      Kind.FLAG,
      "roundRobin",
      "round-robin",
      'R',
      null,
      "let the functions of a worker take turns before priorities count",
      GearmanServerOptions::isRoundRobin,
      (o, v) -> o.setRoundRobin((Boolean) v)),
  WORKER_WAKEUP(
      Kind.INT,
      "workerWakeup",
      "worker-wakeup",
      'w',
      "N",
      "sleeping workers that a new job wakes; 0: all",
      GearmanServerOptions::getWorkerWakeup,
      (o, v) -> o.setWorkerWakeup((Integer) v)),
  EXCEPTIONS(
      Kind.FLAG,
      "exceptions",
      "exceptions",
      null,
      null,
      "send exceptions to clients that did not ask for them",
      GearmanServerOptions::isExceptions,
      (o, v) -> o.setExceptions((Boolean) v)),
  JOB_HANDLE_PREFIX(
      Kind.TEXT,
      "jobHandlePrefix",
      "job-handle-prefix",
      null,
      "TEXT",
      "what handles start with (default: H:<host name>)",
      GearmanServerOptions::getJobHandlePrefix,
      (o, v) -> o.setJobHandlePrefix((String) v)),
  KEEPALIVE(
      Kind.FLAG,
      "keepalive",
      "keepalive",
      null,
      null,
      "TCP keepalive on connections",
      GearmanServerOptions::isKeepalive,
      (o, v) -> o.setKeepalive((Boolean) v)),
  KEEPALIVE_IDLE(
      Kind.INT,
      "keepaliveIdle",
      "keepalive-idle",
      null,
      "SECONDS",
      "idle time before the first probe; 0: the system's setting",
      GearmanServerOptions::getKeepaliveIdle,
      (o, v) -> o.setKeepaliveIdle((Integer) v)),
  KEEPALIVE_INTERVAL(
      Kind.INT,
      "keepaliveInterval",
      "keepalive-interval",
      null,
      "SECONDS",
      "time between probes; 0: the system's setting",
      GearmanServerOptions::getKeepaliveInterval,
      (o, v) -> o.setKeepaliveInterval((Integer) v)),
  KEEPALIVE_COUNT(
      Kind.INT,
      "keepaliveCount",
      "keepalive-count",
      null,
      "N",
      "unanswered probes until a peer is lost; 0: the system's setting",
      GearmanServerOptions::getKeepaliveCount,
      (o, v) -> o.setKeepaliveCount((Integer) v)),
  MAX_CONNECTIONS(
      Kind.INT,
      "maxConnections",
      "max-connections",
      null,
      "N",
      "most connections; 0: no limit",
      GearmanServerOptions::getMaxConnections,
      (o, v) -> o.setMaxConnections((Integer) v)),
  MAX_PACKET_SIZE(
      Kind.SIZE,
      "maxPacketSize",
      "max-packet-size",
      null,
      "BYTES",
      "largest packet accepted",
      GearmanServerOptions::getMaxPacketSize,
      (o, v) -> o.setMaxPacketSize(toInt("maxPacketSize", v))),
  MAX_MEMORY(
      Kind.SIZE,
      "maxMemory",
      "max-memory",
      null,
      "BYTES",
      "memory for queued jobs, beyond which submits are refused; 0: no limit"
          + " (default: half of the heap)",
      GearmanServerOptions::getMaxMemory,
      (o, v) -> o.setMaxMemory((Long) v)),
  HIGH_WATER_MARK(
      Kind.SIZE,
      "highWaterMark",
      "high-water-mark",
      null,
      "BYTES",
      "unsent bytes of a peer above which those who cause them are not read",
      GearmanServerOptions::getHighWaterMark,
      (o, v) -> o.setHighWaterMark(toInt("highWaterMark", v))),
  MAX_UNSENT(
      Kind.SIZE,
      "maxUnsent",
      "max-unsent",
      null,
      "BYTES",
      "unsent bytes of a peer above which it is closed",
      GearmanServerOptions::getMaxUnsent,
      (o, v) -> o.setMaxUnsent(toInt("maxUnsent", v))),
  SLOW_PEER_TIMEOUT(
      Kind.INT,
      "slowPeerTimeoutSeconds",
      "slow-peer-timeout",
      null,
      "SECONDS",
      "time without a byte taken after which such a peer is closed; 0: never",
      GearmanServerOptions::getSlowPeerTimeoutSeconds,
      (o, v) -> o.setSlowPeerTimeoutSeconds((Integer) v)),
  TIME_ZONE(
      Kind.TEXT,
      "timeZone",
      "time-zone",
      null,
      "ZONE",
      "time zone of schedules",
      GearmanServerOptions::getTimeZone,
      (o, v) -> o.setTimeZone((String) v)),
  DRAIN_TIMEOUT(
      Kind.INT,
      "drainTimeoutSeconds",
      "drain-timeout",
      null,
      "SECONDS",
      "time that a graceful stop waits for running jobs; 0: no limit",
      GearmanServerOptions::getDrainTimeoutSeconds,
      (o, v) -> o.setDrainTimeoutSeconds((Integer) v)),
  PACKET_LOG(
      Kind.FLAG,
      "packetLog",
      "packet-log",
      null,
      null,
      "log every packet, payloads cut",
      GearmanServerOptions::isPacketLog,
      (o, v) -> o.setPacketLog((Boolean) v)),
  TRAFFIC_LOG(
      Kind.FLAG,
      "trafficLog",
      "traffic-log",
      null,
      null,
      "log all bytes, cut",
      GearmanServerOptions::isTrafficLog,
      (o, v) -> o.setTrafficLog((Boolean) v));

  /** What a value looks like. */
  enum Kind {
    INT("a whole number"),
    SIZE("a number of bytes, as text also with k, m or g behind it"),
    FLAG("true or false"),
    TEXT("a text"),
    LIST("a list of texts");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** In JSON only, in the place of {@link #LISTEN}: the one host to listen on, without a port. */
  static final String HOST = "host";

  final Kind kind;
  final String key;

  /** Null: the program does not have it. */
  final String longName;

  final Character shortName;

  /** What stands for the value in the help; null for a flag. */
  final String label;

  final String help;
  private final Function<GearmanServerOptions, Object> getter;
  private final BiConsumer<GearmanServerOptions, Object> setter;

  ServerOption(
      Kind kind,
      String key,
      String longName,
      Character shortName,
      String label,
      String help,
      Function<GearmanServerOptions, Object> getter,
      BiConsumer<GearmanServerOptions, Object> setter) {
    this.kind = kind;
    this.key = key;
    this.longName = longName;
    this.shortName = shortName;
    this.label = label;
    this.help = help;
    this.getter = getter;
    this.setter = setter;
  }

  /** The value as JSON has it. */
  Object get(GearmanServerOptions options) {
    return getter.apply(options);
  }

  /** Sets the option from a text, as the command line and the configuration file have it. */
  void setText(GearmanServerOptions options, String text) {
    switch (kind) {
      case INT -> setter.accept(options, parseInt(text));
      case SIZE -> setter.accept(options, parseSize(text));
      case FLAG -> setter.accept(options, parseFlag(text));
      case TEXT -> setter.accept(options, text);
      case LIST -> options.addListen(text);
    }
  }

  private void setJson(GearmanServerOptions options, Object value) {
    boolean fits =
        switch (kind) {
          case INT -> value instanceof Integer;
          case SIZE -> value instanceof Integer || value instanceof Long || value instanceof String;
          case FLAG -> value instanceof Boolean;
          case TEXT -> value == null || value instanceof String;
          case LIST ->
              value == null
                  || value instanceof JsonArray
                  || value instanceof List
                  || value instanceof String;
        };
    if (!fits) {
      throw new IllegalArgumentException(key + " must be " + kind.words + ", not " + value);
    }
    if (kind == Kind.SIZE) {
      setter.accept(
          options,
          value instanceof String text ? parseSize(text) : (Long) ((Number) value).longValue());
    } else {
      setter.accept(options, value);
    }
  }

  private static void setListen(GearmanServerOptions options, Object value) {
    if (value == null) {
      options.setListen(null);
      return;
    }
    List<String> addresses = new ArrayList<>();
    if (value instanceof String one) {
      addresses.add(one);
    } else {
      Iterable<?> all = value instanceof JsonArray array ? array : (List<?>) value;
      for (Object address : all) {
        if (!(address instanceof String text)) {
          throw new IllegalArgumentException("listen must hold texts, not " + address);
        }
        addresses.add(text);
      }
    }
    options.setListen(addresses);
  }

  private int parseInt(String text) {
    try {
      return Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a whole number, not \"" + text + "\"", e);
    }
  }

  private long parseSize(String text) {
    String digits = text.trim().toLowerCase(Locale.ROOT);
    int unit = digits.isEmpty() ? -1 : "kmg".indexOf(digits.charAt(digits.length() - 1));
    try {
      long number =
          Long.parseLong(unit < 0 ? digits : digits.substring(0, digits.length() - 1).trim());
      return Math.multiplyExact(number, 1L << (10 * (unit + 1)));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " must be a number of bytes such as 65536, 64k, 512m or 2g, not \"" + text + "\"",
          e);
    }
  }

  private boolean parseFlag(String text) {
    return switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "", "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default ->
          throw new IllegalArgumentException(key + " must be true or false, not \"" + text + "\"");
    };
  }

  private static int toInt(String key, Object value) {
    long number = (Long) value;
    if (number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(key + " must be below 2g, not " + number);
    }
    return (int) number;
  }

  /** The option with this long name on the command line, or null. */
  static ServerOption named(String longName) {
    return ofProgram().filter(o -> o.longName.equals(longName)).findAny().orElse(null);
  }

  /** Those that the program has. */
  static Stream<ServerOption> ofProgram() {
    return Arrays.stream(values()).filter(o -> o.longName != null);
  }

  /** Sets what the JSON names; its order means nothing. */
  static void read(JsonObject json, GearmanServerOptions options) {
    for (String key : json.fieldNames()) {
      if (!keys().contains(key)) {
        throw new IllegalArgumentException(unknown(key, keys()));
      }
    }
    if (json.containsKey(HOST) && json.containsKey(LISTEN.key)) {
      throw new IllegalArgumentException(
          "host and listen contradict each other: name all addresses in listen");
    }
    for (ServerOption option : values()) {
      if (json.containsKey(option.key)) {
        option.setJson(options, json.getValue(option.key));
      }
    }
    if (json.containsKey(HOST)) {
      if (!(json.getValue(HOST) instanceof String host)) {
        throw new IllegalArgumentException("host must be a text");
      }
      options.setHost(host);
    }
  }

  /**
   * Refuses values that make no sense together.
   *
   * @param name what the options are called where they come from
   * @throws IllegalArgumentException naming them
   */
  static void checkTogether(GearmanServerOptions options, Function<ServerOption, String> name) {
    if (options.getHighWaterMark() > options.getMaxUnsent()) {
      throw new IllegalArgumentException(
          name.apply(HIGH_WATER_MARK)
              + " must not be above "
              + name.apply(MAX_UNSENT)
              + ", but "
              + options.getHighWaterMark()
              + " is above "
              + options.getMaxUnsent());
    }
  }

  /** All keys of the JSON form. */
  static List<String> keys() {
    return Stream.concat(Arrays.stream(values()).map(o -> o.key), Stream.of(HOST)).toList();
  }

  /** What to say about a key that is none of the known ones. */
  static String unknown(String key, List<String> known) {
    String hint =
        ProgramOption.keyed(key) == null
            ? Nearest.hint(key, known)
            : ": it is one of the program, not of the server";
    return "unknown option \""
        + key
        + "\""
        + (hint.isEmpty() ? "; there are: " + String.join(", ", known) : hint);
  }

  /**
   * Its default for the help, in the units that a user would write; null when that says nothing.
   */
  String standardText() {
    Object standard = get(new GearmanServerOptions());
    if (kind == Kind.SIZE && standard instanceof Number number && number.longValue() > 0) {
      return (number.longValue() >> 20) + "m";
    }
    return kind == Kind.INT || this == TIME_ZONE ? standard.toString() : null;
  }

  static JsonObject write(GearmanServerOptions options) {
    JsonObject json = new JsonObject();
    for (ServerOption option : values()) {
      json.put(option.key, option.get(options));
    }
    return json;
  }
}

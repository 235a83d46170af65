package io.abraxas.server;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every option of the server, once. The command line, the configuration file, the JSON form and the
 * help are read from here, so that they cannot drift apart. Names are gearmand's where the meaning
 * is.
 */
final class OptionTable {
  static final ServerOption LISTEN =
      ServerOption.list(
              "listen",
              "listen",
              "ADDRESS",
              "address to listen on: host, host:port, [v6]:port or unix:path; may be repeated"
                  + " (default: all interfaces)",
              o -> o.getListen().isEmpty() && o.hasSockets() ? null : o.getListen(),
              GearmanServerOptions::setListen)
          .letter('L');

  static final ServerOption HIGH_WATER_MARK =
      ServerOption.size(
          "highWaterMark",
          "high-water-mark",
          "unsent bytes of a peer above which those who cause them are not read",
          o -> o.getConnectionOptions().getHighWaterMark(),
          (o, v) ->
              o.getConnectionOptions().setHighWaterMark(OptionKind.toInt("highWaterMark", v)));

  static final ServerOption MAX_UNSENT =
      ServerOption.size(
          "maxUnsent",
          "max-unsent",
          "unsent bytes of a peer above which it is closed",
          o -> o.getConnectionOptions().getMaxUnsent(),
          (o, v) -> o.getConnectionOptions().setMaxUnsent(OptionKind.toInt("maxUnsent", v)));

  /** Those of the server as a whole. */
  static final List<ServerOption> SERVER =
      List.of(
          LISTEN,
          ServerOption.text(
              "local",
              null,
              null,
              "name for clients in the same Vert.x",
              GearmanServerOptions::getLocal,
              GearmanServerOptions::setLocal),
          ServerOption.number(
                  "port",
                  "port",
                  "PORT",
                  "port of every address that names none",
                  GearmanServerOptions::getPort,
                  GearmanServerOptions::setPort)
              .letter('p'),
          ServerOption.number(
                  "backlog",
                  "backlog",
                  "N",
                  "connections that may wait to be accepted",
                  GearmanServerOptions::getBacklog,
                  GearmanServerOptions::setBacklog)
              .letter('b'),
          ServerOption.number(
                  "jobRetries",
                  "job-retries",
                  "N",
                  "workers a job may lose before it fails; 0: no limit",
                  GearmanServerOptions::getJobRetries,
                  GearmanServerOptions::setJobRetries)
              .letter('j'),
          ServerOption.flag(
                  "roundRobin",
                  "round-robin",
                  "let the functions of a worker take turns before priorities count",
                  GearmanServerOptions::isRoundRobin,
                  GearmanServerOptions::setRoundRobin)
              .letter('R'),
          ServerOption.number(
                  "workerWakeup",
                  "worker-wakeup",
                  "N",
                  "sleeping workers that a new job wakes; 0: all",
                  GearmanServerOptions::getWorkerWakeup,
                  GearmanServerOptions::setWorkerWakeup)
              .letter('w'),
          ServerOption.flag(
              "exceptions",
              "exceptions",
              "send exceptions to clients that did not ask for them",
              GearmanServerOptions::isExceptions,
              GearmanServerOptions::setExceptions),
          ServerOption.text(
              "jobHandlePrefix",
              "job-handle-prefix",
              "TEXT",
              "what handles start with (default: H:<host name>)",
              GearmanServerOptions::getJobHandlePrefix,
              GearmanServerOptions::setJobHandlePrefix),
          ServerOption.size(
              "maxMemory",
              "max-memory",
              "memory for queued jobs, beyond which submits are refused; 0: no limit"
                  + " (default: half of the heap)",
              GearmanServerOptions::getMaxMemory,
              GearmanServerOptions::setMaxMemory),
          ServerOption.text(
              "timeZone",
              "time-zone",
              "ZONE",
              "time zone of schedules",
              GearmanServerOptions::getTimeZone,
              GearmanServerOptions::setTimeZone),
          ServerOption.number(
              "drainTimeoutSeconds",
              "drain-timeout",
              "SECONDS",
              "time that a graceful stop waits for running jobs; 0: no limit",
              GearmanServerOptions::getDrainTimeoutSeconds,
              GearmanServerOptions::setDrainTimeoutSeconds));

  /** Those of {@link ConnectionOptions}. */
  static final List<ServerOption> CONNECTION =
      List.of(
          ServerOption.flag(
              "keepalive",
              "keepalive",
              "TCP keepalive on connections",
              o -> o.getConnectionOptions().isKeepalive(),
              (o, v) -> o.getConnectionOptions().setKeepalive(v)),
          ServerOption.number(
              "keepaliveIdle",
              "keepalive-idle",
              "SECONDS",
              "idle time before the first probe; 0: the system's setting",
              o -> o.getConnectionOptions().getKeepaliveIdle(),
              (o, v) -> o.getConnectionOptions().setKeepaliveIdle(v)),
          ServerOption.number(
              "keepaliveInterval",
              "keepalive-interval",
              "SECONDS",
              "time between probes; 0: the system's setting",
              o -> o.getConnectionOptions().getKeepaliveInterval(),
              (o, v) -> o.getConnectionOptions().setKeepaliveInterval(v)),
          ServerOption.number(
              "keepaliveCount",
              "keepalive-count",
              "N",
              "unanswered probes until a peer is lost; 0: the system's setting",
              o -> o.getConnectionOptions().getKeepaliveCount(),
              (o, v) -> o.getConnectionOptions().setKeepaliveCount(v)),
          ServerOption.number(
              "maxConnections",
              "max-connections",
              "N",
              "most connections; 0: no limit",
              o -> o.getConnectionOptions().getMaxConnections(),
              (o, v) -> o.getConnectionOptions().setMaxConnections(v)),
          ServerOption.size(
              "maxPacketSize",
              "max-packet-size",
              "largest packet accepted",
              o -> o.getConnectionOptions().getMaxPacketSize(),
              (o, v) ->
                  o.getConnectionOptions().setMaxPacketSize(OptionKind.toInt("maxPacketSize", v))),
          HIGH_WATER_MARK,
          MAX_UNSENT,
          ServerOption.number(
              "slowPeerTimeoutSeconds",
              "slow-peer-timeout",
              "SECONDS",
              "time without a byte taken after which such a peer is closed; 0: never",
              o -> o.getConnectionOptions().getSlowPeerTimeoutSeconds(),
              (o, v) -> o.getConnectionOptions().setSlowPeerTimeoutSeconds(v)),
          ServerOption.flag(
              "packetLog",
              "packet-log",
              "log every packet, payloads cut",
              o -> o.getConnectionOptions().isPacketLog(),
              (o, v) -> o.getConnectionOptions().setPacketLog(v)),
          ServerOption.flag(
              "trafficLog",
              "traffic-log",
              "log all bytes, cut",
              o -> o.getConnectionOptions().isTrafficLog(),
              (o, v) -> o.getConnectionOptions().setTrafficLog(v)));

  /** All that a server on its own has. */
  static final List<ServerOption> WITHOUT_CLUSTER =
      Stream.of(SERVER, CONNECTION).flatMap(List::stream).toList();

  /** Those of {@link ClusterOptions}. */
  static final List<ServerOption> CLUSTER = ClusterOptionTable.ALL;

  /** Those and what else is about the cluster. */
  static final List<ServerOption> OF_CLUSTER =
      Stream.of(
              List.of(ClusterOptionTable.CLUSTER),
              CLUSTER,
              List.of(ClusterOptionTable.LEAVE_TIMEOUT))
          .flatMap(List::stream)
          .toList();

  /** All of them. */
  static final List<ServerOption> ALL =
      Stream.of(WITHOUT_CLUSTER, OF_CLUSTER).flatMap(List::stream).toList();

  private OptionTable() {}

  /** The option with this long name on the command line, or null. */
  static ServerOption named(String longName) {
    return ofProgram(ALL).filter(o -> o.longName.equals(longName)).findAny().orElse(null);
  }

  /** Those of a list that the program has. */
  static Stream<ServerOption> ofProgram(List<ServerOption> options) {
    return options.stream().filter(o -> o.longName != null);
  }
}

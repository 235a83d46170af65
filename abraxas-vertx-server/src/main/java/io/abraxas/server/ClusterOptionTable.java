package io.abraxas.server;

import java.util.Arrays;
import java.util.List;

/** The options of the cluster, a part of {@link OptionTable}. */
final class ClusterOptionTable {
  static final ServerOption CLUSTER =
      ServerOption.flag(
          "cluster",
          "cluster",
          "join a cluster of servers, or begin one",
          GearmanServerOptions::isCluster,
          GearmanServerOptions::setCluster);

  static final ServerOption NAME =
      ServerOption.text(
          "clusterName",
          "cluster-name",
          "TEXT",
          "members of other names are strangers",
          o -> o.getClusterOptions().getName(),
          (o, v) -> o.getClusterOptions().setName(v));

  static final ServerOption HOST =
      ServerOption.text(
          "clusterHost",
          "cluster-host",
          "ADDRESS",
          "of this machine, for members only: whoever reaches it is in",
          o -> o.getClusterOptions().getHost(),
          (o, v) -> o.getClusterOptions().setHost(v));

  static final ServerOption PORT =
      ServerOption.number(
          "clusterPort",
          "cluster-port",
          "PORT",
          "port of Hazelcast; no other one is tried",
          o -> o.getClusterOptions().getPort(),
          (o, v) -> o.getClusterOptions().setPort(v));

  static final ServerOption MEMBERS =
      ServerOption.list(
          "clusterMembers",
          "cluster-members",
          "HOST:PORT,...",
          "where other members may be, there already or not",
          o -> o.getClusterOptions().getMembers(),
          (o, v) -> o.getClusterOptions().setMembers(split(v)));

  static final ServerOption CONFIG =
      ServerOption.text(
          "clusterConfig",
          "cluster-config",
          "FILE",
          "a hazelcast.xml in the place of name, host, port and members",
          o -> o.getClusterOptions().getConfig(),
          (o, v) -> o.getClusterOptions().setConfig(v));

  private static final ServerOption QUORUM =
      ServerOption.number(
          "clusterQuorum",
          "cluster-quorum",
          "N",
          "members that must see each other for background submits; 0: no matter",
          o -> o.getClusterOptions().getQuorum(),
          (o, v) -> o.getClusterOptions().setQuorum(v));

  private static final ServerOption HEARTBEAT_TIMEOUT =
      ServerOption.number(
          "clusterHeartbeatTimeoutSeconds",
          "cluster-heartbeat-timeout",
          "SECONDS",
          "silence after which a member counts as lost",
          o -> o.getClusterOptions().getHeartbeatTimeoutSeconds(),
          (o, v) -> o.getClusterOptions().setHeartbeatTimeoutSeconds(v));

  private static final ServerOption MERGE_DELAY =
      ServerOption.number(
          "clusterMergeDelaySeconds",
          "cluster-merge-delay",
          "SECONDS",
          "until parts of a cluster try to become one again",
          o -> o.getClusterOptions().getMergeDelaySeconds(),
          (o, v) -> o.getClusterOptions().setMergeDelaySeconds(v));

  private static final ServerOption LINK_PORT =
      ServerOption.number(
          "clusterLinkPort",
          "cluster-link-port",
          "PORT",
          "port for lending jobs to each other; 0: any free one",
          o -> o.getClusterOptions().getLinkPort(),
          (o, v) -> o.getClusterOptions().setLinkPort(v));

  private static final ServerOption BACKUPS =
      ServerOption.number(
          "clusterBackups",
          "cluster-backups",
          "N",
          "members besides the first that keep a background job",
          o -> o.getClusterOptions().getBackups(),
          (o, v) -> o.getClusterOptions().setBackups(v));

  private static final ServerOption STORE_TIMEOUT =
      ServerOption.number(
          "clusterStoreTimeoutSeconds",
          "cluster-store-timeout",
          "SECONDS",
          "time to store a job, then QUEUE_ERROR",
          o -> o.getClusterOptions().getStoreTimeoutSeconds(),
          (o, v) -> o.getClusterOptions().setStoreTimeoutSeconds(v));

  private static final ServerOption STATUS =
      ServerOption.flag(
          "clusterStatus",
          "cluster-status",
          "let the admin command status tell of the whole cluster",
          o -> o.getClusterOptions().isStatus(),
          (o, v) -> o.getClusterOptions().setStatus(v));

  static final ServerOption LEAVE_TIMEOUT =
      ServerOption.number(
          "leaveTimeoutSeconds",
          "leave-timeout",
          "SECONDS",
          "time that a stop may take to hand jobs to the others",
          GearmanServerOptions::getLeaveTimeoutSeconds,
          GearmanServerOptions::setLeaveTimeoutSeconds);

  /** Those that a file of Hazelcast's decides. */
  static final List<ServerOption> OF_FILE = List.of(NAME, HOST, PORT, MEMBERS);

  /** Those that say how Hazelcast is set up, which is decided before a verticle is asked. */
  static final List<ServerOption> OF_HAZELCAST =
      List.of(NAME, HOST, PORT, MEMBERS, CONFIG, QUORUM, HEARTBEAT_TIMEOUT, MERGE_DELAY);

  /** Those of {@link ClusterOptions}. */
  static final List<ServerOption> ALL =
      List.of(
          NAME,
          HOST,
          PORT,
          LINK_PORT,
          MEMBERS,
          CONFIG,
          BACKUPS,
          QUORUM,
          HEARTBEAT_TIMEOUT,
          MERGE_DELAY,
          STORE_TIMEOUT,
          STATUS);

  private ClusterOptionTable() {}

  private static List<String> split(List<String> members) {
    return members == null
        ? null
        : members.stream()
            .flatMap(some -> Arrays.stream(some.split(",", -1)))
            .map(String::trim)
            .filter(member -> !member.isEmpty())
            .toList();
  }
}

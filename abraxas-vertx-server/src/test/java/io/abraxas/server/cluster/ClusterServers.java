package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.NO_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.instance.impl.LifecycleServiceImpl;
import com.hazelcast.map.IMap;
import io.abraxas.server.ClusterOptions;
import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.WireClient;
import io.abraxas.server.WireClient.Received;
import io.abraxas.server.client.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;

/** {@link TestServers} that are safe when they are used, and tell what a test has to know. */
final class ClusterServers implements AutoCloseable {
  private final TestServers servers = new TestServers();
  private final int backups;

  ClusterServers() {
    this(1);
  }

  ClusterServers(int backups) {
    this.backups = backups;
  }

  /** What must come about soon, on a machine that may be busy. */
  static ConditionFactory soon() {
    return await().atMost(60, SECONDS);
  }

  /** One of them. */
  static final class Server {
    final GearmanServer server;
    private final Vertx vertx;
    private final HazelcastInstance hazelcast;

    private Server(TestServers.Node node) {
      server = node.server();
      vertx = node.vertx();
      hazelcast = node.hazelcast();
    }

    WireClient connect() {
      return WireClient.connect(port());
    }

    int port() {
      return server.actualPort();
    }

    /** Its own. */
    Vertx vertx() {
      return vertx;
    }

    /** What an operator is told. */
    String tell(String command) {
      try (WireClient operator = connect()) {
        return operator.rows(command);
      }
    }

    /** Submits background jobs; their handles. */
    List<String> submit(int count) {
      List<String> handles = new ArrayList<>();
      try (WireClient client = connect()) {
        for (int i = 0; i < count; i++) {
          handles.add(client.submit(SUBMIT_JOB_BG, "f", "", "job " + i));
        }
      }
      return handles;
    }

    /** Grabs and completes all there is; returns the handles in their order. */
    List<String> workOff() {
      List<String> handles = new ArrayList<>();
      try (WireClient worker = connect().send(CAN_DO, "f")) {
        while (true) {
          Received job = worker.send(GRAB_JOB).next();
          if (job.type() == NO_JOB) {
            worker.silence();
            return handles;
          }
          assertThat(job.type()).isEqualTo(JOB_ASSIGN);
          handles.add(job.handle());
          worker.send(WORK_COMPLETE, job.handle(), "");
        }
      }
    }

    /** How many jobs it is the home of. */
    int jobs() {
      return tell("show jobs").split("\n", -1).length - 1;
    }

    /** One of the maps, as its member sees it. */
    IMap<String, byte[]> map(String name) {
      return hazelcast.getMap(name);
    }

    /** Puts the record of a job into the map, as its home does. */
    void putRecord(String key, byte[] record) {
      jobMap().set(key, record).toCompletableFuture().join();
    }

    /** The record of a job in the map, or null. */
    byte[] record(String key) {
      return jobMap().get(key).toCompletableFuture().join();
    }

    void removeRecord(String key) {
      jobMap().remove(key).toCompletableFuture().join();
    }

    /** Lets nobody write or remove a record until the same thread releases it. */
    void lockRecord(String key) {
      hazelcast.<Object, byte[]>getMap(Maps.JOBS).lock(jobMap().data(key));
    }

    void releaseRecord(String key) {
      hazelcast.<Object, byte[]>getMap(Maps.JOBS).unlock(jobMap().data(key));
    }

    private HazelcastJobMap jobMap() {
      return new HazelcastJobMap(map(Maps.JOBS));
    }

    /** Its member is gone without a word, as after kill -9. */
    void kill() {
      hazelcast.getLifecycleService().terminate();
    }

    /** Hazelcast says that it has brought all it had into the larger part of the cluster. */
    void endMerge() {
      ((LifecycleServiceImpl) hazelcast.getLifecycleService())
          .fireLifecycleEvent(LifecycleState.MERGED);
    }

    /** Leaves in good order, member and all. */
    void leave() {
      get(server.close());
      get(vertx.close());
    }

    int records() {
      return map(Maps.JOBS).size();
    }

    int entries() {
      return map(Maps.NODES).size();
    }

    int listsOfRunning() {
      return map(Maps.RUNNING).size();
    }

    /** Waits until it has links with all: before, it knows nothing of their jobs and members. */
    void awaitLinked(int servers) {
      soon()
          .untilAsserted(
              () ->
                  assertThat(tell("show members").lines())
                      .filteredOn(line -> line.matches(".*\tup\t\\d+\t" + servers + "\tsafe\t[*-]"))
                      .hasSize(servers));
    }

    /** Waits until all replicas are complete. */
    void awaitSafe() {
      await()
          .atMost(TestServers.PATIENCE_SECONDS, SECONDS)
          .until(() -> new SafetyQuestion().ask(hazelcast));
    }
  }

  Server start() {
    return start(options -> {});
  }

  Server start(Consumer<GearmanServerOptions> change) {
    return start(servers.nextOptions(), change);
  }

  /** Starts several, and waits until each has links with all. */
  List<Server> startLinked(int count) {
    List<Server> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(start());
    }
    started.forEach(server -> server.awaitLinked(count));
    return started;
  }

  /**
   * Starts two that form a cluster each, and meet once both are there.
   *
   * @param meanwhile is given the first while the second is not there
   */
  List<Server> startApart(Consumer<Server> meanwhile) {
    ClusterOptions second = servers.nextOptions();
    ClusterOptions first = servers.nextOptions();
    // The first looks for the second, which looks for nobody.
    Server early = start(first, options -> {});
    meanwhile.accept(early);
    return List.of(early, start(second, options -> {}));
  }

  /** Starts one with options of its own. */
  Server start(ClusterOptions options) {
    return start(options, server -> {});
  }

  private Server start(ClusterOptions options, Consumer<GearmanServerOptions> change) {
    options.setBackups(backups);
    Server server =
        new Server(get(servers.begin(options, o -> change.accept(o.setLeaveTimeoutSeconds(10)))));
    // Until then its answers to submits are held.
    server.awaitSafe();
    return server;
  }

  /** Starts a member that is no server. */
  HazelcastInstance startMember() {
    return servers.startMember();
  }

  static <T> T get(Future<T> future) {
    return Await.result(future, TestServers.PATIENCE_SECONDS);
  }

  @Override
  public void close() {
    servers.close();
  }
}

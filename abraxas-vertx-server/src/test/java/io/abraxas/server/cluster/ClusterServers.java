package io.abraxas.server.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.abraxas.server.ClusterOptions;
import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.WireClient;
import io.abraxas.server.client.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;

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
      return WireClient.connect(server.actualPort());
    }

    /** What an operator is told. */
    String tell(String command) {
      try (WireClient operator = connect()) {
        return operator.rows(command);
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

    /** Its member is gone without a word, as after kill -9. */
    void kill() {
      hazelcast.getLifecycleService().terminate();
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

package io.abraxas.server.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.abraxas.server.ClusterOptions;
import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Servers of one cluster in this JVM, each with a Vert.x and a Hazelcast of its own. */
final class ClusterServers implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final TestCluster cluster = new TestCluster();
  private final List<Server> servers = new ArrayList<>();
  private final int backups;

  ClusterServers() {
    this(1);
  }

  ClusterServers(int backups) {
    this.backups = backups;
  }

  /** One of them. */
  static final class Server {
    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    final GearmanServer server;

    private Server(Vertx vertx, GearmanServer server) {
      this.vertx = vertx;
      this.server = server;
      hazelcast = ClusteredVertx.hazelcast(vertx);
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
          .atMost(PATIENCE_SECONDS, SECONDS)
          .until(() -> hazelcast.getPartitionService().isClusterSafe());
    }
  }

  Server start() {
    return start(options -> {});
  }

  Server start(Consumer<GearmanServerOptions> change) {
    return start(cluster.nextOptions(), change);
  }

  /**
   * Starts two that form a cluster each, and meet once both are there.
   *
   * @param meanwhile is given the first while the second is not there
   */
  List<Server> startApart(Consumer<Server> meanwhile) {
    ClusterOptions second = cluster.nextOptions();
    ClusterOptions first = cluster.nextOptions();
    // The first looks for the second, which looks for nobody.
    Server early = start(first, options -> {});
    meanwhile.accept(early);
    return List.of(early, start(second, options -> {}));
  }

  private Server start(ClusterOptions options, Consumer<GearmanServerOptions> change) {
    options.setBackups(backups);
    GearmanServerOptions serverOptions =
        new GearmanServerOptions()
            .setListen(List.of("127.0.0.1:0"))
            .setCluster(true)
            .setClusterOptions(options);
    change.accept(serverOptions);
    Vertx vertx = get(ClusteredVertx.build(new VertxOptions().setEventLoopPoolSize(2), options));
    GearmanServer server = GearmanServer.create(vertx, serverOptions);
    get(server.listen());
    Server started = new Server(vertx, server);
    servers.add(started);
    // Until then its answers to submits are held.
    started.awaitSafe();
    return started;
  }

  /** Starts a member that is no server. */
  HazelcastInstance startMember() {
    return cluster.start();
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("not completed in time", e);
    }
  }

  @Override
  public void close() {
    servers.forEach(server -> server.hazelcast.getLifecycleService().terminate());
    servers.forEach(
        server -> {
          await()
              .atMost(PATIENCE_SECONDS, SECONDS)
              .until(() -> server.server.closed().isComplete());
          server.vertx.close();
        });
    cluster.close();
  }
}

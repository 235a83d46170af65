package io.abraxas.server.cluster;

import com.hazelcast.core.HazelcastInstance;
import io.abraxas.server.ClusterOptions;
import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.WireClient;
import io.abraxas.server.client.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Servers of one cluster in this JVM, each with a Vert.x and a Hazelcast of its own. */
final class TestServers implements AutoCloseable {
  /** How long a member may take to start or stop: the machine may be busy. */
  static final int PATIENCE_SECONDS = 120;

  private final TestCluster cluster = new TestCluster();
  private final List<Node> nodes = new ArrayList<>();

  /** One of them. */
  record Node(Vertx vertx, GearmanServer server) {
    HazelcastInstance hazelcast() {
      return ClusteredVertx.hazelcast(vertx);
    }

    WireClient connect() {
      return WireClient.connect(server.actualPort());
    }
  }

  ClusterOptions nextOptions() {
    return cluster.nextOptions();
  }

  /** Starts one more, and waits until it listens. */
  Node start() {
    return start(options -> {});
  }

  /** Starts one more with other options of the cluster. */
  Node start(Consumer<ClusterOptions> change) {
    ClusterOptions options = cluster.nextOptions();
    change.accept(options);
    return Await.result(begin(options), PATIENCE_SECONDS);
  }

  /** Starts a member that is no server. */
  HazelcastInstance startMember() {
    return cluster.start();
  }

  /** Begins to start one more. */
  Future<Node> begin(ClusterOptions options) {
    return begin(options, server -> {});
  }

  /** Begins to start one more with other options of the server. */
  Future<Node> begin(ClusterOptions options, Consumer<GearmanServerOptions> change) {
    GearmanServerOptions serverOptions =
        new GearmanServerOptions()
            .setListen(List.of("127.0.0.1:0"))
            .setCluster(true)
            .setLeaveTimeoutSeconds(2)
            .setClusterOptions(options);
    change.accept(serverOptions);
    return ClusteredVertx.build(new VertxOptions().setEventLoopPoolSize(1), options)
        .compose(
            vertx -> {
              GearmanServer server = GearmanServer.create(vertx, serverOptions);
              Node node = new Node(vertx, server);
              synchronized (nodes) {
                nodes.add(node);
              }
              return server.listen().map(node);
            });
  }

  /** Ends them as a power cut would. */
  @Override
  public void close() {
    for (Node node : nodes) {
      HazelcastInstance hazelcast = node.hazelcast();
      if (hazelcast != null) {
        hazelcast.getLifecycleService().terminate();
      }
    }
    for (Node node : nodes) {
      Await.result(node.vertx().close().otherwiseEmpty(), PATIENCE_SECONDS);
    }
  }
}

package io.abraxas.examples;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.abraxas.server.GearmanServerVerticle;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.abraxas.vertx.eventbus.TaskPublisherVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Two nodes of one event bus: one has the server and both bridges; the other has nothing of
 * Gearman, and yet does jobs and asks for them.
 */
public final class TwoNodes {
  private TwoNodes() {}

  // tag::nodes[]
  private static Future<?> deployServer(Vertx vertx) {
    JsonObject server = new JsonObject().put("local", "jobs").put("listen", new JsonArray());
    JsonObject client = new JsonObject().put("servers", new JsonArray().add("local:jobs"));
    JsonObject publish =
        new JsonObject()
            .put("client", client)
            .put("functions", new JsonObject().put("toUpper", "text.upper"));
    JsonObject submit = new JsonObject().put("client", client);
    return vertx
        .deployVerticle(new GearmanServerVerticle(), new DeploymentOptions().setConfig(server))
        .compose(
            id ->
                vertx.deployVerticle(
                    new TaskPublisherVerticle(), new DeploymentOptions().setConfig(publish)))
        .compose(
            id ->
                vertx.deployVerticle(
                    new JobBridgeVerticle(), new DeploymentOptions().setConfig(submit)));
  }

  // end::nodes[]

  // tag::plain[]
  /** Knows addresses and headers, and no class of ours. */
  private static Future<String> useFrom(Vertx vertx) {
    return vertx
        .eventBus()
        .<Object>consumer(
            "text.upper", task -> task.reply(task.body().toString().toUpperCase(Locale.ROOT)))
        .completion()
        .compose(
            listening ->
                vertx
                    .eventBus()
                    .<String>request(
                        "abraxas.jobs",
                        "hello, world",
                        new DeliveryOptions().addHeader("function", "toUpper")))
        .map(Message::body);
  }

  // end::plain[]

  /** A node that listens on this machine only; the port of the first tells the second where. */
  private static HazelcastClusterManager cluster(String name, HazelcastClusterManager first) {
    Config config = new Config().setClusterName(name);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    if (first != null) {
      int port = first.getHazelcastInstance().getCluster().getLocalMember().getAddress().getPort();
      join.getTcpIpConfig().addMember("127.0.0.1:" + port);
    }
    return new HazelcastClusterManager(config);
  }

  private static Future<Vertx> join(HazelcastClusterManager cluster) {
    VertxOptions options = new VertxOptions();
    options.getEventBusOptions().setHost("127.0.0.1");
    return Vertx.builder().with(options).withClusterManager(cluster).buildClustered();
  }

  /** Takes nothing: both nodes are made here, each as it would be in a JVM of its own. */
  public static void main(String[] args) throws Exception {
    String name = "two-nodes-" + UUID.randomUUID();
    HazelcastClusterManager first = cluster(name, null);
    Vertx one = join(first).await(60, TimeUnit.SECONDS);
    try {
      Vertx two = join(cluster(name, first)).await(60, TimeUnit.SECONDS);
      try {
        Future<String> answer = deployServer(one).compose(done -> useFrom(two));
        System.out.println(answer.await(60, TimeUnit.SECONDS));
      } finally {
        two.close().await(30, TimeUnit.SECONDS);
      }
    } finally {
      one.close().await(30, TimeUnit.SECONDS);
    }
  }
}

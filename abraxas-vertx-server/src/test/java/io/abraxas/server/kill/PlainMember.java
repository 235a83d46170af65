package io.abraxas.server.kill;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Vert.x application that has nothing of ours on its class path, and joins the cluster all the
 * same. Each line it reads makes it say what it sees; the end of its input ends it.
 */
final class PlainMember {
  private PlainMember() {}

  /** Arguments: name of the cluster, its own port, those of the others. */
  public static void main(String[] args) throws Exception {
    Config config = ConfigUtil.loadConfig();
    config
        .setClusterName(args[0])
        .setProperty("hazelcast.logging.type", "none")
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.socket.bind.any", "false")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.shutdownhook.enabled", "false");
    NetworkConfig network =
        config.getNetworkConfig().setPort(Integer.parseInt(args[1])).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    for (int i = 1; i < args.length; i++) {
      join.getTcpIpConfig().addMember("127.0.0.1:" + args[i]);
    }
    HazelcastClusterManager manager = new HazelcastClusterManager(config);
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
            .withClusterManager(manager)
            .buildClustered()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    HazelcastInstance hazelcast = manager.getHazelcastInstance();
    BufferedReader asked =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (asked.readLine() != null) {
      System.out.println(
          hazelcast.getCluster().getMembers().size()
              + " members, "
              + hazelcast.getMap("abraxas.nodes").size()
              + " servers, "
              + (isSafe(hazelcast) ? "safe" : "moving")
              + ", "
              + hazelcast.getMap("abraxas.jobs").size()
              + " jobs");
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Hazelcast goes on asking a member that is lost meanwhile: not to be waited for. */
  private static boolean isSafe(HazelcastInstance hazelcast) {
    FutureTask<Boolean> answer =
        new FutureTask<>(() -> hazelcast.getPartitionService().isClusterSafe());
    Thread asking = new Thread(answer);
    asking.setDaemon(true);
    asking.start();
    try {
      return answer.get(5, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      answer.cancel(true);
      return false;
    }
  }
}

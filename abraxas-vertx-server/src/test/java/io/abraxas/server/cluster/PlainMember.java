package io.abraxas.server.cluster;

import com.hazelcast.core.HazelcastInstance;
import io.abraxas.server.eventbus.BusNode;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A Vert.x application that has nothing of ours on its class path, and joins the cluster all the
 * same. Each line it reads makes it say what it sees; the end of its input ends it.
 */
final class PlainMember {
  private PlainMember() {}

  /** Arguments: name of the cluster, its own port, those of the others. */
  public static void main(String[] args) throws Exception {
    int[] ports = Stream.of(args).skip(1).mapToInt(Integer::parseInt).toArray();
    Vertx vertx = BusNode.start(args[0], ports);
    HazelcastInstance hazelcast =
        ((HazelcastClusterManager) ((VertxInternal) vertx).clusterManager()).getHazelcastInstance();
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

package io.abraxas.server.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.IndeterminateOperationStateException;
import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/**
 * A cluster manager that starts although others do so in the same moment.
 *
 * <p>One of these may send another a backup that this one drops, since it has not joined yet. Then
 * Hazelcast, told not to hide that, does not know whether the write is complete, and Vert.x would
 * not start.
 */
class RepeatingClusterManager extends HazelcastClusterManager {
  /** Each takes as long as a backup may take. */
  private static final int ATTEMPTS = 6;

  /** One that finds its configuration as Vert.x does: {@code cluster.xml} on the class path. */
  RepeatingClusterManager() {}

  RepeatingClusterManager(Config config) {
    super(config);
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> done) {
    setNodeInfo(info, done, ATTEMPTS);
  }

  private void setNodeInfo(NodeInfo info, Completable<Void> done, int attempts) {
    super.setNodeInfo(
        info,
        (nothing, failure) -> {
          if (failure instanceof IndeterminateOperationStateException && attempts > 1) {
            setNodeInfo(info, done, attempts - 1);
          } else {
            done.complete(null, failure);
          }
        });
  }
}

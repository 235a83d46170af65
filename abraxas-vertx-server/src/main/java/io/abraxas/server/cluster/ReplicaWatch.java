package io.abraxas.server.cluster;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again and again whether all replicas are complete, after a member has come or gone and until
 * they are. Confined to the cluster's thread.
 */
final class ReplicaWatch {
  private static final long CHECK_MILLIS = 250;
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaWatch.class);

  private final Replicas replicas;
  private final Runnable complete;
  private final ScheduledExecutorService thread;
  private final BooleanSupplier ended;
  private boolean checking;

  /**
   * @param complete run when the cluster is not thin, on the cluster's thread
   * @param ended whether there is nothing to ask for any more
   */
  ReplicaWatch(
      Replicas replicas,
      Runnable complete,
      BooleanSupplier ended,
      ScheduledExecutorService thread) {
    this.replicas = replicas;
    this.complete = complete;
    this.ended = ended;
    this.thread = thread;
  }

  /** A member has come or gone. */
  void check() {
    if (!checking) {
      checking = true;
      checkAgain();
    }
  }

  private void checkAgain() {
    if (ended.getAsBoolean()) {
      return;
    }
    boolean done = false;
    try {
      done = replicas.check();
    } catch (RuntimeException e) {
      LOG.debug("cannot tell whether the cluster is safe", e);
    }
    if (!replicas.isThin()) {
      complete.run();
    }
    checking = !done;
    if (checking) {
      try {
        thread.schedule(this::checkAgain, CHECK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("the node has ended", e);
      }
    }
  }
}

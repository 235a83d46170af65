package io.abraxas.server.cluster;

import com.hazelcast.core.HazelcastInstance;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all members whether all replicas are complete.
 *
 * <p>Hazelcast goes on asking a member that is lost meanwhile, for minutes. So it asks on a thread
 * that can be given up: takeovers must not wait for the dead.
 */
final class SafetyQuestion {
  private static final int PATIENCE_SECONDS = 5;
  private static final Logger LOG = LoggerFactory.getLogger(SafetyQuestion.class);

  /** Its threads end by themselves when they have had nothing to do for a minute. */
  private final ExecutorService asking = Executors.newCachedThreadPool(SafetyQuestion::thread);

  /** What is being asked, or null. */
  private volatile Future<Boolean> asked;

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "abraxas-cluster-asking");
    thread.setDaemon(true);
    return thread;
  }

  /** Whether all say yes. Blocks; on one thread at a time. */
  boolean ask(HazelcastInstance hazelcast) {
    Future<Boolean> answer = asking.submit(() -> hazelcast.getPartitionService().isClusterSafe());
    asked = answer;
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      LOG.debug("nobody knows whether all replicas are complete", e);
      return false;
    } finally {
      asked = null;
      answer.cancel(true);
    }
  }

  /** A member is gone: what is being asked has no answer any more. From any thread. */
  void memberLost() {
    Future<Boolean> answer = asked;
    if (answer != null) {
      answer.cancel(true);
    }
  }
}

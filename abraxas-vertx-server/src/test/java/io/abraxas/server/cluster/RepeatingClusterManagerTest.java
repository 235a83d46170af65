package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.TestServers.PATIENCE_SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.abraxas.server.client.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepeatingClusterManagerTest {
  private final TestCluster cluster = new TestCluster();

  /** How often the next Vert.x has been told that a write failed, and how often it still will. */
  private static final AtomicInteger FAILURES = new AtomicInteger();

  private static volatile int left;
  private static volatile Supplier<RuntimeException> failure;

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** Fails writes, on whichever member. */
  @SuppressWarnings("serial") // Members of one JVM.
  private static final class Failing extends MapTrouble {
    @Override
    public Object interceptPut(Object before, Object next) {
      if (FAILURES.get() < left) {
        FAILURES.incrementAndGet();
        throw failure.get();
      }
      return null;
    }
  }

  private Future<Vertx> start(int failures, Supplier<RuntimeException> with) throws IOException {
    FAILURES.set(0);
    left = failures;
    failure = with;
    cluster.start().getMap("__vertx.nodeInfo").addInterceptor(new Failing());
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
        .withClusterManager(
            new RepeatingClusterManager(ClusteredVertx.config(cluster.nextOptions())))
        .buildClustered();
  }

  @Test
  void startsAlthoughItIsNotKnownWhetherAWriteIsComplete() throws IOException {
    Vertx vertx =
        Await.result(
            start(3, () -> new IndeterminateOperationStateException("no backup")),
            PATIENCE_SECONDS);
    assertThat(FAILURES).hasValue(3);
    Await.result(vertx.close(), PATIENCE_SECONDS);
  }

  @Test
  void tellsOfOtherFailuresAndOfOneThatStays() throws IOException {
    assertThat(Await.failure(start(1, () -> new IllegalStateException("broken"))))
        .hasMessage("broken");
    assertThat(FAILURES).hasValue(1);
    assertThat(Await.failure(start(99, () -> new IndeterminateOperationStateException("none"))))
        .isInstanceOf(IndeterminateOperationStateException.class);
    assertThat(FAILURES).hasValue(6);
  }
}

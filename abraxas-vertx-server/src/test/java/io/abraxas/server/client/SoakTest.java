package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.FunctionStatus;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A million jobs through one client, which submits and does them: nothing is left of them. */
@Tag("soak")
class SoakTest extends ClientTest {
  private static final Logger LOG = LoggerFactory.getLogger(SoakTest.class);
  private static final int TASKS = 1_000_000;
  private static final int WINDOW = 64;
  private static final long SECONDS = 300;
  private static final long MIB = 1024 * 1024;

  /** One reference left of each task would be more. */
  private static final long MAX_GROWTH = 4 * MIB;

  private final Semaphore window = new Semaphore(WINDOW);
  private final AtomicInteger right = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();

  SoakTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  @Test
  void nothingIsLeftOfAMillionTasks() throws InterruptedException {
    GearmanClient client = client(options().setMaxJobs(16));
    client.registerValueWorker("same", WorkerTask::payload);
    // The first tenth warms up: pools, tables and classes get their size.
    submit(client, TASKS / 10);
    long before = usedHeap();
    long start = System.nanoTime();
    submit(client, TASKS);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    long after = usedHeap();
    LOG.info(
        TASKS
            + " tasks in "
            + millis
            + " ms, heap "
            + before / MIB
            + " -> "
            + after / MIB
            + " MiB");
    assertThat(wrong).hasValue(0);
    assertThat(right).hasValue(TASKS / 10 + TASKS);
    assertThat(after - before).isLessThan(MAX_GROWTH);
    assertThat(Await.result(client.admin().jobs())).isEmpty();
    List<FunctionStatus> functions = Await.result(client.admin().status());
    assertThat(functions)
        .singleElement()
        .satisfies(
            same -> {
              assertThat(same.total()).isZero();
              assertThat(same.running()).isZero();
            });
    Await.result(client.shutdown());
  }

  private void submit(GearmanClient client, int tasks) throws InterruptedException {
    for (int i = 0; i < tasks; i++) {
      take(1);
      String text = "payload " + i;
      client
          .submitJob("same", text)
          .resultText()
          .onComplete(
              done -> {
                (text.equals(done.result()) ? right : wrong).incrementAndGet();
                window.release();
              });
    }
    take(WINDOW);
    window.release(WINDOW);
  }

  private void take(int permits) throws InterruptedException {
    assertThat(window.tryAcquire(permits, SECONDS, TimeUnit.SECONDS))
        .as("every task ends, %d did", right.get() + wrong.get())
        .isTrue();
  }

  /** Collects until it makes no difference. */
  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    long last;
    do {
      last = used;
      System.gc();
      used = runtime.totalMemory() - runtime.freeMemory();
    } while (used < last - MIB);
    return used;
  }
}

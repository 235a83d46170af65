package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerOptions;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a slow side does not take is not made by the other: nothing piles up between them. */
class BackpressureTest extends ClientTest {
  private static final Logger LOG = LoggerFactory.getLogger(BackpressureTest.class);
  private static final long MIB = 1024 * 1024;
  private static final long LENGTH = 1024 * MIB;

  /**
   * All that may lie between the two ends: the socket buffers of the kernel, four of them, our own
   * high-water marks, and what is being copied.
   */
  private static final long MAX_BETWEEN = 48 * MIB;

  private static final long MAX_DIRECT_MEMORY = 160 * MIB;

  BackpressureTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  @Test
  void memoryStaysFlatWhileAGibibyteFlowsToASlowReader() {
    AtomicLong given = new AtomicLong();
    AtomicLong read = new AtomicLong();
    AtomicLong mostBetween = new AtomicLong();
    AtomicLong mostDirect = new AtomicLong();
    client()
        .registerStreamWorker(
            "zeros",
            new WorkerOptions().setStreaming(true),
            task -> new Zeros(vertx, LENGTH, given));
    Promise<Void> end = Promise.promise();
    Task task = client().submitJob("zeros", "");
    task.exceptionHandler(end::tryFail).endHandler(end::tryComplete);
    task.handler(
        piece -> {
          long between = given.get() - read.addAndGet(piece.length());
          mostBetween.accumulateAndGet(between, Math::max);
          mostDirect.accumulateAndGet(PlatformDependent.usedDirectMemory(), Math::max);
          if (read.get() / (16 * MIB) != (read.get() - piece.length()) / (16 * MIB)) {
            task.pause();
            vertx.setTimer(10, t -> task.resume());
          }
        });
    task.pause();
    Await.result(vertx.timer(1, TimeUnit.SECONDS));
    long heldBack = given.get();
    assertThat(heldBack).isLessThan(MAX_BETWEEN);
    task.resume();
    Await.result(end.future(), 120);
    LOG.info(
        "held back at "
            + heldBack / MIB
            + " MiB, at most "
            + mostBetween.get() / MIB
            + " MiB between the ends, direct memory at most "
            + mostDirect.get() / MIB
            + " MiB");
    assertThat(read).hasValue(LENGTH);
    assertThat(mostBetween.get()).isLessThan(MAX_BETWEEN);
    assertThat(mostDirect.get()).isLessThan(MAX_DIRECT_MEMORY);
  }

  @Test
  void payloadOfDeclaredLengthIsWrittenAsFastAsTheServerTakesIt() {
    long length = 64 * MIB;
    AtomicLong given = new AtomicLong();
    GearmanClient client = client();
    client().registerValueWorker("length", task -> task.payload().length());
    Task task = client.submit(new JobRequest("length").setPayloadLength(length));
    Future<String> result = task.resultText();
    Promise<Void> piped = Promise.promise();
    vertx.runOnContext(v -> new Zeros(vertx, length, given).pipeTo(task).onComplete(piped));
    Await.result(piped.future());
    assertThat(Await.result(result)).isEqualTo(String.valueOf(length));
  }
}

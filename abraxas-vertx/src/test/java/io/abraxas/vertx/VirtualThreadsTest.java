package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Handlers that may block since each task has a thread of its own, where the JVM has such. */
class VirtualThreadsTest extends WireTest {
  private static final WorkerOptions VIRTUAL =
      new WorkerOptions().setThreading(WorkerThreading.VIRTUAL_THREAD);

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void eachTaskBlocksItsOwnThreadOnly() {
    CountDownLatch both = new CountDownLatch(2);
    GearmanClient client = client(server.options().setMaxJobs(2));
    client.registerValueWorker(
        "f",
        VIRTUAL,
        task -> {
          both.countDown();
          // Neither goes on before the other has begun.
          Waits.reached(both);
          return Thread.currentThread().toString();
        });
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:2", "f", "p");
    List<String> results = List.of(server.next(), server.next(), server.next(), server.next());
    assertThat(results)
        .filteredOn(one -> one.startsWith("WORK_COMPLETE H:1 VirtualThread"))
        .hasSize(1);
    assertThat(results)
        .filteredOn(one -> one.startsWith("WORK_COMPLETE H:2 VirtualThread"))
        .hasSize(1);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void handlerAwaitsFuturesAndItsFailureIsThatOfTheJob() {
    Promise<String> later = Promise.promise();
    Promise<Void> waits = Promise.promise();
    GearmanClient client = client();
    client.registerValueWorker(
        "f",
        VIRTUAL,
        task -> {
          waits.complete();
          return Future.await(later.future());
        });
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    Waits.result(waits.future());
    later.fail("no luck");
    assertThat(server.next()).isEqualTo("WORK_EXCEPTION H:1 no luck");
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_20)
  void olderJvmSaysThatItHasNone() {
    assertThatIllegalStateException()
        .isThrownBy(() -> client().registerValueWorker("f", VIRTUAL, task -> ""))
        .withMessageContaining("virtual threads");
  }
}

package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerWireTest extends WireTest {
  @Test
  void sleepsWhenThereIsNoJobAndGrabsAgainWhenWoken() {
    client().registerValueWorker("f", task -> "r");
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.NO_JOB);
    assertThat(server.next()).isEqualTo("PRE_SLEEP");
    server.send(PacketType.NOOP);
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 r");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void grabsWidenWithTheJobsTheyFindButNeverBeyondMaxJobs() {
    BlockingQueue<Promise<String>> running = new LinkedBlockingQueue<>();
    client(server.options().setMaxJobs(3))
        .registerWorker(
            "f",
            task -> {
              Promise<String> promise = Promise.promise();
              running.add(promise);
              return promise.future();
            });
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:2", "f", "p");
    server.send(PacketType.NO_JOB);
    // Two run and one may be asked for; but the server has none.
    assertThat(server.next()).isEqualTo("PRE_SLEEP");
    assertThat(server.isQuiet()).isTrue();
    server.send(PacketType.NOOP);
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:3", "f", "p");
    Promise<String> first = Waits.next(running);
    Waits.next(running);
    Waits.next(running);
    first.complete("r");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 r");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void sleepsOnlyWhenNoGrabIsUnderWay() {
    client(server.options().setMaxJobs(8)).registerValueWorker("f", task -> "r");
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 r");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.NO_JOB);
    server.send(PacketType.JOB_ASSIGN, "H:2", "f", "p");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:2 r");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void workersAreOfferedAgainAfterAReconnect() {
    GearmanClient client = client();
    client.registerValueWorker("f", new WorkerOptions().setTimeout(2000), task -> "r");
    assertThat(server.next()).isEqualTo("CAN_DO_TIMEOUT f 2000");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.cut();
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(server.next()).isEqualTo("CAN_DO_TIMEOUT f 2000");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void failureIsAnExceptionWhereTheServerHasThem() {
    client().registerWorker("f", task -> Future.failedFuture("why"));
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("WORK_EXCEPTION H:1 why");
  }

  @Test
  void failureIsAWarningAndAFailElsewhere() {
    server.refusingOptions();
    client().registerWorker("f", task -> Future.failedFuture("why"));
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("WORK_WARNING H:1 why");
    assertThat(server.next()).isEqualTo("WORK_FAIL H:1");
  }

  @Test
  void unregisterWaitsForRunningTasksAndGrabs() {
    Promise<String> finish = Promise.promise();
    GearmanClient client = client(server.options().setMaxJobs(2));
    Worker worker = client.registerWorker("f", task -> finish.future());
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Future<Void> gone = worker.unregister();
    client.setClientId("a fence");
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID a fence");
    server.send(PacketType.NO_JOB);
    finish.complete("r");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 r");
    assertThat(server.next()).isEqualTo("CANT_DO f");
    Waits.result(gone);
  }

  @Test
  void clientMayBeClosedByWhoeverUnregisters() {
    GearmanClient client = client();
    Promise<Throwable> unexpected = Promise.promise();
    vertx.exceptionHandler(unexpected::tryComplete);
    Worker f = client.registerValueWorker("f", task -> "r");
    Worker g = client.registerValueWorker("g", task -> "r");
    // CAN_DO twice and GRAB_JOB_ALL, in an order of their own.
    server.next();
    server.next();
    server.next();
    Future<Void> closed = f.unregister().compose(v -> client.close());
    Future<Void> closedToo = g.unregister().compose(v -> client.close());
    Waits.result(client.setClientId("a fence"));
    server.send(PacketType.NO_JOB);
    Waits.result(closed);
    Waits.result(closedToo);
    assertThat(unexpected.future().isComplete()).isFalse();
  }

  @Test
  void jobWithoutAGrabEndsTheConnection() {
    AtomicInteger started = new AtomicInteger();
    client()
        .registerWorker(
            "f",
            task -> {
              started.incrementAndGet();
              return Promise.<String>promise().future();
            });
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    server.send(PacketType.JOB_ASSIGN, "H:2", "f", "p");
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(started).hasValue(1);
  }

  @Test
  void writerThatWaitsForRoomIsToldAlsoWhenItIsThereAlready() {
    Promise<WorkerTask> got = Promise.promise();
    client()
        .registerTaskWorker(
            "f",
            new WorkerOptions().setStreaming(true).setThreading(WorkerThreading.WORKER_POOL),
            got::complete);
    server.next();
    server.next();
    server.pause();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    WorkerTask task = Waits.result(got.future());
    Buffer megabyte = Buffer.buffer(new byte[1 << 20]);
    while (!task.writeQueueFull()) {
      Waits.result(task.write(megabyte));
    }
    server.resume();
    Waits.until(() -> !task.writeQueueFull());
    Promise<Void> drained = Promise.promise();
    task.drainHandler(drained::tryComplete);
    Waits.result(drained.future());
    server.cut();
    Promise<Void> lost = Promise.promise();
    task.connectionLostHandler(lost::tryComplete);
    Waits.result(lost.future());
    Promise<Void> told = Promise.promise();
    task.drainHandler(told::tryComplete);
    Waits.result(told.future());
  }

  @Test
  void slotOfALostTaskIsFreeWhenItsHandlerIsDone() {
    Promise<String> finish = Promise.promise();
    Promise<Void> lost = Promise.promise();
    client()
        .registerWorker(
            "f",
            task -> {
              task.connectionLostHandler(lost::tryComplete);
              return finish.future();
            });
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    // Fenced by a second packet: the task runs when its answer is there.
    server.send(PacketType.NOOP);
    server.cut();
    Waits.result(lost.future());
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.isQuiet()).isTrue();
    finish.complete("r");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void slotOfALostTaskIsFreeWhenItsBlockingHandlerHasEndedIt() {
    CountDownLatch lost = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    client()
        .registerTaskWorker(
            "f",
            new WorkerOptions().setThreading(WorkerThreading.WORKER_POOL),
            task -> {
              task.connectionLostHandler(nothing -> lost.countDown());
              started.countDown();
              Waits.reached(lost);
              Waits.failure(task.end("r"), ConnectionClosedException.class);
            });
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    Waits.reached(started);
    server.cut();
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void jobFailsAlsoWhenTheStreamThatIsToSayWhyFails() {
    GearmanClient client = client(server.options().setMaxPayloadLength(5));
    client.registerTaskWorker(
        "f",
        task -> {
          Task source = client.submit(new JobRequest("g"));
          task.fail(source);
          source.write(Buffer.buffer("too long"));
        });
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).startsWith("WORK_EXCEPTION H:1 the payload is longer than 5 bytes");
  }

  @Test
  void blockingHandlersRunOnThePool() {
    Promise<String> thread = Promise.promise();
    client()
        .registerValueWorker(
            "f",
            new WorkerOptions().setThreading(WorkerThreading.WORKER_POOL),
            task -> {
              thread.complete(Thread.currentThread().getName());
              return "r";
            });
    server.next();
    server.next();
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(Waits.result(thread.future())).contains("vert.x-worker-thread");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 r");
  }
}

package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Writers on other threads than the loop, which may be slower than they are. */
class OtherThreadsTest extends WireTest {
  private static final int PIECE = 10_000;
  private static final int MAX_PIECES = 100;

  @Test
  void writerOfAResultIsHeldBackUntilTheLoopHasTakenItOver() {
    GearmanClient client = connectedClient();
    Promise<WorkerTask> running = Promise.promise();
    client.registerTaskWorker("f", new WorkerOptions().setStreaming(true), running::complete);
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    isHeldBack(client, Waits.result(running.future()));
  }

  @Test
  void writerOfAPayloadIsHeldBackUntilTheLoopHasTakenItOver() {
    GearmanClient client = connectedClient();
    Task task = client.submit(new JobRequest("f").setPayloadLength(100_000_000L));
    Promise<Void> ready = Promise.promise();
    task.drainHandler(ready::tryComplete);
    Waits.result(ready.future());
    isHeldBack(client, task);
  }

  @Test
  void resultKeepsTheOrderOfItsCallsWhenTheyChangeThreads() {
    GearmanClient client = connectedClient();
    client.registerTaskWorker(
        "f",
        new WorkerOptions().setStreaming(true),
        task -> {
          elsewhere(() -> task.write(Buffer.buffer("a")));
          task.write(Buffer.buffer("b"));
          elsewhere(() -> task.status(1, 2));
          task.warn(Buffer.buffer("w"));
          elsewhere(() -> task.write(Buffer.buffer("c")));
          task.end(Buffer.buffer("d"));
        });
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    assertThat(server.next()).isEqualTo("WORK_DATA H:1 a");
    assertThat(server.next()).isEqualTo("WORK_DATA H:1 b");
    assertThat(server.next()).isEqualTo("WORK_STATUS H:1 1 2");
    assertThat(server.next()).isEqualTo("WORK_WARNING H:1 w");
    assertThat(server.next()).isEqualTo("WORK_DATA H:1 c");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 d");
  }

  @Test
  void payloadKeepsTheOrderOfItsCallsWhenTheyChangeThreads() {
    GearmanClient client = connectedClient();
    Task task = client.submit(new JobRequest("f"));
    ClientLoop loop = ((ClientImpl) client).loop();
    loop.run(
        () -> {
          elsewhere(() -> task.write(Buffer.buffer("a")));
          task.write(Buffer.buffer("b"));
          elsewhere(() -> task.write(Buffer.buffer("c")));
          task.end();
        });
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  abc");
  }

  /** On a thread of its own, while the loop waits for it and so takes nothing over. */
  private static void elsewhere(Runnable action) {
    CountDownLatch done = new CountDownLatch(1);
    new Thread(
            () -> {
              action.run();
              done.countDown();
            })
        .start();
    Waits.reached(done);
  }

  /** Writes while the loop is busy: it gets full, and has room when the loop goes on. */
  private void isHeldBack(GearmanClient client, WriteStream<Buffer> stream) {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    client.unknownPacketHandler(
        packet -> {
          busy.countDown();
          Waits.reached(goOn);
        });
    // Comes after the handler has been set.
    Waits.result(stream.write(Buffer.buffer()));
    server.send(PacketType.ALL_YOURS);
    Waits.reached(busy);
    int pieces = 0;
    while (!stream.writeQueueFull() && pieces < MAX_PIECES) {
      stream.write(Buffer.buffer(new byte[PIECE]));
      pieces++;
    }
    assertThat(pieces).isLessThan(MAX_PIECES);
    Promise<Void> drained = Promise.promise();
    stream.drainHandler(drained::tryComplete);
    goOn.countDown();
    Waits.result(drained.future());
    assertThat(stream.writeQueueFull()).isFalse();
  }
}

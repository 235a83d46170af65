package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a client closes, whatever is under way. */
class CloseWireTest extends WireTest {
  @Test
  void serverThatTakesNothingHoldsCloseBackForAWhileOnly() {
    GearmanClient client = connectedClient(server.options().setWriteStallTimeout(100));
    server.pause();
    Future<String> handle = client.submitJobBackground("f", Buffer.buffer(new byte[32 << 20]));
    Waits.result(client.setClientId("a fence"));
    Waits.result(client.close());
    assertThat(Waits.failure(handle, ClientClosedException.class).outcome())
        .isEqualTo(JobOutcome.UNKNOWN);
  }

  @Test
  void connectionThatIsGivenUpDoesNotWaitForAServerThatTakesNothing() {
    GearmanClient client = connectedClient();
    // First: the timeout may be over, and the client connected again, before the test goes on.
    Promise<Void> next = Promise.promise();
    client.connectedHandler(name -> next.tryComplete());
    server.pause();
    Task task =
        client.submit(
            new JobRequest("f").setPayloadLength((long) (64 << 20)).setResponseTimeout(500L));
    task.write(Buffer.buffer(new byte[32 << 20]));
    Waits.failure(task.result(), TaskTimeoutException.class);
    Waits.result(next.future());
  }

  @Test
  void clientThatIsClosedForAConnectionErrorDoesNotTryAgain() {
    GearmanClient client =
        client(new GearmanClientOptions().addServer("127.0.0.1:1").setReconnectDelay(1));
    AtomicInteger errors = new AtomicInteger();
    Promise<Void> closed = Promise.promise();
    client.connectionErrorHandler(
        e -> {
          errors.incrementAndGet();
          client.close().onComplete(closed);
        });
    Waits.result(closed.future());
    Waits.result(vertx.timer(100, TimeUnit.MILLISECONDS));
    assertThat(errors).hasValue(1);
  }

  @Test
  void taskWhosePayloadIsNotWhollyWrittenFails() {
    GearmanClient client = client();
    Task task = client.submit(new JobRequest("f"));
    Waits.result(task.write(Buffer.buffer("x")));
    Waits.result(client.close());
    assertThat(Waits.failure(task.result(), ClientClosedException.class).outcome())
        .isEqualTo(JobOutcome.NEVER_SENT);
    Waits.failure(task.write(Buffer.buffer("y")), ClientClosedException.class);
  }

  @Test
  void closeInsideAFailureThatCloseCausesIsTheSameClose() {
    GearmanClient client = connectedClient();
    server.pause();
    client.submitJobBackground("f", Buffer.buffer(new byte[32 << 20]));
    Promise<Void> inner = Promise.promise();
    client
        .submit(new JobRequest("f"))
        .completion()
        .onFailure(e -> client.close().onComplete(inner));
    Future<Void> outer = client.close();
    settled(client);
    assertThat(outer.isComplete()).isFalse();
    server.resume();
    Waits.result(outer);
    Waits.result(inner.future());
  }

  @Test
  void shutdownWaitsForRunningTasksAtMostSoLong() {
    GearmanClient client = client();
    Promise<Void> lost = Promise.promise();
    client.registerTaskWorker("f", task -> task.connectionLostHandler(lost::tryComplete));
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    Future<Void> patient = client.shutdown();
    settled(client);
    assertThat(patient.isComplete()).isFalse();
    Waits.result(client.shutdown(50));
    Waits.result(lost.future());
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
  }

  @Test
  void shutdownWithATimeoutIsOverWhenTheTasksAre() {
    GearmanClient client = client();
    Promise<WorkerTask> running = Promise.promise();
    client.registerTaskWorker("f", running::complete);
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    WorkerTask task = Waits.result(running.future());
    Future<Void> over = client.shutdown(3_600_000);
    settled(client);
    assertThat(over.isComplete()).isFalse();
    task.end("r");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 r");
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    Waits.result(over);
  }
}

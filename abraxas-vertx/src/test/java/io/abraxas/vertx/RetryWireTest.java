package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** Jobs whose connection is lost before the server says that it has them, and their payloads. */
class RetryWireTest extends WireTest {
  private static JobRequest retried(String payload) {
    return new JobRequest("f", Buffer.buffer(payload)).setRetryOnDisconnect(true);
  }

  @Test
  void retriedTaskIsSentAgain() {
    GearmanClient client = client();
    Task task = client.submit(new JobRequest("f", Buffer.buffer("x")).setRetryOnDisconnect(true));
    assertThat(server.next()).startsWith("SUBMIT_JOB ");
    server.cut();
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(server.next()).startsWith("SUBMIT_JOB ");
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.WORK_COMPLETE, "H:1", "done");
    assertThat(Waits.result(task.resultText())).isEqualTo("done");
  }

  @Test
  void retriedTaskIsSentElsewhere() {
    try (FakeServer other = new FakeServer(vertx)) {
      GearmanClient client = client(server.options().addServer(other.address()));
      Waits.until(() -> client.connectedServers().size() == 2);
      Task first = client.submit(retried("x"));
      Task second = client.submit(retried("y"));
      String here = server.next();
      String there = other.next();
      assertThat(here + there).contains("SUBMIT_JOB f  x", "SUBMIT_JOB f  y");
      server.cut();
      assertThat(other.next()).isEqualTo(here);
      other.send(PacketType.JOB_CREATED, "H:1");
      other.send(PacketType.JOB_CREATED, "H:2");
      other.send(PacketType.WORK_COMPLETE, "H:1", there);
      other.send(PacketType.WORK_COMPLETE, "H:2", here);
      assertThat(Waits.result(first.resultText())).isEqualTo("SUBMIT_JOB f  x");
      assertThat(Waits.result(second.resultText())).isEqualTo("SUBMIT_JOB f  y");
    }
  }

  @Test
  void jobIsSubmittedAgainOnlySoOften() {
    GearmanClient client = client(server.options().setMaxRetries(2));
    Future<String> handle = client.submit(retried("x")).handle();
    for (int i = 0; i < 3; i++) {
      assertThat(server.next()).isEqualTo("SUBMIT_JOB f  x");
      assertThat(handle.isComplete()).isFalse();
      server.cut();
      assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    }
    assertThat(Waits.failure(handle, ConnectionClosedException.class).outcome())
        .isEqualTo(JobOutcome.UNKNOWN);
  }

  @Test
  void onlySoManyJobsMayWaitToBeSubmittedAgain() {
    GearmanClient client = connectedClient(server.options().setMaxWaitingRetries(2));
    Task[] tasks = new Task[3];
    for (int i = 0; i < tasks.length; i++) {
      tasks[i] = client.submit(retried(String.valueOf(i)));
      assertThat(server.next()).isEqualTo("SUBMIT_JOB f  " + i);
    }
    server.cut();
    assertThat(Waits.failure(tasks[2].handle(), ConnectionClosedException.class).outcome())
        .isEqualTo(JobOutcome.UNKNOWN);
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  0");
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  1");
    // Those two wait no longer, so there is room again.
    server.cut();
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  0");
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  1");
  }

  @Test
  void jobThatEndsWhileItWaitsMakesRoomForOthers() {
    GearmanClientOptions options =
        new GearmanClientOptions().addServer("127.0.0.1:1").setMaxWaitingBytes(1000);
    options.addServer(server.address()).setReconnectDelay(5);
    GearmanClient client = connectedClient(options);
    Task task = client.submit(retried("x".repeat(1000)).setResponseTimeout(300L));
    server.next();
    server.close();
    Waits.failure(task.handle(), TaskTimeoutException.class);
    Future<String> next = client.submitJobBackground("f", "y");
    settled(client);
    assertThat(next.isComplete()).isFalse();
  }

  @Test
  void payloadIsLetGoWhenItIsNotNeededAnyMore() {
    GearmanClient client = connectedClient();
    Payload plain = submit(client, false);
    plain.isLetGo();
    Payload retried = submit(client, true);
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.JOB_CREATED, "H:2");
    retried.isLetGo();
    assertThat(Waits.result(plain.task.handle())).isEqualTo("H:1");
    assertThat(Waits.result(retried.task.handle())).isEqualTo("H:2");
  }

  private Payload submit(GearmanClient client, boolean retry) {
    Buffer buffer = Buffer.buffer("a payload of its own");
    Task task = client.submit(new JobRequest("f", buffer).setRetryOnDisconnect(retry));
    assertThat(server.next()).startsWith("SUBMIT_JOB ");
    return new Payload(task, new WeakReference<>(buffer));
  }

  private record Payload(Task task, WeakReference<Buffer> bytes) {
    void isLetGo() {
      Waits.until(
          () -> {
            System.gc();
            return bytes.refersTo(null);
          });
    }
  }
}

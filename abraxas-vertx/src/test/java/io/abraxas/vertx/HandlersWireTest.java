package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What handlers of the user's can do to a client: nothing. */
class HandlersWireTest extends WireTest {
  private final Set<String> called = ConcurrentHashMap.newKeySet();

  private <T> Handler<T> throwing(String name) {
    return value -> {
      called.add(name);
      throw new IllegalStateException("on purpose: " + name);
    };
  }

  @Test
  void handlersThatThrowHarmNobody() {
    vertx.exceptionHandler(e -> {});
    GearmanClient client = client();
    client.connectedHandler(throwing("connected"));
    client.unknownPacketHandler(throwing("unknown"));
    Promise<Void> lost = Promise.promise();
    client.disconnectedHandler(
        address -> {
          lost.tryComplete();
          throwing("disconnected").handle(address);
        });
    Task task = client.submitJob("f", "x");
    task.handle().onComplete(throwing("handle"));
    task.completion().onSuccess(throwing("completion"));
    task.statusHandler(throwing("status")).warningHandler(throwing("warning"));
    task.dataHandler(throwing("data"));
    Future<String> result = task.resultText();
    // Seen by the server only after the client's loop has been told of all these handlers: a loop
    // that is reading may go on with it before what other threads ask of it.
    client.echo(Buffer.buffer("ready"));
    // Before there is a connection, an echo may overtake a submit.
    List<String> requests = List.of(server.next(), server.next());
    for (String request : requests) {
      if (request.equals("ECHO_REQ ready")) {
        server.send(PacketType.ECHO_RES, "ready");
      } else {
        server.send(PacketType.JOB_CREATED, "H:1");
      }
    }
    server.send(PacketType.ALL_YOURS);
    server.send(PacketType.WORK_STATUS, "H:1", "1", "2");
    server.send(PacketType.WORK_WARNING, "H:1", "w");
    server.send(PacketType.WORK_DATA, "H:1", "a");
    server.send(PacketType.WORK_COMPLETE, "H:1", "b");
    assertThat(Waits.result(result)).isEqualTo("ab");
    Future<Buffer> echo = client.echo(Buffer.buffer("alive"));
    assertThat(server.next()).isEqualTo("ECHO_REQ alive");
    server.send(PacketType.ECHO_RES, "alive");
    Waits.result(echo);
    // The first connection may have come before its handler.
    server.cut();
    Waits.result(lost.future());
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    Future<Buffer> again = client.echo(Buffer.buffer("again"));
    assertThat(server.next()).isEqualTo("ECHO_REQ again");
    server.send(PacketType.ECHO_RES, "again");
    Waits.result(again);
    assertThat(called)
        .containsExactlyInAnyOrder(
            "connected",
            "disconnected",
            "unknown",
            "handle",
            "completion",
            "status",
            "warning",
            "data");
  }

  @Test
  void everyPausedTaskFailsInItsTurnAndTheRestGoesOn() {
    GearmanClient client =
        client(server.options().setTaskBufferSize(1000).setReadStallTimeout(200));
    Task first = client.submitJob("f", "1").pause();
    Task second = client.submitJob("f", "2").pause();
    Task third = client.submitJob("f", "3").pause();
    Future<String> rest = client.submitJob("f", "4").resultText();
    for (int i = 0; i < 4; i++) {
      server.next();
    }
    String much = "x".repeat(2000);
    for (String handle : new String[] {"H:1", "H:2", "H:3", "H:4"}) {
      server.send(PacketType.JOB_CREATED, handle);
    }
    server.send(PacketType.WORK_DATA, "H:1", much);
    server.send(PacketType.WORK_DATA, "H:2", much);
    server.send(PacketType.WORK_DATA, "H:3", much);
    server.send(PacketType.WORK_COMPLETE, "H:3", "");
    server.send(PacketType.WORK_COMPLETE, "H:4", "goes on");
    Waits.failure(first.completion(), ReadStalledException.class);
    Waits.failure(second.completion(), ReadStalledException.class);
    assertThat(Waits.result(rest)).isEqualTo("goes on");
    third.resume();
    Waits.result(third.completion().otherwiseEmpty());
  }

  @Test
  void statusComesFromTheServersThereAre() {
    GearmanClientOptions options = server.options().addServer("127.0.0.1:1");
    Future<JobStatus> status = client(options).getStatus("H:1");
    assertThat(server.next()).isEqualTo("GET_STATUS H:1");
    server.send(PacketType.STATUS_RES, "H:1", "1", "0", "3", "4");
    assertThat(Waits.result(status).knownBy()).isEqualTo(1);
    GearmanClientOptions none =
        new GearmanClientOptions().addServer("127.0.0.1:1").setSubmitTimeout(50);
    Waits.failure(client(none).getStatus("H:1"), SubmitTimeoutException.class);
  }

  @Test
  void statusFailsWithTheServerThatIsLostBeforeItsAnswer() {
    Future<JobStatus> status = client().getStatus("H:1");
    assertThat(server.next()).isEqualTo("GET_STATUS H:1");
    server.cut();
    Waits.failure(status, ConnectionClosedException.class);
  }
}

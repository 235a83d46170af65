package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Payloads that are written to their tasks, well or badly. */
class PayloadWireTest extends WireTest {
  @Test
  void declaredPayloadHoldsBackOtherPackets() {
    GearmanClient client = connectedClient();
    Task task = client.submit(new JobRequest("f").setPayloadLength(6L));
    Waits.result(task.write(Buffer.buffer("abc")));
    client.setClientId("later");
    Waits.result(task.write(Buffer.buffer("def")));
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  abcdef");
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID later");
    Waits.result(task.end());
  }

  @Test
  void payloadsOfDeclaredLengthFollowEachOtherWhole() {
    GearmanClient client = connectedClient();
    Task[] second = new Task[1];
    Promise<Void> written = Promise.promise();
    vertx.runOnContext(
        v -> {
          Task first = client.submit(new JobRequest("f").setPayloadLength(2L << 20));
          second[0] = client.submit(new JobRequest("g").setPayloadLength(2L));
          second[0].write(Buffer.buffer("1"));
          // Large pieces: the connection is full and has room again within one write.
          first.write(Buffer.buffer(new byte[1 << 20]));
          first.write(Buffer.buffer(new byte[1 << 20])).onComplete(written);
        });
    Waits.result(written.future());
    assertThat(server.next()).startsWith("SUBMIT_JOB f ");
    client.setClientId("later");
    Waits.result(second[0].write(Buffer.buffer("2")));
    assertThat(server.next()).isEqualTo("SUBMIT_JOB g  12");
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID later");
  }

  @Test
  void handleBeforeTheLastByteOfThePayloadEndsTheConnection() {
    GearmanClient client = connectedClient();
    Task task = client.submit(new JobRequest("f").setPayloadLength(6L));
    Waits.result(task.write(Buffer.buffer("abc")));
    server.send(PacketType.JOB_CREATED, "H:1");
    Waits.failure(task.handle(), ConnectionClosedException.class);
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
  }

  @Test
  void shortPayloadEndsTheConnection() {
    GearmanClient client = client();
    Waits.result(client.setClientId("here"));
    server.next();
    Task task = client.submit(new JobRequest("f").setPayloadLength(6L));
    task.write(Buffer.buffer("abc"));
    PayloadException failure = Waits.failure(task.end(), PayloadException.class);
    assertThat(failure.outcome()).isEqualTo(JobOutcome.UNKNOWN);
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(Waits.failure(task.result(), PayloadException.class)).isSameAs(failure);
  }

  @Test
  void stalledPayloadEndsTheConnection() {
    GearmanClient client = client(server.options().setWriteStallTimeout(50));
    Waits.result(client.setClientId("here"));
    server.next();
    Task task = client.submit(new JobRequest("f").setPayloadLength(6L));
    Waits.failure(task.result(), PayloadException.class);
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
  }

  @Test
  void collectedPayloadIsBounded() {
    GearmanClient client = client(server.options().setMaxPayloadLength(5));
    Task task = client.submit(new JobRequest("f"));
    PayloadException failure =
        Waits.failure(task.write(Buffer.buffer("abcdef")), PayloadException.class);
    assertThat(failure.outcome()).isEqualTo(JobOutcome.NEVER_SENT);
  }

  @Test
  void longPayloadFailsAtTheByteThatIsTooMany() {
    GearmanClient client = connectedClient();
    Task task = client.submit(new JobRequest("f").setPayloadLength(6L));
    Waits.result(task.write(Buffer.buffer("abc")));
    PayloadException failure =
        Waits.failure(task.write(Buffer.buffer("defg")), PayloadException.class);
    assertThat(failure).hasMessageContaining("longer than declared");
    assertThat(failure.outcome()).isEqualTo(JobOutcome.UNKNOWN);
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(Waits.failure(task.completion(), PayloadException.class)).isSameAs(failure);
  }

  @Test
  void payloadOfWrongLengthThatHasNoServerYetWasNeverSent() {
    GearmanClient client = client(new GearmanClientOptions().addServer("127.0.0.1:1"));
    Task tooShort = client.submit(new JobRequest("f").setPayloadLength(6L));
    tooShort.end(Buffer.buffer("abc"));
    Task tooLong = client.submit(new JobRequest("f").setPayloadLength(2L));
    tooLong.write(Buffer.buffer("abc"));
    for (Task task : new Task[] {tooShort, tooLong}) {
      assertThat(Waits.failure(task.result(), PayloadException.class).outcome())
          .isEqualTo(JobOutcome.NEVER_SENT);
    }
  }

  @Test
  void sourceThatFailsBeforeItsEndSendsNothing() {
    GearmanClient client = connectedClient();
    Task task = client.submitJob("f", Pieces.failing("a", "b"));
    PayloadException failure = Waits.failure(task.result(), PayloadException.class);
    assertThat(failure.outcome()).isEqualTo(JobOutcome.NEVER_SENT);
    assertThat(failure).hasRootCauseMessage(Pieces.FAILURE);
    client.setClientId("next");
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID next");
  }

  @Test
  void sourceThatFailsBeforeItsDeclaredEndEndsTheConnection() {
    GearmanClient client = connectedClient();
    Task task = client.submit(new JobRequest("f").setPayloadLength(6L));
    Future<Void> piped = Pieces.failing("a", "b").pipeTo(task);
    assertThat(Waits.failure(task.result(), PayloadException.class).outcome())
        .isEqualTo(JobOutcome.UNKNOWN);
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    Waits.failure(piped, Throwable.class);
  }

  @Test
  void sourceIsCollectedOrStreamedAsTheRequestSays() {
    GearmanClient client = connectedClient();
    client.submitJob("f", Pieces.of("a", "b", "c"));
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  abc");
    Task task = client.submit(new JobRequest("g").setPayloadLength(3L));
    Waits.result(Pieces.of("a", "b", "c").pipeTo(task));
    assertThat(server.next()).isEqualTo("SUBMIT_JOB g  abc");
  }
}

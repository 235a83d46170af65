package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.net.ConnectException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SubmitWireTest extends WireTest {
  @Test
  void everyKindOfRequestIsThePacketThatSaysIt() {
    GearmanClient client = connectedClient();
    Buffer x = Buffer.buffer("x");
    client.submitJob("f", x);
    assertThat(server.next()).isEqualTo("SUBMIT_JOB f  x");
    client.submit(new JobRequest("f", x).setPriority(JobPriority.HIGH).setUniqueId("u"));
    assertThat(server.next()).isEqualTo("SUBMIT_JOB_HIGH f u x");
    client.submit(new JobRequest("f", x).setPriority(JobPriority.LOW).setBackground(true));
    assertThat(server.next()).isEqualTo("SUBMIT_JOB_LOW_BG f  x");
    client.submitJobAt(Instant.ofEpochSecond(77), "f", x);
    assertThat(server.next()).isEqualTo("SUBMIT_JOB_EPOCH f  77 x");
    client.submitJobSchedule("1 2 3 4 5", "f", x);
    assertThat(server.next()).isEqualTo("SUBMIT_JOB_SCHED f  1 2 3 4 5 x");
    client.submit(new JobRequest("f", x).setReducer("r"));
    assertThat(server.next()).isEqualTo("SUBMIT_REDUCE_JOB f  r  x");
  }

  @Test
  void contradictionsAreThrownAtOnce() {
    GearmanClient client = client();
    assertThatThrownBy(
            () -> client.submit(new JobRequest("f").setAtEpochSecond(1L).setSchedule("* * * * *")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> client.submit(new JobRequest("f", Buffer.buffer()).setPayloadLength(1L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JobRequest("a\0b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.submitJob("f", "x").write(Buffer.buffer("y")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> client.submit(new JobRequest("f", Buffer.buffer()).setPriority(null)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JobRequest("f").setSchedule("1\0x 2 3 4 5"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.submitJob("f", (Buffer) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.submitJobBackground("f", (Buffer) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.setClientId(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void jobNotFoundOfAWorkerNeverAnswersASubmit() {
    GearmanClient client = client();
    Task task = client.submitJob("f", "x");
    assertThat(server.next()).startsWith("SUBMIT_JOB ");
    server.send(PacketType.ERROR, "JOB_NOT_FOUND", "Job given in work result not found");
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.WORK_COMPLETE, "H:1", "done");
    assertThat(Waits.result(task.resultText())).isEqualTo("done");
  }

  @Test
  void errorAnswersTheSubmitWhoseTurnItIs() {
    GearmanClient client = connectedClient();
    Future<String> first = client.submitJobBackground("f", "1");
    Future<String> second = client.submitJobBackground("f", "2");
    Future<Buffer> echo = client.echo(Buffer.buffer("e"));
    server.next();
    server.next();
    server.next();
    server.send(PacketType.ERROR, "QUEUE_ERROR", "Job queue is full");
    server.send(PacketType.JOB_CREATED, "H:2");
    server.send(PacketType.ECHO_RES, "e");
    assertThat(Waits.failure(first, ServerErrorException.class).outcome())
        .isEqualTo(JobOutcome.REFUSED);
    assertThat(Waits.result(second)).isEqualTo("H:2");
    assertThat(Waits.result(echo)).hasToString("e");
  }

  @Test
  void answerWithoutARequestEndsTheConnection() {
    GearmanClient client = client();
    Promise<Throwable> error = Promise.promise();
    client.connectionErrorHandler(error::tryComplete);
    client.setClientId("me");
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID me");
    server.send(PacketType.JOB_CREATED, "H:1");
    assertThat(Waits.result(error.future()))
        .isInstanceOf(ConnectionErrorException.class)
        .hasMessageContaining("JOB_CREATED without a request");
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    // It is back at once, and says again who it is.
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID me");
  }

  @Test
  void submitTimeoutProvesThatNothingWasSent() {
    GearmanClientOptions options =
        new GearmanClientOptions().addServer("127.0.0.1:1").setSubmitTimeout(50);
    Task task = client(options).submitJob("f", "x");
    SubmitTimeoutException failure = Waits.failure(task.result(), SubmitTimeoutException.class);
    assertThat(failure.outcome()).isEqualTo(JobOutcome.NEVER_SENT);
    assertThat(Waits.failure(task.handle(), SubmitTimeoutException.class)).isSameAs(failure);
  }

  @Test
  void whoeverWaitedInVainLearnsWhichServerWasToBlameForWhat() {
    GearmanClient client =
        client(new GearmanClientOptions().addServer("127.0.0.1:1").setSubmitTimeout(100));
    Promise<Throwable> error = Promise.promise();
    client.connectionErrorHandler(error::tryComplete);
    Waits.result(error.future());
    for (Future<?> future :
        List.of(
            client.submitJob("f", "x").result(),
            client.submitJobBackground("f", "x"),
            client.echo(Buffer.buffer("x")),
            client.getStatus("H:1"),
            client.admin().version())) {
      assertThat(Waits.failure(future, SubmitTimeoutException.class))
          .hasMessageContaining("127.0.0.1:1: Connection refused")
          .hasCauseInstanceOf(ConnectionErrorException.class)
          .satisfies(
              e ->
                  assertThat(((ConnectionErrorException) e.getCause()).server())
                      .isEqualTo("127.0.0.1:1"))
          .hasRootCauseInstanceOf(ConnectException.class);
    }
  }

  @Test
  void fullSubmitQueueRefusesAtOnce() {
    GearmanClientOptions options =
        new GearmanClientOptions().addServer("127.0.0.1:1").setMaxWaitingBytes(1000);
    GearmanClient client = client(options);
    client.submitJob("f", Buffer.buffer(new byte[1000]));
    Task task = client.submitJob("f", "x");
    assertThat(Waits.failure(task.result(), SubmitQueueFullException.class).outcome())
        .isEqualTo(JobOutcome.NEVER_SENT);
  }

  @Test
  void responseTimeoutLeavesTheOutcomeUnknownAndTheConnectionInStep() {
    GearmanClient client = client(server.options().setResponseTimeout(100));
    Task late = client.submitJob("f", "late");
    server.next();
    assertThat(Waits.failure(late.result(), TaskTimeoutException.class).outcome())
        .isEqualTo(JobOutcome.UNKNOWN);
    Task next = client.submit(new JobRequest("f", Buffer.buffer("n")).setResponseTimeout(0L));
    server.next();
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.JOB_CREATED, "H:2");
    server.send(PacketType.WORK_COMPLETE, "H:1", "late");
    server.send(PacketType.WORK_COMPLETE, "H:2", "next");
    assertThat(Waits.result(next.resultText())).isEqualTo("next");
  }

  @Test
  void coalescedTaskThatGaveUpKeepsItsCopies() {
    GearmanClient client = client();
    Task gone = client.submit(new JobRequest("f", Buffer.buffer("x")).setResponseTimeout(100L));
    Task stays = client.submitJob("f", "x");
    server.next();
    server.next();
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.JOB_CREATED, "H:1");
    Waits.failure(gone.result(), TaskTimeoutException.class);
    for (String copy : new String[] {"a", "a", "b", "b"}) {
      server.send(PacketType.WORK_DATA, "H:1", copy);
    }
    server.send(PacketType.WORK_COMPLETE, "H:1", "c");
    server.send(PacketType.WORK_COMPLETE, "H:1", "c");
    assertThat(Waits.result(stays.resultText())).isEqualTo("abc");
  }

  @Test
  void lostConnectionFailsWithTheHandleOnceThereIsOne() {
    GearmanClient client = client();
    Task created = client.submitJob("f", "1");
    server.next();
    server.send(PacketType.JOB_CREATED, "H:1");
    Waits.result(created.handle());
    Task sent = client.submitJob("f", "2");
    server.next();
    server.cut();
    ConnectionClosedException failure =
        Waits.failure(created.result(), ConnectionClosedException.class);
    assertThat(failure.handle()).isEqualTo("H:1");
    assertThat(failure.outcome()).isEqualTo(JobOutcome.UNKNOWN);
    assertThat(Waits.failure(sent.result(), ConnectionClosedException.class).handle()).isNull();
  }

  @Test
  void closedClientFailsWhatIsPending() {
    GearmanClient client = client();
    Task sent = client.submitJob("f", "1");
    server.next();
    Future<Buffer> result = sent.result();
    Waits.result(client.close());
    assertThat(Waits.failure(result, ClientClosedException.class).outcome())
        .isEqualTo(JobOutcome.UNKNOWN);
    assertThat(
            Waits.failure(client.submitJob("f", "2").result(), ClientClosedException.class)
                .outcome())
        .isEqualTo(JobOutcome.NEVER_SENT);
  }

  @Test
  void closeSendsWhatWasWritten() {
    GearmanClient client = client();
    client.submitJobBackground("f", "first");
    assertThat(server.next()).startsWith("SUBMIT_JOB_BG ");
    client.submitJobBackground("f", "last");
    Waits.result(client.close());
    assertThat(server.next()).isEqualTo("SUBMIT_JOB_BG f  last");
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
  }

  @Test
  void unreadTaskHoldsTheConnectionAndThenFails() {
    GearmanClient client =
        client(server.options().setTaskBufferSize(1000).setReadStallTimeout(200));
    Task slow = client.submitJob("f", "slow").pause();
    Task other = client.submitJob("f", "other");
    server.next();
    server.next();
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.JOB_CREATED, "H:2");
    Waits.result(other.handle());
    server.send(PacketType.WORK_DATA, "H:1", "x".repeat(2000));
    assertThat(Waits.failure(slow.completion(), ReadStalledException.class).handle())
        .isEqualTo("H:1");
    server.send(PacketType.WORK_COMPLETE, "H:2", "goes on");
    assertThat(Waits.result(other.resultText())).isEqualTo("goes on");
  }

  @Test
  void taskWhoseReaderHasLeftHoldsNothingBack() {
    GearmanClient client = client(server.options().setTaskBufferSize(1000));
    Promise<Buffer> first = Promise.promise();
    Task left = client.submitJob("f", "left").handler(first::tryComplete);
    Task other = client.submitJob("f", "other");
    server.next();
    server.next();
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.JOB_CREATED, "H:2");
    server.send(PacketType.WORK_DATA, "H:1", "x");
    Waits.result(first.future());
    left.handler(null);
    settled(client);
    server.send(PacketType.WORK_DATA, "H:1", "x".repeat(2000));
    server.send(PacketType.WORK_COMPLETE, "H:1", "x".repeat(2000));
    server.send(PacketType.WORK_COMPLETE, "H:2", "goes on");
    assertThat(Waits.result(other.resultText())).isEqualTo("goes on");
    Waits.result(left.completion());
    Waits.failure(left.result(), IllegalStateException.class);
  }

  @Test
  void tooLongAResultFailsItsTask() {
    GearmanClient client = client(server.options().setMaxResultLength(10));
    Task task = client.submitJob("f", "x");
    Future<Buffer> result = task.result();
    server.next();
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.WORK_DATA, "H:1", "123456");
    server.send(PacketType.WORK_DATA, "H:1", "123456");
    Waits.failure(result, ResultTooLargeException.class);
  }

  @Test
  void longExceptionIsWholeInItsDataAndShortInItsMessage() {
    Task task = client().submitJob("f", "x");
    server.next();
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.WORK_EXCEPTION, "H:1", "y".repeat(100_000));
    JobThrewException failure = Waits.failure(task.result(), JobThrewException.class);
    assertThat(failure.data().length()).isEqualTo(100_000);
    assertThat(failure.getMessage().length()).isLessThan(1100);
  }

  @Test
  void unknownPacketsAreTold() {
    GearmanClient client = client();
    Promise<UnknownPacket> told = Promise.promise();
    client.unknownPacketHandler(told::tryComplete);
    Waits.result(client.setClientId("here"));
    server.next();
    server.send(PacketType.ALL_YOURS);
    assertThat(Waits.result(told.future()).type()).isEqualTo(PacketType.ALL_YOURS.number());
  }

  @Test
  void refusedStreamingModeIsAConnectionError() {
    server.refusingOptions();
    GearmanClient client = client(server.options().setStreaming(true).setSubmitTimeout(200));
    AtomicInteger connected = new AtomicInteger();
    Promise<Throwable> error = Promise.promise();
    client.connectedHandler(name -> connected.incrementAndGet());
    client.connectionErrorHandler(error::tryComplete);
    assertThat(Waits.result(error.future())).hasMessageContaining("streaming mode is refused");
    Waits.failure(client.submitJob("f", "x").result(), SubmitTimeoutException.class);
    assertThat(connected).hasValue(0);
  }

  @Test
  void serverThatRefusesStreamingModeIsAskedLessAndLess() {
    server.refusingStreaming();
    List<Long> times = new CopyOnWriteArrayList<>();
    CountDownLatch seven = new CountDownLatch(7);
    client(server.options().setStreaming(true).setReconnectDelay(10).setMaxReconnectDelay(1000))
        .connectionErrorHandler(
            e -> {
              times.add(System.nanoTime());
              seven.countDown();
            });
    Waits.reached(seven);
    // 10 + 10 + 20 + 30 + 50 + 80 ms, less 15 %.
    assertThat(times.get(6) - times.get(0)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(170));
  }

  @Test
  void serverThatNeverGrantsStreamingModeIsGivenUp() {
    server.silentOnOptions();
    Promise<Throwable> told = Promise.promise();
    client(server.options().setStreaming(true).setWriteStallTimeout(50))
        .connectionErrorHandler(told::tryComplete);
    assertThat(Waits.result(told.future()))
        .isInstanceOf(ConnectionErrorException.class)
        .hasMessageContaining("streaming");
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
  }

  @Test
  void taskThatMayNotGoToTheOnlyServerThereIsHoldsUpNoOther() {
    GearmanClientOptions options = server.options().setSubmitTimeout(1000);
    options.getServers().get(0).setStreaming(true);
    options.addServer(new ServerOptions("127.0.0.1:1").setStreaming(false));
    GearmanClient client = client(options);
    Task unique = client.submit(new JobRequest("f", Buffer.buffer("stays")).setUniqueId("u"));
    client.submitJobBackground("f", "goes");
    assertThat(server.next()).isEqualTo("SUBMIT_JOB_BG f  goes");
    Waits.failure(unique.result(), SubmitTimeoutException.class);
  }

  @Test
  void newClientIdIsForServersWithAnIdOfTheirOwnToo() {
    GearmanClientOptions options = server.options();
    options.getServers().get(0).setClientId("own");
    GearmanClient client = client(options);
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID own");
    client.setClientId("new");
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID new");
    server.cut();
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID new");
  }

  @Test
  void handlersRunOnTheContextOfCreate() {
    Promise<Boolean> same = Promise.promise();
    vertx.runOnContext(
        v -> {
          io.vertx.core.Context context = vertx.getOrCreateContext();
          GearmanClient client = client();
          client
              .echo(Buffer.buffer("x"))
              .onComplete(e -> same.complete(vertx.getOrCreateContext() == context));
        });
    assertThat(server.next()).isEqualTo("ECHO_REQ x");
    server.send(PacketType.ECHO_RES, "x");
    assertThat(Waits.result(same.future())).isTrue();
  }
}

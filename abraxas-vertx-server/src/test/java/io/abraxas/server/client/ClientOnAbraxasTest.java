package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.InvalidJobException;
import io.abraxas.vertx.JobFailedException;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.JobSchedule;
import io.abraxas.vertx.ServerErrorException;
import io.abraxas.vertx.ServerOptions;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract, and what gearmand lacks: schedules, streaming mode, cancelling, shutdown. */
class ClientOnAbraxasTest extends ClientContract {
  ClientOnAbraxasTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  @Test
  void scheduleIsListedAndCancelled() {
    GearmanClient client = client();
    String handle =
        Await.result(client.submitJobSchedule("30 4 * * 0", "nightly", Buffer.buffer("x")));
    assertThat(Await.result(client.admin().schedules()))
        .extracting(JobSchedule::handle, JobSchedule::function)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(handle, "nightly"));
    Await.result(client.admin().cancelJob(handle));
    assertThat(Await.result(client.admin().schedules())).isEmpty();
    assertThat(Await.failure(client.submitJobSchedule("99 * * * *", "nightly", Buffer.buffer("x"))))
        .isInstanceOf(ServerErrorException.class);
    assertThatThrownBy(() -> client.submitJobSchedule("* *", "nightly", Buffer.buffer("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cancelledJobFails() {
    GearmanClient client = client();
    Task task = client.submitJob("idle", "x");
    String handle = Await.result(task.handle());
    Await.result(client.admin().cancelJob(handle));
    assertThat(Await.failure(task.result())).isInstanceOf(JobFailedException.class);
    assertThat(Await.result(client.getStatus(handle)).known()).isFalse();
  }

  @Test
  void streamingModeSendsWritesAtOnceAndAllowsNoUniqueId() {
    GearmanClient client = client(options().setStreaming(true));
    Promise<String> finish = Promise.promise();
    client.registerWorker(
        "s",
        task -> {
          task.write("first");
          return finish.future();
        });
    Promise<String> first = Promise.promise();
    Task task = client.submitJob("s", "x");
    task.dataHandler(data -> first.tryComplete(data.toString()));
    Future<String> result = task.resultText();
    assertThat(Await.result(first.future())).isEqualTo("first");
    finish.complete("last");
    assertThat(Await.result(result)).isEqualTo("firstlast");
    Task unique = client.submit(new JobRequest("s", Buffer.buffer("x")).setUniqueId("u"));
    assertThat(Await.failure(unique.result()))
        .isInstanceOfSatisfying(
            InvalidJobException.class,
            e -> assertThat(e.outcome()).isEqualTo(JobOutcome.NEVER_SENT));
  }

  @Test
  void lostStreamingWorkerFailsTheJob() {
    GearmanClient worker = client(options().setStreaming(true));
    Promise<WorkerTask> running = Promise.promise();
    Promise<Void> lost = Promise.promise();
    worker.registerTaskWorker(
        "s",
        task -> {
          task.connectionLostHandler(lost::complete);
          running.complete(task);
        });
    Task task = client().submitJob("s", "x");
    Await.result(running.future());
    Await.result(worker.close());
    Await.result(lost.future());
    assertThat(Await.failure(task.result())).isInstanceOf(JobFailedException.class);
  }

  @Test
  void reduceJobNamesItsReducer() {
    GearmanClient client = client();
    client.registerValueWorker("map", WorkerTask::reducer);
    Task task = client.submit(new JobRequest("map", Buffer.buffer("x")).setReducer("sum"));
    assertThat(Await.result(task.resultText())).isEqualTo("sum");
  }

  @Test
  void jobsTakeTurnsOverServersAndWorkersServeAll() throws Exception {
    try (ServerUnderTest other = ServerUnderTest.Kind.ABRAXAS.start()) {
      GearmanClientOptions options =
          options().addServer(new ServerOptions("127.0.0.1:" + other.port())).setMaxJobs(2);
      GearmanClient worker = client(options);
      worker.registerValueWorker("where", WorkerTask::server);
      GearmanClient client = client(options);
      List<String> servers = new ArrayList<>();
      while (client.connectedServers().size() < 2) {
        Await.result(client.echo(Buffer.buffer("x")));
      }
      for (int i = 0; i < 10; i++) {
        servers.add(Await.result(client.submitJob("where", "").resultText()));
      }
      assertThat(servers)
          .containsOnly(
              options.getServers().get(0).getAddress(), options.getServers().get(1).getAddress());
      assertThat(servers.stream().filter(servers.get(0)::equals)).hasSize(5);
      assertThat(Await.result(client.admin().status()).get(0).workers()).isEqualTo(2);
      assertThat(Await.result(client.admin().version())).hasSize(2);
    }
  }

  @Test
  void maxqueueHoldsForServersThatConnectLater() throws Exception {
    int port;
    try (ServerUnderTest first = ServerUnderTest.Kind.ABRAXAS.start()) {
      port = first.port();
    }
    GearmanClient client = client(options().addServer(new ServerOptions("127.0.0.1:" + port)));
    Await.result(client.admin().maxqueue("idle", 2));
    Promise<Void> connected = Promise.promise();
    client.connectedHandler(
        address -> {
          if (address.endsWith(":" + port)) {
            connected.tryComplete();
          }
        });
    GearmanServer late =
        GearmanServer.create(vertx, new GearmanServerOptions().setHost("127.0.0.1").setPort(port));
    Await.result(late.listen());
    Await.result(connected.future());
    // Its answer comes after that of the maxqueue before it.
    Await.result(client.admin().version());
    GearmanClient other = client(new GearmanClientOptions().addServer("127.0.0.1:" + port));
    Await.result(other.submitJobBackground("idle", "1"));
    Await.result(other.submitJobBackground("idle", "2"));
    assertThat(Await.failure(other.submitJobBackground("idle", "3")))
        .isInstanceOf(ServerErrorException.class);
    Await.result(late.close());
  }

  @Test
  void statusOfAJobAddsUpServers() throws Exception {
    try (ServerUnderTest other = ServerUnderTest.Kind.ABRAXAS.start()) {
      GearmanClientOptions both =
          options().addServer(new ServerOptions("127.0.0.1:" + other.port()));
      GearmanClient client = client(both);
      while (client.connectedServers().size() < 2) {
        Await.result(client.echo(Buffer.buffer("x")));
      }
      for (int i = 0; i < 2; i++) {
        Task task = client.submit(new JobRequest("idle", Buffer.buffer("x")).setUniqueId("twice"));
        Await.result(task.handle());
      }
      // One waits at each server.
      assertThat(Await.result(client.getStatusByUnique("twice")).waitingClients()).isEqualTo(2);
    }
  }

  @Test
  void textGoesInAndOutInItsEncoding() {
    GearmanClient client = client(options().setDefaultEncoding("ISO-8859-1"));
    client.registerValueWorker("bytes", task -> task.payload().length() + task.payloadText());
    assertThat(Await.result(client.submitJob("bytes", "äöü").resultText())).isEqualTo("3äöü");
    Task utf8 = client.submit(new JobRequest("bytes", Buffer.buffer("äöü")).setEncoding("UTF-8"));
    assertThat(Await.result(utf8.resultText())).isEqualTo("6äöü");
  }

  @Test
  void shutdownStopsTheServer() {
    GearmanClient client = client();
    String address = address();
    Await.result(client.echo(Buffer.buffer("x")));
    Promise<String> gone = Promise.promise();
    client.disconnectedHandler(gone::tryComplete);
    Await.result(client.admin().shutdown(true));
    assertThat(Await.result(gone.future())).isEqualTo(address);
  }

  @Test
  void logsOfPacketsAndTrafficChangeNothing() {
    GearmanClient client = client(options().setPacketLog(true).setTrafficLog(true));
    client.registerValueWorker("same", WorkerTask::payload);
    assertThat(Await.result(client.submitJob("same", "logged").resultText())).isEqualTo("logged");
  }
}

package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.LogCapture;
import io.abraxas.vertx.ClientClosedException;
import io.abraxas.vertx.ConnectedPeer;
import io.abraxas.vertx.ConnectionClosedException;
import io.abraxas.vertx.ConnectionErrorException;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.JobFailedException;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.Worker;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that clients of the same Vert.x reach by its name. */
class LocalServerTest {
  /** So long that no test would see a second attempt. */
  private static final long NEVER = 3_600_000;

  private final LogCapture log = LogCapture.start();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
    log.close();
  }

  private static GearmanClientOptions options() {
    return new GearmanClientOptions().addServer(LocalServer.ADDRESS);
  }

  private GearmanClient client() {
    return GearmanClient.create(vertx, options().setReconnectDelay(5).setMaxReconnectDelay(20));
  }

  private GearmanClient patientClient() {
    return patientClient(client -> {});
  }

  /** A client whose handlers are set before it does anything. */
  private GearmanClient patientClient(Consumer<GearmanClient> handlers) {
    Promise<GearmanClient> made = Promise.promise();
    vertx.runOnContext(
        start -> {
          GearmanClient client =
              GearmanClient.create(
                  vertx, options().setReconnectDelay(NEVER).setMaxReconnectDelay(NEVER));
          handlers.accept(client);
          made.complete(client);
        });
    return Await.result(made.future());
  }

  @Test
  void clientThatComesFirstIsToldAndConnectedAsSoonAsTheServerIsThere() {
    Promise<Throwable> error = Promise.promise();
    Promise<String> connected = Promise.promise();
    GearmanClient client =
        patientClient(
            one ->
                one.connectionErrorHandler(error::tryComplete)
                    .connectedHandler(connected::tryComplete));
    assertThat(Await.result(error.future()))
        .isInstanceOf(ConnectionErrorException.class)
        .hasMessageContaining("no Gearman server in this Vert.x has the local name \"here\"");
    LocalServer.start(vertx);
    Await.result(connected.future());
    client.registerValueWorker("f", task -> "done");
    assertThat(Await.result(client.submitJob("f", "").resultText())).isEqualTo("done");
  }

  @Test
  void serverGoesAndComesBackAndClientsWithIt() {
    LocalServer first = LocalServer.start(vertx);
    GearmanClient worker = patientClient();
    worker.registerValueWorker("f", task -> "done");
    GearmanClient client = patientClient();
    assertThat(Await.result(client.submitJob("f", "").resultText())).isEqualTo("done");
    Task lost = client.submitJob("nobody does it", "");
    Await.result(lost.handle());
    first.close();
    assertThat(Await.failure(lost.result())).isInstanceOf(ConnectionClosedException.class);
    Future<String> waiting = client.submitJob("f", "").resultText();
    LocalServer.start(vertx);
    assertThat(Await.result(waiting)).isEqualTo("done");
  }

  @Test
  void nameIsForOneServerInAVertx() {
    LocalServer first = LocalServer.start(vertx);
    GearmanServer second =
        GearmanServer.create(vertx, LocalServer.options().setListen(List.of("127.0.0.1:0")));
    assertThat(Await.failure(second.listen()))
        .isInstanceOf(BindException.class)
        .hasMessage(
            "cannot listen on local:here: another Gearman server in this Vert.x has the local name"
                + " \"here\"");
    assertThat(second.addresses()).isEmpty();
    Vertx other = Vertx.vertx();
    LocalServer.start(other).close();
    Await.result(other.close());
    first.close();
    LocalServer.start(vertx);
  }

  @Test
  void withoutSocketsItNeedsAName() {
    GearmanServer server =
        GearmanServer.create(vertx, new GearmanServerOptions().setListen(List.of()));
    assertThat(Await.failure(server.listen()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nobody could connect");
  }

  @Test
  void itMayHaveSocketsToo() {
    GearmanServer without = LocalServer.start(vertx).server();
    assertThat(without.addresses()).containsExactly("local:here");
    assertThat(without.actualPort()).isEqualTo(-1);
    Await.result(without.close());
    assertThat(without.addresses()).isEmpty();
    GearmanServer both =
        LocalServer.start(vertx, LocalServer.options().addListen("127.0.0.1:0")).server();
    assertThat(both.addresses()).containsExactly("127.0.0.1:" + both.actualPort(), "local:here");
    client().registerValueWorker("where", WorkerTask::server);
    GearmanClient remote =
        GearmanClient.create(
            vertx, new GearmanClientOptions().addServer("127.0.0.1:" + both.actualPort()));
    assertThat(Await.result(remote.submitJob("where", "").resultText())).isEqualTo("local:here");
    assertThat(Await.result(remote.admin().workers()))
        .extracting(ConnectedPeer::ip)
        .containsExactlyInAnyOrder("local", "127.0.0.1");
  }

  @Test
  void connectionsAboveTheLimitAreRefused() {
    LocalServer.start(
        vertx,
        LocalServer.options().setConnectionOptions(new ConnectionOptions().setMaxConnections(1)));
    GearmanClient first = client();
    Await.result(first.echo(Buffer.buffer("x")));
    GearmanClient second = client();
    Promise<String> refused = Promise.promise();
    second.disconnectedHandler(refused::tryComplete);
    Await.result(refused.future());
    Await.result(first.close());
    Await.result(second.echo(Buffer.buffer("x")));
  }

  @Test
  void drainFinishesRunningJobsAndRefusesNewConnections() {
    LocalServer server = LocalServer.start(vertx);
    Promise<String> finish = Promise.promise();
    Promise<WorkerTask> running = Promise.promise();
    client()
        .registerWorker(
            "f",
            task -> {
              running.tryComplete(task);
              return finish.future();
            });
    Future<String> result = client().submitJob("f", "").resultText();
    Await.result(running.future());
    Future<Void> drained = server.server().drain();
    Promise<Throwable> error = Promise.promise();
    patientClient(late -> late.connectionErrorHandler(error::tryComplete));
    Await.result(error.future());
    assertThat(drained.isComplete()).isFalse();
    finish.complete("done");
    assertThat(Await.result(result)).isEqualTo("done");
    Await.result(drained);
  }

  @Test
  void closedClientSendsWhatItHasAndFailsTheRest() {
    LocalServer server = LocalServer.start(vertx);
    GearmanClient client = client();
    Task pending = client.submitJob("f", "");
    Await.result(pending.handle());
    List<Future<String>> handles = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      handles.add(client.submitJobBackground("f", "x"));
    }
    Await.result(client.close());
    assertThat(Await.failure(pending.result())).isInstanceOf(ClientClosedException.class);
    GearmanClient other = client();
    // The job that was waited for goes with its client.
    Awaitility.await().until(() -> Await.result(other.admin().status()).get(0).total() == 100);
    handles.forEach(handle -> assertThat(handle.isComplete()).isTrue());
    server.close();
  }

  @Test
  void givingBackCostsNoRetry() {
    LocalServer.start(vertx, LocalServer.options().setJobRetries(1));
    assertThat(Await.result(afterGivingBack(client(), 5))).isEqualTo("done");
  }

  @Test
  void givingBackOverASocketCostsARetry() {
    GearmanServer server =
        LocalServer.start(vertx, LocalServer.options().addListen("127.0.0.1:0").setJobRetries(2))
            .server();
    GearmanClientOptions options =
        new GearmanClientOptions().addServer("127.0.0.1:" + server.actualPort());
    assertThat(Await.failure(afterGivingBack(GearmanClient.create(vertx, options), 2)))
        .isInstanceOf(JobFailedException.class);
  }

  /** The result of a job that its worker gives back so often before it does it. */
  private Future<String> afterGivingBack(GearmanClient client, int times) {
    AtomicInteger left = new AtomicInteger(times);
    Promise<Worker> self = Promise.promise();
    Worker worker =
        client.registerTaskWorker(
            "f",
            task -> {
              if (left.getAndDecrement() > 0) {
                task.giveBack().compose(v -> self.future()).compose(Worker::resume);
              } else {
                task.end("done");
              }
            });
    self.complete(worker);
    return client().submitJob("f", "").resultText();
  }

  @Test
  void lostWorkerCostsARetryAsOverASocket() {
    LocalServer.start(vertx, LocalServer.options().setJobRetries(1));
    GearmanClient worker = client();
    Promise<WorkerTask> running = Promise.promise();
    worker.registerTaskWorker("f", running::tryComplete);
    Task task = client().submitJob("f", "");
    Await.result(running.future());
    Await.result(worker.close());
    assertThat(Await.failure(task.result())).isInstanceOf(JobFailedException.class);
    assertThat(log.lines())
        .anySatisfy(line -> assertThat(line).contains(" from local was lost with 1 jobs running"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyJobComesBack(int loops) throws InterruptedException {
    everyJobComesBack(10_000, loops);
  }

  @ParameterizedTest
  @Tag("soak")
  @ValueSource(ints = {1, 2, 3})
  void everyOneOfHundredThousandJobsComesBack(int loops) throws InterruptedException {
    everyJobComesBack(100_000, loops);
  }

  private static void everyJobComesBack(int jobs, int loops) throws InterruptedException {
    Vertx busy =
        Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(loops == 2));
    LocalServer.start(busy);
    GearmanClient.create(busy, options().setMaxJobs(64))
        .registerValueWorker("same", WorkerTask::payload);
    GearmanClient client = GearmanClient.create(busy, options());
    AtomicInteger right = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(jobs);
    Semaphore window = new Semaphore(1000);
    for (int i = 0; i < jobs; i++) {
      String text = "payload " + i;
      window.acquire();
      client
          .submitJob("same", text)
          .resultText()
          .onComplete(
              done -> {
                if (text.equals(done.result())) {
                  right.incrementAndGet();
                }
                window.release();
                ended.countDown();
              });
    }
    assertThat(ended.await(120, TimeUnit.SECONDS)).isTrue();
    assertThat(right).hasValue(jobs);
    Await.result(busy.close());
  }
}

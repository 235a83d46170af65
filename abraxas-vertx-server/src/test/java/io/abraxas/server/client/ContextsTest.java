package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerOptions;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where handlers run, whatever the client was created on, and how servers are reached. */
class ContextsTest extends ClientTest {
  ContextsTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  /** Pauses after each piece, and records pieces that come although it is paused. */
  private final class Reader extends AbstractVerticle {
    private final Promise<String> outcome = Promise.promise();
    private final List<String> pieces = new ArrayList<>();
    private boolean paused;
    private int tooMany;

    @Override
    public void start() {
      Context own = context;
      GearmanClient client = GearmanClient.create(vertx, options());
      Task task = client.submitJob("pieces", "");
      task.endHandler(end -> outcome.complete(tooMany + " too many of " + pieces.size()));
      task.exceptionHandler(outcome::fail);
      task.handler(
          piece -> {
            tooMany += paused || vertx.getOrCreateContext() != own ? 1 : 0;
            pieces.add(piece.toString());
            task.pause();
            paused = true;
            vertx.setTimer(
                1,
                t -> {
                  paused = false;
                  task.fetch(1);
                });
          });
    }
  }

  private String readOn(ThreadingModel model) {
    client()
        .registerTaskWorker(
            "pieces",
            new WorkerOptions().setStreaming(true),
            task -> {
              for (int i = 0; i < 50; i++) {
                task.write("piece " + i);
              }
              task.end();
            });
    Reader reader = new Reader();
    String id =
        Await.result(
            vertx.deployVerticle(reader, new DeploymentOptions().setThreadingModel(model)));
    String outcome = Await.result(reader.outcome.future());
    // Its client is closed with the verticle.
    Await.result(vertx.undeploy(id));
    return outcome;
  }

  @Test
  void pauseIsObeyedOnAnEventLoop() {
    assertThat(readOn(ThreadingModel.EVENT_LOOP)).isEqualTo("0 too many of 50");
  }

  @Test
  void pauseIsObeyedOnAWorkerContext() {
    assertThat(readOn(ThreadingModel.WORKER)).isEqualTo("0 too many of 50");
  }

  @Test
  void clientIsClosedWithItsVerticle() {
    Promise<GearmanClient> created = Promise.promise();
    AbstractVerticle verticle =
        new AbstractVerticle() {
          @Override
          public void start() {
            created.complete(GearmanClient.create(vertx, options()));
          }
        };
    String id = Await.result(vertx.deployVerticle(verticle));
    GearmanClient client = Await.result(created.future());
    Await.result(client.echo(Buffer.buffer("x")));
    Await.result(vertx.undeploy(id));
    assertThat(Await.failure(client.echo(Buffer.buffer("x")))).hasMessageContaining("closed");
  }

  @Test
  void unixSocketsWork(@TempDir Path directory) {
    Vertx nativeVertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    String address = "unix:" + directory.resolve("g.sock");
    GearmanServer unix =
        GearmanServer.create(nativeVertx, new GearmanServerOptions().setListen(List.of(address)));
    Await.result(unix.listen());
    GearmanClient client =
        GearmanClient.create(nativeVertx, new GearmanClientOptions().addServer(address));
    assertThat(Await.result(client.echo(Buffer.buffer("x")))).hasToString("x");
    Await.result(client.close());
    Await.result(unix.close());
    Await.result(nativeVertx.close());
  }
}

package io.abraxas.server.eventbus;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.JobBridge;
import io.abraxas.vertx.eventbus.JobBridgeOptions;
import io.abraxas.vertx.eventbus.TaskPublisher;
import io.abraxas.vertx.eventbus.TaskPublisherOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;

/** A process with server, bridges and a worker, for {@link TwoProcessesTest}. */
final class BridgeNode {
  private BridgeNode() {}

  /** Arguments: cluster, its own port, that of the other. Ends with its input. */
  public static void main(String[] args) throws IOException {
    Vertx vertx = BusNode.start(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    GearmanClientOptions client = new GearmanClientOptions().addServer("local:main");
    GearmanServer.create(vertx, new GearmanServerOptions().setListen(List.of()).setLocal("main"))
        .listen()
        .compose(
            listens ->
                JobBridge.create(
                        vertx, new JobBridgeOptions().addFunction("same").setClient(client))
                    .start())
        .compose(
            started ->
                TaskPublisher.create(
                        vertx,
                        new TaskPublisherOptions()
                            .addFunction("plain", "plain.tasks")
                            .setClient(client))
                    .start())
        .onSuccess(
            started -> {
              GearmanClient worker = GearmanClient.create(vertx, client);
              worker.registerValueWorker("same", WorkerTask::payload);
              worker.registerTaskWorker("throws", task -> task.fail("why"));
              System.out.println("ready");
            })
        .onFailure(Throwable::printStackTrace);
    while (System.in.read() >= 0) {
      // Only its end counts.
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}

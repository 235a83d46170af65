package io.abraxas.server.release;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;

/** An application's worker, which has its jobs done at the other end of the event bus. */
public final class WorkerVerticle extends VerticleBase {
  static final String FUNCTION = "shout";

  private GearmanClient client;

  @Override
  public Future<?> start() {
    String server = "127.0.0.1:" + config().getInteger("gearman");
    client = GearmanClient.create(vertx, new GearmanClientOptions().addServer(server));
    client.registerWorker(
        FUNCTION,
        task ->
            vertx
                .eventBus()
                .<String>request(ShoutVerticle.ADDRESS, task.payloadText())
                .map(Message::body));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return client.shutdown();
  }
}

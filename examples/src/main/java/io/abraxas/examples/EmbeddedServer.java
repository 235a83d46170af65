package io.abraxas.examples;

import io.abraxas.server.GearmanServerVerticle;
import io.abraxas.vertx.GearmanWorkerVerticle;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Everything in one JVM, without a port: the server, a worker, and a bridge that takes jobs over
 * the event bus.
 */
public final class EmbeddedServer {
  private EmbeddedServer() {}

  // tag::worker[]
  /** The worker: a verticle that names its function and does its jobs. */
  public static class ToUpper extends GearmanWorkerVerticle {
    /** Does the function {@code toUpper}. */
    public ToUpper() {
      super("toUpper");
    }

    @Override
    protected Future<?> work(WorkerTask task) {
      return Future.succeededFuture(task.payloadText().toUpperCase(Locale.ROOT));
    }
  }

  // end::worker[]

  static Future<String> run(Vertx vertx) {
    // tag::run[]
    // No socket, and a name: clients in this Vert.x find the server as local:jobs.
    JsonObject server = new JsonObject().put("local", "jobs").put("listen", new JsonArray());
    JsonObject client = new JsonObject().put("servers", new JsonArray().add("local:jobs"));
    JsonObject bridge =
        new JsonObject().put("client", client).put("functions", new JsonArray().add("toUpper"));

    return vertx
        .deployVerticle(new GearmanServerVerticle(), new DeploymentOptions().setConfig(server))
        .compose(
            id ->
                vertx.deployVerticle(
                    ToUpper.class, new DeploymentOptions().setConfig(client).setInstances(2)))
        .compose(
            id ->
                vertx.deployVerticle(
                    new JobBridgeVerticle(), new DeploymentOptions().setConfig(bridge)))
        .compose(id -> vertx.eventBus().<String>request("abraxas.jobs.toUpper", "hello, world"))
        .map(Message::body);
    // end::run[]
  }

  /** Takes nothing: the server is here. */
  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      System.out.println(run(vertx).await(30, TimeUnit.SECONDS));
    } finally {
      vertx.close();
    }
  }
}

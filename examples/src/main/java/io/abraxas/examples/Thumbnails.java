package io.abraxas.examples;

import io.abraxas.vertx.GearmanWorkerVerticle;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Thumbnails of pictures, made by verticles that may block, with progress on the event bus. */
public final class Thumbnails {
  private static final int PICTURES = 6;
  private static final int WIDTH = 960;
  private static final int HEIGHT = 720;

  private Thumbnails() {}

  // tag::worker[]
  /** Makes a thumbnail of a picture: read it, halve it until it is small, write it. */
  public static class Maker extends GearmanWorkerVerticle {
    private static final int MAX_WIDTH = 120;

    /** Does the function {@code thumbnail}. */
    public Maker() {
      super("thumbnail");
    }

    @Override
    protected Future<?> work(WorkerTask task) throws IOException {
      BufferedImage picture = Pictures.read(task.payload());
      int steps =
          Integer.numberOfTrailingZeros(Integer.highestOneBit(picture.getWidth() / MAX_WIDTH));
      for (int step = 1; step <= steps; step++) {
        picture = Pictures.half(picture);
        task.status(step, steps);
      }
      return Future.succeededFuture(Pictures.png(picture));
    }
  }

  // end::worker[]

  static Future<String> run(Vertx vertx, String server) {
    JsonObject client = new JsonObject().put("servers", new JsonArray().add(server));
    DeploymentOptions makers =
        new DeploymentOptions()
            .setConfig(client)
            .setInstances(2)
            .setThreadingModel(ThreadingModel.WORKER);
    DeploymentOptions bridge =
        new DeploymentOptions().setConfig(new JsonObject().put("client", client));
    return vertx
        .deployVerticle(Maker.class, makers)
        .compose(id -> vertx.deployVerticle(new JobBridgeVerticle(), bridge))
        .compose(id -> makeAll(vertx.eventBus()));
  }

  // tag::client[]
  private static Future<String> makeAll(EventBus bus) {
    AtomicInteger steps = new AtomicInteger();
    bus.<JsonObject>localConsumer(
        "thumbnails.progress",
        message -> {
          if ("status".equals(message.headers().get("kind"))) {
            steps.incrementAndGet();
          }
        });

    DeliveryOptions job =
        new DeliveryOptions()
            .addHeader("function", "thumbnail")
            .addHeader("progress", "thumbnails.progress");
    List<Future<Message<Buffer>>> replies = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      replies.add(bus.request("abraxas.jobs", Pictures.draw(WIDTH, HEIGHT, i), job));
    }
    return Future.all(replies).map(all -> sizes(replies) + " in " + steps.get() + " steps");
  }

  // end::client[]

  private static String sizes(List<Future<Message<Buffer>>> replies) {
    List<String> sizes =
        replies.stream().map(reply -> Pictures.size(reply.result().body())).distinct().toList();
    return replies.size() + " thumbnails of " + String.join(", ", sizes);
  }

  /** Takes the address of a server. */
  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      String server = args.length > 0 ? args[0] : "127.0.0.1:4730";
      System.out.println(run(vertx, server).await(60, TimeUnit.SECONDS));
    } finally {
      vertx.close();
    }
  }
}

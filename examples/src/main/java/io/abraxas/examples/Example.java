package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Runs an example: connects, prints what it comes to, and closes everything. */
final class Example {
  private static final long SECONDS = 30;

  private Example() {}

  static void run(String[] args, Function<GearmanClient, Future<String>> example) {
    Vertx vertx = Vertx.vertx();
    try {
      GearmanClientOptions options = new GearmanClientOptions();
      if (args.length > 0) {
        options.addServer(args[0]);
      }
      GearmanClient client = GearmanClient.create(vertx, options);
      System.out.println(example.apply(client).await(SECONDS, TimeUnit.SECONDS));
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("no server, or no answer", e);
    } finally {
      vertx.close();
    }
  }
}

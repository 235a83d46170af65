package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Runs an example: connects, prints what it comes to, and closes everything. */
final class Example {
  private static final long SECONDS = 30;

  private Example() {}

  static void run(String[] args, Function<GearmanClient, Future<String>> example) {
    run(args, SECONDS, (vertx, client) -> example.apply(client));
  }

  static void run(
      String[] args, long seconds, BiFunction<Vertx, GearmanClient, Future<String>> example) {
    Vertx vertx = Vertx.vertx();
    try {
      GearmanClientOptions options = new GearmanClientOptions();
      if (args.length > 0) {
        options.addServer(args[0]);
      }
      GearmanClient client = GearmanClient.create(vertx, options);
      System.out.println(example.apply(vertx, client).await(seconds, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      throw new IllegalStateException("no server, or no answer", e);
    } finally {
      vertx.close();
    }
  }
}

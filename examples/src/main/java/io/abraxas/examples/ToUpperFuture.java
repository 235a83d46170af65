package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The worker's handler returns a future: the job ends when that completes. */
public final class ToUpperFuture {
  private ToUpperFuture() {}

  static Future<String> run(GearmanClient client) {
    // tag::all[]
    client.registerWorker("toUpper", task -> slowly(task.payloadText()));
    return client.submitJob("toUpper", "hello, world").resultText();
    // end::all[]
  }

  /** Stands for a database, a web service, or whatever takes its time. */
  private static Future<String> slowly(String text) {
    return Vertx.currentContext()
        .owner()
        .timer(10, TimeUnit.MILLISECONDS)
        .map(done -> text.toUpperCase(Locale.ROOT));
  }

  /** Takes the address of a server. */
  public static void main(String[] args) {
    Example.run(args, ToUpperFuture::run);
  }
}

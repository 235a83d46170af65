package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.vertx.core.Vertx;
import java.util.Locale;

/** From nothing to the first result, at 127.0.0.1:4730 or where GEARMAN_SERVERS says. */
public final class FirstJob {
  private FirstJob() {}

  /** Goes on until it is stopped, as a worker does. */
  public static void main(String[] args) {
    // tag::all[]
    Vertx vertx = Vertx.vertx();
    GearmanClient client = GearmanClient.create(vertx);
    client.registerValueWorker("toUpper", task -> task.payloadText().toUpperCase(Locale.ROOT));
    client.submitJob("toUpper", "hello, world").resultText().onSuccess(System.out::println);
    // end::all[]
  }
}

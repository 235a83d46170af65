package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.vertx.core.Future;
import java.util.Locale;

/** The shortest way: the worker's handler returns the result. */
public final class ToUpperValue {
  private ToUpperValue() {}

  static Future<String> run(GearmanClient client) {
    // tag::all[]
    client.registerValueWorker("toUpper", task -> task.payloadText().toUpperCase(Locale.ROOT));
    return client.submitJob("toUpper", "hello, world").resultText();
    // end::all[]
  }

  /** Takes the address of a server. */
  public static void main(String[] args) {
    Example.run(args, ToUpperValue::run);
  }
}

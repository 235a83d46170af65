package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Locale;

/** The worker writes its result piece by piece, and the client reads each as it comes. */
public final class ToUpperStream {
  private ToUpperStream() {}

  static Future<String> run(GearmanClient client) {
    // tag::all[]
    client.registerTaskWorker(
        "toUpper",
        new WorkerOptions().setStreaming(true),
        task -> {
          for (String word : task.payloadText().split(" ", -1)) {
            task.write(word.toUpperCase(Locale.ROOT) + " ");
          }
          task.end();
        });

    Promise<String> whole = Promise.promise();
    StringBuilder text = new StringBuilder();
    client
        .submitJob("toUpper", "hello, world")
        .handler(piece -> text.append(piece))
        .exceptionHandler(whole::fail)
        .endHandler(end -> whole.complete(text.toString().trim()));
    return whole.future();
    // end::all[]
  }

  /** Takes the address of a server. */
  public static void main(String[] args) {
    Example.run(args, ToUpperStream::run);
  }
}

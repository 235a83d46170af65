package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/** A job on a schedule: the server queues it every minute, whoever is connected. */
public final class CronJob {
  /** Until the next full minute, and some room. */
  private static final long SECONDS = 90;

  private CronJob() {}

  static Future<String> run(GearmanClient client) {
    Promise<String> ran = Promise.promise();
    // tag::all[]
    client.registerValueWorker(
        "report",
        task -> {
          ran.tryComplete("a report on " + task.payloadText());
          return "";
        });

    // Minute, hour, day of the month, month, day of the week.
    return client
        .submitJobSchedule("* * * * *", "report", Buffer.buffer("sales"))
        .compose(
            handle ->
                ran.future().compose(done -> client.admin().cancelJob(handle).map(v -> done)));
    // end::all[]
  }

  /** Takes the address of a server. */
  public static void main(String[] args) {
    Example.run(args, SECONDS, (vertx, client) -> run(client));
  }
}

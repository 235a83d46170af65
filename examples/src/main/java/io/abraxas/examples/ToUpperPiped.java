package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerOptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * Piped both ways: the client pipes its payload in and the result out, the worker pipes through.
 * Nothing is held in memory beyond the high-water marks on the way.
 */
public final class ToUpperPiped {
  private ToUpperPiped() {}

  static Future<String> run(GearmanClient client) {
    // tag::all[]
    client.registerStreamWorker(
        "toUpper", new WorkerOptions().setStreaming(true), task -> new UpperCase(task));

    Buffer text = Buffer.buffer("hello, world");
    Task task = client.submit(new JobRequest("toUpper").setPayloadLength((long) text.length()));
    task.end(text);
    Collector collector = new Collector();
    return task.pipeTo(collector).map(done -> collector.text());
    // end::all[]
  }

  /** Takes the address of a server. */
  public static void main(String[] args) {
    Example.run(args, ToUpperPiped::run);
  }
}

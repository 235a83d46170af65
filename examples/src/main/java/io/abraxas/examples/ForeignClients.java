package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.WorkerOptions;
import io.abraxas.vertx.WorkerThreading;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A worker in Java for programs in PHP and Perl: {@code client.php} and {@code client.pl} beside
 * the sources ask it for a digest, and show its progress.
 */
public final class ForeignClients {
  private static final int ROUNDS = 4;

  private ForeignClients() {}

  // tag::worker[]
  static void serve(GearmanClient client) {
    client.registerValueWorker(
        "digest",
        // The digest takes its time, which no event loop has.
        new WorkerOptions().setThreading(WorkerThreading.WORKER_POOL),
        task -> {
          byte[] text = task.payload().getBytes();
          for (int round = 1; round <= ROUNDS; round++) {
            text = sha256(text);
            task.status(round, ROUNDS);
          }
          return new JsonObject()
              .put("function", task.function())
              .put("digest", HexFormat.of().formatHex(text));
        });
  }

  // end::worker[]

  private static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes the address of a server, and goes on until it is stopped. */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    GearmanClientOptions options = new GearmanClientOptions().setClientId("digests");
    if (args.length > 0) {
      options.addServer(args[0]);
    }
    GearmanClient client = GearmanClient.create(vertx, options);
    client.connectedHandler(server -> System.out.println("serving digests at " + server));
    serve(client);
  }
}

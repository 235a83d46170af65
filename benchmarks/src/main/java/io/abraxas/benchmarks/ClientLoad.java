package io.abraxas.benchmarks;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * The library as a load on any Gearman server, one process for each role.
 *
 * <pre>
 * java -cp benchmarks.jar io.abraxas.benchmarks.ClientLoad worker HOST:PORT MAX_JOBS
 * java -cp benchmarks.jar io.abraxas.benchmarks.ClientLoad client HOST:PORT WINDOW SECONDS
 * </pre>
 *
 * <p>The worker echoes 64 bytes until it is killed. The client keeps a window of jobs under way, a
 * third of the time to warm up, then prints jobs a second and quantiles of the latency.
 */
public final class ClientLoad {
  private static final String FUNCTION = "load";
  static final int PAYLOAD_BYTES = 64;
  private static final int MAX_SAMPLES = 1 << 20;

  private final Supplier<Future<?>> request;
  private final long[] samples = new long[MAX_SAMPLES];
  private final Promise<Void> done = Promise.promise();
  private final long startNanos = System.nanoTime();
  private final long measureNanos;
  private final long endNanos;
  private long count;
  private long failures;

  /**
   * @param request makes one more
   */
  ClientLoad(Supplier<Future<?>> request, double seconds) {
    this.request = request;
    this.measureNanos = startNanos + (long) (seconds / 3 * 1e9);
    this.endNanos = startNanos + (long) (seconds * 1e9);
  }

  /** Runs one role. */
  public static void main(String[] args) throws InterruptedException {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    GearmanClientOptions options = new GearmanClientOptions().addServer(args[1]);
    if (args[0].equals("worker")) {
      GearmanClient worker =
          GearmanClient.create(vertx, options.setMaxJobs(Integer.parseInt(args[2])));
      worker.registerValueWorker(FUNCTION, task -> task.payload());
      new CountDownLatch(1).await();
    } else {
      int window = Integer.parseInt(args[2]);
      double seconds = Double.parseDouble(args[3]);
      vertx.runOnContext(
          start -> {
            GearmanClient client = GearmanClient.create(vertx, options);
            Buffer payload = Buffer.buffer(new byte[PAYLOAD_BYTES]);
            new ClientLoad(() -> client.submitJob(FUNCTION, payload).result(), seconds)
                .run(window)
                .compose(end -> client.close())
                .eventually(vertx::close)
                .onFailure(Throwable::printStackTrace);
          });
    }
  }

  /** Keeps so many under way; called on an event loop. */
  Future<Void> run(int window) {
    for (int i = 0; i < window; i++) {
      next();
    }
    return done.future();
  }

  private void next() {
    long begin = System.nanoTime();
    if (begin >= endNanos) {
      finish();
      return;
    }
    Future<?> result = request.get();
    result.onComplete(
        ended -> {
          long now = System.nanoTime();
          if (begin >= measureNanos) {
            samples[(int) (count++ % MAX_SAMPLES)] = now - begin;
            failures += ended.succeeded() ? 0 : 1;
          }
          next();
        });
  }

  private void finish() {
    if (done.future().isComplete()) {
      return;
    }
    int n = (int) Math.min(count, MAX_SAMPLES);
    Arrays.sort(samples, 0, n);
    System.out.printf(
        "%.0f jobs/s, p50 %.0f us, p99 %.0f us, %d failed%n",
        count / ((endNanos - measureNanos) / 1e9),
        samples[n / 2] / 1e3,
        samples[(int) (n * 0.99)] / 1e3,
        failures);
    done.complete();
  }
}

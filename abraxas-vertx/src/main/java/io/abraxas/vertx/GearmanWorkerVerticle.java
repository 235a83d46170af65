package io.abraxas.vertx;

import io.vertx.core.Future;

/**
 * A verticle that does jobs. A subclass names its functions and implements {@link #work}:
 *
 * <pre>{@code
 * public class ToUpper extends GearmanWorkerVerticle {
 *   public ToUpper() {
 *     super("toUpper");
 *   }
 *
 *   @Override
 *   protected Future<?> work(WorkerTask task) {
 *     return Future.succeededFuture(task.payloadText().toUpperCase());
 *   }
 * }
 * }</pre>
 *
 * <p>Each instance has a client of its own, on its own context, and does up to {@code maxJobs} jobs
 * at once. On a worker it may block: then one call of {@code work} runs at a time in each instance.
 * On virtual threads it may block and await futures, and while it awaits others go on.
 *
 * <p>Its configuration is {@link WorkerVerticleOptions}. Undeploying it drains: running tasks
 * finish, nothing new is grabbed.
 */
public abstract class GearmanWorkerVerticle extends WorkerVerticleBase {
  /**
   * Names the functions.
   *
   * @param functions may be left out when the configuration names them, which counts more
   */
  protected GearmanWorkerVerticle(String... functions) {
    super(functions);
  }

  /**
   * Does a job, on the verticle's context.
   *
   * @param task which of the functions it is for, its payload, and how to tell of progress
   * @return the result as {@link GearmanClient#registerWorker(String, java.util.function.Function)}
   *     takes it: a Buffer, a String, {@code byte[]}, JSON, null for nothing, or a ReadStream of
   *     buffers. When it fails, or this method throws, the job fails with the message.
   */
  protected abstract Future<?> work(WorkerTask task) throws Exception;

  @Override
  final void register(GearmanClient client, String function, WorkerOptions options) {
    client.registerWorker(function, options, this::result);
  }

  @SuppressWarnings("unchecked") // A future is only read from.
  private Future<Object> result(WorkerTask task) {
    try {
      return (Future<Object>) work(task);
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}

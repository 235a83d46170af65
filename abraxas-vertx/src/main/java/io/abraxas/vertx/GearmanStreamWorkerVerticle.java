package io.abraxas.vertx;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * A verticle that does jobs whose results are streams; in all else as {@link
 * GearmanWorkerVerticle}. With the option {@code streaming} each piece goes to the client as it
 * comes, with backpressure; else they are collected.
 */
public abstract class GearmanStreamWorkerVerticle extends WorkerVerticleBase {
  /**
   * Names the functions.
   *
   * @param functions may be left out when the configuration names them, which counts more
   */
  protected GearmanStreamWorkerVerticle(String... functions) {
    super(functions);
  }

  /**
   * Does a job, on the verticle's context.
   *
   * @param task the job, itself a stream of its payload
   * @return the result. When it fails, or this method throws, the job fails with the message.
   */
  protected abstract ReadStream<Buffer> work(WorkerTask task);

  @Override
  final void register(GearmanClient client, String function, WorkerOptions options) {
    client.registerStreamWorker(function, options, this::work);
  }
}

package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.Worker;
import io.abraxas.vertx.WorkerOptions;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.nio.charset.Charset;

/**
 * One function of a publisher. Confined to the publisher's context.
 *
 * <pre>
 *           no handler: give back, wait for the others      delay
 *   OFFERED ────────────────────────────────────────▶ AWAY ───────▶ OFFERED
 * </pre>
 *
 * <p>Nothing tells whether an address has a handler but a message to it, which the handler would
 * take for a task. So the first task after the delay is the question, and is given back, too, when
 * the answer is no.
 */
final class Publication {
  /** A reply handler needs a time limit: ten years. */
  private static final long NO_LIMIT_MS = 10L * 365 * 24 * 60 * 60 * 1000;

  private static final Logger LOG = LoggerFactory.getLogger(TaskPublisher.class);

  private final Vertx vertx;
  private final PublishedFunction function;
  private final TaskPublisherOptions options;
  private final TaskProgress progress;
  private final Charset charset;
  private final GearmanClient client;
  private final Worker worker;
  private long delay;

  /** Ends the time away; null while the function is offered. */
  private Long timer;

  private boolean closed;

  Publication(
      Vertx vertx,
      PublishedFunction function,
      TaskPublisherOptions options,
      TaskProgress progress,
      Charset charset) {
    this.vertx = vertx;
    this.function = function;
    this.options = options;
    this.progress = progress;
    this.charset = charset;
    this.delay = options.getRetryDelay();
    this.client = GearmanClient.create(vertx, new GearmanClientOptions(options.getClient()));
    long timeout = function.getTimeout();
    this.worker =
        client.registerTaskWorker(
            function.getFunction(),
            new WorkerOptions()
                .setTimeout(timeout == 0 ? 0 : timeout + PublishedFunction.SERVER_GRACE_MS)
                .setStreaming(function.getStreaming()),
            this::request);
  }

  /** Lets running tasks finish, at most for the drain timeout, and closes. */
  Future<Void> shutdown() {
    closed = true;
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
    return client.shutdown(options.getDrainTimeout());
  }

  private void request(WorkerTask task) {
    Object body;
    try {
      body = body(task);
    } catch (DecodeException e) {
      task.fail(
          TaskFailure.data(function.getBody(), new DecodeException("the payload is no JSON")));
      return;
    }
    String id = progress.begin(task);
    Future<?> reply;
    try {
      reply =
          vertx
              .eventBus()
              .request(function.getAddress(), body, delivery(task, id))
              .map(m -> m.body());
    } catch (RuntimeException e) {
      // No codec: a number that is too large for the event bus.
      reply = Future.failedFuture(e);
    }
    reply.onComplete(
        result -> {
          progress.end(id);
          succeeded(task, result);
        },
        e -> {
          progress.end(id);
          failed(task, e);
        });
  }

  private Object body(WorkerTask task) {
    return switch (function.getBody()) {
      case BUFFER -> task.payload();
      case STRING -> task.payloadText();
      case JSON -> Json.decodeValue(task.payload());
    };
  }

  private DeliveryOptions delivery(WorkerTask task, String id) {
    long timeout = function.getTimeout();
    DeliveryOptions delivery =
        new DeliveryOptions()
            .setSendTimeout(timeout == 0 ? NO_LIMIT_MS : timeout)
            .addHeader(EventBusContract.FUNCTION, task.function())
            .addHeader(EventBusContract.HANDLE, task.handle())
            .addHeader(EventBusContract.PROGRESS, progress.address())
            .addHeader(EventBusContract.TASK, id);
    if (!task.uniqueId().isEmpty()) {
      delivery.addHeader(EventBusContract.UNIQUE, task.uniqueId());
    }
    if (task.reducer() != null) {
      delivery.addHeader(EventBusContract.REDUCER, task.reducer());
    }
    return delivery;
  }

  private void succeeded(WorkerTask task, Object result) {
    delay = options.getRetryDelay();
    Buffer bytes = BodyKind.bytes(result, charset);
    if (bytes != null) {
      task.end(bytes);
    } else {
      task.fail("no result can be made of a " + result.getClass().getName());
    }
  }

  private void failed(WorkerTask task, Throwable e) {
    if (e instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      giveBack(task);
    } else {
      delay = options.getRetryDelay();
      task.fail(TaskFailure.data(function.getBody(), e));
    }
  }

  private void giveBack(WorkerTask task) {
    if (delay == options.getRetryDelay()) {
      LOG.warn(
          "no handler at "
              + function.getAddress()
              + ": jobs of "
              + function.getFunction()
              + " are given back");
    }
    // It fails when the connection is lost, and then there is nothing to give back.
    task.giveBack().onSuccess(away -> comeBackLater());
  }

  private void comeBackLater() {
    if (timer == null && !closed) {
      timer =
          vertx.setTimer(
              delay,
              id -> {
                timer = null;
                worker.resume();
              });
      delay = Math.min(2 * delay, options.getMaxRetryDelay());
    }
  }
}

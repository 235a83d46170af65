package io.abraxas.vertx.eventbus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The publisher: its functions and their drain. All but its two methods run on its context. */
final class TaskPublisherImpl implements TaskPublisher {
  private final Vertx vertx;
  private final Context context;
  private final TaskPublisherOptions options;
  private final Charset charset;
  private final TaskProgress progress;
  private final List<Publication> publications = new ArrayList<>();
  private boolean started;

  TaskPublisherImpl(Vertx vertx, TaskPublisherOptions options) {
    if (options.getFunctions().isEmpty()) {
      throw new IllegalArgumentException("a task publisher needs a function");
    }
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.options = new TaskPublisherOptions(options);
    String encoding = options.getClient().getDefaultEncoding();
    this.charset = encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    this.progress = new TaskProgress(charset);
  }

  @Override
  public Future<Void> start() {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(go -> open().onComplete(promise));
    return promise.future();
  }

  private Future<Void> open() {
    if (started) {
      return Future.failedFuture(new IllegalStateException("the publisher was started already"));
    }
    started = true;
    return progress
        .listen(vertx)
        .onSuccess(
            listens ->
                options
                    .getFunctions()
                    .forEach(
                        one ->
                            publications.add(
                                new Publication(vertx, one, options, progress, charset))));
  }

  @Override
  public Future<Void> close() {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(go -> shut().onComplete(promise));
    return promise.future();
  }

  private Future<Void> shut() {
    if (!started) {
      return Future.succeededFuture();
    }
    return drain().eventually(progress::close);
  }

  private Future<Void> drain() {
    Future<Void> idle =
        Future.join(publications.stream().map(Publication::shutdown).toList()).mapEmpty();
    if (options.getDrainTimeout() == 0) {
      return idle;
    }
    Promise<Void> closed = Promise.promise();
    long timer =
        vertx.setTimer(
            options.getDrainTimeout(),
            id ->
                Future.join(publications.stream().map(Publication::close).toList())
                    .<Void>mapEmpty()
                    .onComplete(closed));
    idle.onComplete(
        done -> {
          if (vertx.cancelTimer(timer)) {
            closed.handle(done);
          }
        });
    return closed.future();
  }
}

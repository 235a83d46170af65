package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * What both directions have in common: a context of their own, on which they open once and shut,
 * and the charset of text.
 */
abstract class Bridge {
  final Vertx vertx;
  final Charset charset;
  private final Context context;
  private boolean started;

  Bridge(Vertx vertx, GearmanClientOptions client) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    String encoding = client.getDefaultEncoding();
    this.charset = encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
  }

  /** Called once at most, on the context. */
  abstract Future<Void> open();

  /** Called on the context, after {@link #open}. */
  abstract Future<Void> shut();

  public Future<Void> start() {
    return onContext(
        () -> {
          if (started) {
            return Future.failedFuture(new IllegalStateException("it was started already"));
          }
          started = true;
          return open();
        });
  }

  public Future<Void> close() {
    return onContext(() -> started ? shut() : Future.succeededFuture());
  }

  private Future<Void> onContext(Supplier<Future<Void>> action) {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(go -> action.get().onComplete(promise));
    return promise.future();
  }
}

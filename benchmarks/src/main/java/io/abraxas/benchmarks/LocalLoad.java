package io.abraxas.benchmarks;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.function.Supplier;

/**
 * Server, worker and client in one JVM, without a socket, beside plain round trips over the event
 * bus in the same layout of event loops.
 *
 * <pre>
 * java -cp benchmarks.jar io.abraxas.benchmarks.LocalLoad jobs|tcp|eventbus LOOPS WINDOW SECONDS
 * </pre>
 *
 * <p>With one loop all three share it. With two the server, or the consumer, has one of its own;
 * with three the worker too.
 */
public final class LocalLoad {
  private static final String NAME = "load";

  private LocalLoad() {}

  /** Runs one of them. */
  public static void main(String[] args) {
    int loops = Integer.parseInt(args[1]);
    int window = Integer.parseInt(args[2]);
    double seconds = Double.parseDouble(args[3]);
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    // Contexts get the loops in turn.
    Context server = ((VertxInternal) vertx).createEventLoopContext();
    Context client = loops > 1 ? ((VertxInternal) vertx).createEventLoopContext() : server;
    Context worker = loops > 2 ? ((VertxInternal) vertx).createEventLoopContext() : client;
    Future<Supplier<Future<?>>> requests =
        args[0].equals("eventbus")
            ? eventBus(vertx, server, client)
            : jobs(vertx, args[0].equals("tcp"), window, server, client, worker);
    requests
        .compose(request -> load(client, request, window, seconds))
        .eventually(vertx::close)
        .onFailure(Throwable::printStackTrace);
  }

  private static Future<Supplier<Future<?>>> eventBus(Vertx vertx, Context there, Context here) {
    Buffer payload = Buffer.buffer(new byte[ClientLoad.PAYLOAD_BYTES]);
    return on(
            there,
            () ->
                vertx
                    .eventBus()
                    .<Buffer>consumer(NAME, message -> message.reply(message.body()))
                    .completion())
        .compose(done -> on(here, Future::<Void>succeededFuture))
        .map(done -> () -> vertx.eventBus().<Buffer>request(NAME, payload));
  }

  private static Future<Supplier<Future<?>>> jobs(
      Vertx vertx, boolean tcp, int window, Context there, Context here, Context work) {
    Buffer payload = Buffer.buffer(new byte[ClientLoad.PAYLOAD_BYTES]);
    GearmanServerOptions options = new GearmanServerOptions();
    options.setLocal(NAME).setListen(tcp ? List.of("127.0.0.1:0") : List.of());
    return on(there, () -> GearmanServer.create(vertx, options).listen())
        .compose(
            server -> {
              String address = tcp ? "127.0.0.1:" + server.actualPort() : "local:" + NAME;
              return on(
                  work,
                  () -> {
                    GearmanClient.create(
                            vertx, new GearmanClientOptions().addServer(address).setMaxJobs(window))
                        .registerValueWorker(NAME, task -> task.payload());
                    return Future.succeededFuture(address);
                  });
            })
        .compose(
            address ->
                on(
                    here,
                    () ->
                        Future.succeededFuture(
                            GearmanClient.create(
                                vertx, new GearmanClientOptions().addServer(address)))))
        .map(client -> () -> client.submitJob(NAME, payload).result());
  }

  private static Future<Void> load(
      Context here, Supplier<Future<?>> request, int window, double seconds) {
    return on(here, () -> new ClientLoad(request, seconds).run(window));
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(start -> action.get().onComplete(promise));
    return promise.future();
  }
}

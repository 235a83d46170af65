package io.abraxas.vertx;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/** What worker verticles of both shapes have in common: a client that lives with the verticle. */
abstract class WorkerVerticleBase extends VerticleBase {
  private final List<String> functions;
  private GearmanClient client;
  private long drainTimeout;

  WorkerVerticleBase(String... functions) {
    this.functions = List.of(functions);
  }

  /** Registers the method that does the jobs. */
  abstract void register(GearmanClient client, String function, WorkerOptions options);

  /**
   * How this verticle works, asked for once, when it is deployed: by default all of {@link #config}
   * as {@link WorkerVerticleOptions}, of which an unknown key fails the deployment. A verticle that
   * has settings of its own overrides it, to take a part of its configuration:
   *
   * <pre>{@code
   * return new WorkerVerticleOptions(config().getJsonObject("gearman"));
   * }</pre>
   */
  protected WorkerVerticleOptions options() {
    return new WorkerVerticleOptions(config());
  }

  /** The client of this instance, which may submit jobs too; null before {@code start}. */
  protected final GearmanClient client() {
    return client;
  }

  /**
   * Makes the client and offers the functions. Whoever overrides it calls it last.
   *
   * @return succeeded; servers are connected later, as they come
   */
  @Override
  public Future<?> start() throws Exception {
    WorkerVerticleOptions options = new WorkerVerticleOptions(options());
    List<String> names =
        options.getFunctions().isEmpty() ? functions : new ArrayList<>(options.getFunctions());
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a worker verticle needs the name of a function");
    }
    drainTimeout = options.getDrainTimeout();
    client = GearmanClient.create(vertx, options.clientOptions());
    names.forEach(name -> register(client, name, options.workerOptions()));
    return Future.succeededFuture();
  }

  /**
   * Grabs nothing more, lets running tasks finish, at most for the drain timeout, and closes the
   * client. Whoever overrides it calls it first.
   */
  @Override
  public Future<?> stop() throws Exception {
    return client.shutdown(drainTimeout);
  }
}

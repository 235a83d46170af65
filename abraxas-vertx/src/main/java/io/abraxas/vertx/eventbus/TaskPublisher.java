package io.abraxas.vertx.eventbus;

import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Has consumers on the event bus do Gearman jobs: grabs the tasks of functions, requests each at
 * the function's address, and sends the reply back as the result. docs/event-bus.md is the
 * contract, {@link EventBusContract} its names.
 *
 * <p>It works on the context on which {@link #create} is called; without one, on an event loop of
 * its own. Every method may be called from any thread.
 */
@VertxGen
public interface TaskPublisher {
  /**
   * Makes a publisher that offers nothing yet.
   *
   * @param options copied
   * @throws IllegalArgumentException when they name no function
   */
  static TaskPublisher create(Vertx vertx, TaskPublisherOptions options) {
    return new TaskPublisherImpl(vertx, options);
  }

  /**
   * Offers the functions.
   *
   * @return completes when progress from the whole cluster reaches it; servers are connected later,
   *     as they come
   */
  Future<Void> start();

  /**
   * Grabs nothing more, lets running tasks finish, at most for the drain timeout, and closes the
   * clients.
   *
   * @return completes when all is closed
   */
  Future<Void> close();
}

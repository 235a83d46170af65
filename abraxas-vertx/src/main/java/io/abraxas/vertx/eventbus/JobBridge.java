package io.abraxas.vertx.eventbus;

import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Submits Gearman jobs for whoever requests them over the event bus, and replies with their
 * results. docs/event-bus.md is the contract, {@link EventBusContract} its names and numbers.
 *
 * <p>It works on the context on which {@link #create} is called; without one, on an event loop of
 * its own. Every method may be called from any thread.
 */
@VertxGen
public interface JobBridge {
  /**
   * Makes a bridge that has no addresses yet.
   *
   * @param options copied
   */
  static JobBridge create(Vertx vertx, JobBridgeOptions options) {
    return new JobBridgeImpl(vertx, options);
  }

  /**
   * Makes the client and registers the addresses.
   *
   * @return completes when they are known to the whole cluster; servers are connected later, as
   *     they come. Fails with {@link IllegalStateException} when it was started before.
   */
  Future<Void> start();

  /**
   * Removes the addresses and closes the client. Jobs under way end for their senders with {@link
   * EventBusContract#CLOSED} or {@link EventBusContract#CLOSED_RUNNING}.
   *
   * @return completes when all is closed
   */
  Future<Void> close();
}

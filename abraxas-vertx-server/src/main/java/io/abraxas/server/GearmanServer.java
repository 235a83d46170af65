package io.abraxas.server;

import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * A Gearman job server.
 *
 * <p>It runs on one event loop: that of the context on which {@link #create} is called, or one of
 * its own when that is no event loop. Every method may be called from any thread. One server has
 * one set of queues and a Vert.x has one server for an address: two instances that shared one would
 * each hold half of the jobs.
 */
@VertxGen
public interface GearmanServer {
  /**
   * Makes a server that does not listen yet.
   *
   * @throws IllegalArgumentException when values of the options make no sense together
   */
  static GearmanServer create(Vertx vertx, GearmanServerOptions options) {
    options.check();
    return new EventLoopServer(vertx, options);
  }

  /**
   * Begins to listen on all addresses of the options; with {@link GearmanServerOptions#isCluster},
   * joins the cluster first.
   *
   * @return succeeds when it listens on all of them; fails, having closed what was open, with a
   *     {@link java.net.BindException} or another cause whose message names the address
   */
  Future<GearmanServer> listen();

  /**
   * Stops at once: closes the listeners, sends what is due to each peer and closes its connection.
   * Jobs that are in memory only are gone.
   *
   * <p>In a cluster it leaves in good order first, within the leave timeout of the options: others
   * go on with its background jobs, and those that run here are waited for. Called again meanwhile,
   * it stops at once; then others treat what runs as lost.
   */
  Future<Void> close();

  /**
   * Stops gracefully: closes the listeners, accepts and assigns no more jobs, and stops as {@link
   * #close} does when the running ones are finished, or after the drain timeout of the options.
   * Does nothing more when it is called again. In a cluster it is the same as {@link #close}.
   *
   * @return completes when the server has stopped
   */
  Future<Void> drain();

  /**
   * Completes when the server has stopped, also when an operator told it to. Fails when it stopped
   * by itself, since it was in its cluster no more.
   */
  Future<Void> closed();

  /** The port of the first address that has one, -1 while it does not listen. */
  int actualPort();

  /** The addresses it listens on, with their actual ports; empty while it does not listen. */
  List<String> addresses();
}

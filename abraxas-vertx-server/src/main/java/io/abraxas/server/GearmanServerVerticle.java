package io.abraxas.server;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link GearmanServer} as long as it is deployed.
 *
 * <p>Its configuration is the JSON form of {@link GearmanServerOptions}. Deployed means listening
 * on all addresses; a configuration that makes no sense fails the deployment with an {@link
 * IllegalArgumentException} that names the key, an address that cannot be had with a {@link
 * java.net.BindException} that names the address.
 *
 * <p>Undeploying stops the server: it closes its listeners, sends each peer what is due to it and
 * closes the connections. Without a {@code drainTimeoutSeconds} that happens at once, and jobs that
 * run are lost to their workers; with one the server first goes on for up to that time as {@link
 * GearmanServer#drain} says, until no job runs. The undeployment is complete when the last
 * connection is closed. When an operator stops the server through the admin port, the verticle
 * undeploys itself.
 *
 * <p>With {@code "cluster": true} the server is a part of the cluster of its Vert.x, which must be
 * one of Hazelcast; else, and for options that its {@code cluster.xml} decides, the deployment
 * fails. Undeploying then hands the jobs to the others first, within the {@code
 * leaveTimeoutSeconds}; the member stays.
 *
 * <p>Deploy one instance: a second one on the same address fails.
 */
public class GearmanServerVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(GearmanServerVerticle.class);

  private GearmanServerOptions options;
  private GearmanServer server;

  /** Whether Vert.x knows already that this verticle ends. */
  private volatile boolean stopping;

  @Override
  public Future<?> start() {
    try {
      options = new GearmanServerOptions(config());
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(new BadConfigurationException(e.getMessage()));
    }
    server = GearmanServer.create(vertx, options);
    return server
        .listen()
        .onSuccess(
            listening -> {
              LOG.info(
                  "abraxas {} listens on {}",
                  Version.current(),
                  String.join(", ", server.addresses()));
              server.closed().onComplete(closed -> ended());
            });
  }

  private void ended() {
    // Not posted when Vert.x waits for the end: afterwards it may have no threads any more.
    if (!stopping) {
      context.runOnContext(v -> undeploy());
    }
  }

  private void undeploy() {
    if (!stopping) {
      vertx.undeploy(context.deploymentID());
    }
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    Future<Void> stopped = options.getDrainTimeoutSeconds() > 0 ? server.drain() : server.close();
    return stopped.onSuccess(v -> LOG.info("abraxas stopped"));
  }
}

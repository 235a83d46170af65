package io.abraxas.server;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Runs a {@link GearmanServer} as long as it is deployed.
 *
 * <p>Its configuration is the JSON form of {@link GearmanServerOptions}. Deployed means listening;
 * undeploying stops the server at once. Deploy one instance: a second one on the same address
 * fails.
 */
public class GearmanServerVerticle extends VerticleBase {
  private GearmanServer server;

  @Override
  public Future<?> start() {
    server = GearmanServer.create(vertx, new GearmanServerOptions(config()));
    return server.listen();
  }

  @Override
  public Future<?> stop() {
    return server.close();
  }
}

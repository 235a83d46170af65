package io.abraxas.vertx.eventbus;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Runs a {@link JobBridge} as long as it is deployed. Its configuration is the JSON form of {@link
 * JobBridgeOptions}. Several instances share the work: each request goes to one of them.
 */
public class JobBridgeVerticle extends VerticleBase {
  private JobBridge bridge;

  @Override
  public Future<?> start() {
    bridge = JobBridge.create(vertx, new JobBridgeOptions(config()));
    return bridge.start();
  }

  @Override
  public Future<?> stop() {
    return bridge.close();
  }
}

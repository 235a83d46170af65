package io.abraxas.vertx.eventbus;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Runs a {@link TaskPublisher} as long as it is deployed. Its configuration is the JSON form of
 * {@link TaskPublisherOptions}. Undeploying it drains: running tasks finish, nothing new is
 * grabbed.
 */
public class TaskPublisherVerticle extends VerticleBase {
  private TaskPublisher publisher;

  @Override
  public Future<?> start() {
    publisher = TaskPublisher.create(vertx, new TaskPublisherOptions(config()));
    return publisher.start();
  }

  @Override
  public Future<?> stop() {
    return publisher.close();
  }
}

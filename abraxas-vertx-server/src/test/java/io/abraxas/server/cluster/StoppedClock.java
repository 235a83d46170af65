package io.abraxas.server.cluster;

import io.abraxas.server.broker.BrokerClock;

/** Time for brokers that have nothing to do with it. */
final class StoppedClock implements BrokerClock {
  @Override
  public long epochMillis() {
    return 1;
  }

  @Override
  public long nanoTime() {
    return 1;
  }
}

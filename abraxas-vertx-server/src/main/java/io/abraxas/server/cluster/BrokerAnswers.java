package io.abraxas.server.cluster;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Owner;

/** Tells a broker what became of its jobs in the maps. On the event loop. */
record BrokerAnswers(Broker broker) implements StoreAnswers, HazelcastUniqueOwners.OwnerAnswers {
  @Override
  public void stored(long handle, boolean success) {
    broker.stored(handle, success);
  }

  @Override
  public void forgotten(long handle) {
    broker.forgotten(handle);
  }

  @Override
  public void ownerKnown(long handle, Owner owner) {
    broker.ownerKnown(handle, owner);
  }

  @Override
  public boolean isClaimed(long handle) {
    return broker.adoption().isClaimed(handle);
  }
}

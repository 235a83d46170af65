package io.abraxas.server.cluster;

import com.hazelcast.core.HazelcastInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listeners of a server in Hazelcast, whose member may live on without the server. */
final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);

  private final HazelcastInstance hazelcast;
  private final List<Runnable> removals = new ArrayList<>();

  private Registrations(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /**
   * Registers all or, when one fails, none. Blocks.
   *
   * @param register tells of each that was registered how to remove it
   */
  static Registrations of(HazelcastInstance hazelcast, Consumer<Consumer<Runnable>> register) {
    Registrations registrations = new Registrations(hazelcast);
    try {
      register.accept(registrations.removals::add);
      return registrations;
    } catch (RuntimeException e) {
      registrations.close();
      throw e;
    }
  }

  /** Removes all, as far as others answer. Blocks. */
  void close() {
    if (!hazelcast.getLifecycleService().isRunning()) {
      return;
    }
    for (Runnable removal : removals) {
      try {
        removal.run();
      } catch (RuntimeException e) {
        LOG.warn("could not end listening to the cluster: {}", e.toString());
        LOG.debug("in detail", e);
      }
    }
  }
}

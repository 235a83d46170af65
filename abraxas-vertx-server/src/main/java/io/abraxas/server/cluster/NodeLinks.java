package io.abraxas.server.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import io.abraxas.server.cluster.NodeEntry.State;
import io.abraxas.server.link.LinkDirectory;
import io.abraxas.server.link.LinkNode;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Who can be linked with, by what {@link Reconciliation} last saw of the cluster.
 *
 * <p>Asked on the event loop, told on the cluster's thread.
 */
final class NodeLinks implements LinkDirectory {
  private final ContextInternal context;
  private final String self;
  private final Runnable changed;

  private volatile Homes homes;

  // Confined to the event loop from here on.

  /** Its name; before the server has joined it has none. */
  private String cluster = "";

  private HazelcastInstance hazelcast;
  private Maps maps;
  private BooleanSupplier safe = () -> false;

  /**
   * A directory of nobody.
   *
   * @param changed run on the event loop when others have come or gone
   */
  NodeLinks(ContextInternal context, String self, Runnable changed) {
    this.context = context;
    this.self = self;
    this.changed = changed;
    homes = new Homes(self, Map.of(), Set.of());
  }

  /**
   * The server has joined.
   *
   * @param safe whether all that happened in the cluster is dealt with here
   */
  void open(Maps joined, BooleanSupplier safe) {
    maps = joined;
    hazelcast = joined.hazelcast();
    cluster = hazelcast.getConfig().getClusterName();
    this.safe = safe;
  }

  /** The cluster as it was just seen. On the cluster's thread. */
  void saw(Homes now) {
    boolean same = now.nodes().equals(homes.nodes()) && now.there().equals(homes.there());
    homes = now;
    if (!same) {
      try {
        context.runOnContext(v -> changed.run());
      } catch (RejectedExecutionException e) {
        // The event loop has ended, and with it all links.
        homes = new Homes(self, Map.of(), Set.of());
      }
    }
  }

  /** The cluster as it was last seen. From any thread. */
  Homes homes() {
    return homes;
  }

  private boolean isAlive(String incarnation) {
    return homes.isThere(incarnation) && homes.nodes().get(incarnation).state() != State.LEFT;
  }

  private static LinkNode node(String incarnation, NodeEntry entry) {
    return new LinkNode(incarnation, entry.linkHost(), entry.linkPort(), entry.linkToken());
  }

  @Override
  public String cluster() {
    return cluster;
  }

  @Override
  public LinkNode find(String incarnation) {
    return isAlive(incarnation) ? node(incarnation, homes.nodes().get(incarnation)) : null;
  }

  @Override
  public Collection<LinkNode> others() {
    List<LinkNode> others = new ArrayList<>();
    homes
        .nodes()
        .forEach(
            (incarnation, entry) -> {
              if (!incarnation.equals(self) && isAlive(incarnation)) {
                others.add(node(incarnation, entry));
              }
            });
    return others;
  }

  @Override
  public void findRecord(String key, Consumer<Boolean> answer) {
    if (maps == null) {
      answer.accept(false);
      return;
    }
    try {
      maps.jobMap()
          .get(key)
          .whenCompleteAsync(
              (record, failure) -> context.runOnContext(v -> answer.accept(record != null)),
              Runnable::run);
    } catch (RuntimeException e) {
      // From a member that merges or ends.
      answer.accept(false);
    }
  }

  @Override
  public List<Listed> listed() {
    List<Listed> listed = new ArrayList<>();
    Set<UUID> ofNodes = new HashSet<>();
    homes
        .nodes()
        .forEach(
            (incarnation, entry) -> {
              ofNodes.add(entry.member());
              String link =
                  entry.linkPort() == 0 ? null : entry.linkHost() + ":" + entry.linkPort();
              listed.add(
                  new Listed(incarnation, entry.linkHost(), link, state(incarnation, entry)));
            });
    if (hazelcast != null) {
      for (Member member : hazelcast.getCluster().getMembers()) {
        if (!ofNodes.contains(member.getUuid())) {
          String host = member.getAddress().getHost() + ":" + member.getAddress().getPort();
          listed.add(new Listed(null, host, null, null));
        }
      }
    }
    return listed;
  }

  private String state(String incarnation, NodeEntry entry) {
    return isAlive(incarnation) ? entry.state().name().toLowerCase(Locale.ROOT) : "lost";
  }

  @Override
  public int membersSeen() {
    return hazelcast == null ? 1 : hazelcast.getCluster().getMembers().size();
  }

  @Override
  public boolean isSafe() {
    return safe.getAsBoolean();
  }
}

package io.abraxas.server.link;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Who is in the cluster, as links need to know it. Asked on the server's event loop. */
public interface LinkDirectory {
  /** The name of the cluster. */
  String cluster();

  /** The other node of this incarnation, or null when it is not known, or dead. */
  LinkNode find(String incarnation);

  /** All other nodes that are alive. */
  Collection<LinkNode> others();

  /**
   * Whether the cluster keeps a job that no node knows, because its home is lost and the next one
   * has not read it yet.
   *
   * @param key incarnation of its origin, a dot, its number
   * @param answer called once, on the event loop
   */
  void findRecord(String key, Consumer<Boolean> answer);

  /** The nodes and other members, for those who look; this node among them. */
  List<Listed> listed();

  /** How many members this node sees. */
  int membersSeen();

  /** Whether, as far as this node is concerned, nothing would be lost with one member. */
  boolean isSafe();

  /**
   * A member of the cluster.
   *
   * @param incarnation null: it is no node
   * @param host where it runs
   * @param link where it is reached, {@code host:port}; null: nowhere
   * @param state a word: up, leaving, lost; null: it is no node
   */
  record Listed(String incarnation, String host, String link, String state) {}
}

package io.abraxas.server.link;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** A cluster without Hazelcast: everybody knows at once what a test says. */
public final class Town {
  private final Map<String, LinkNode> nodes = new ConcurrentSkipListMap<>();

  /** Where a node finds another instead of where that one listens. */
  private final Map<List<String>, Integer> detours = new ConcurrentHashMap<>();

  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final Set<String> records = ConcurrentHashMap.newKeySet();

  /** A node has come. */
  public void enter(LinkNode node) {
    nodes.put(node.incarnation(), node);
  }

  /** A node is lost, and everybody knows. */
  void died(String incarnation) {
    dead.add(incarnation);
  }

  /** What was said of its death was wrong. */
  void lives(String incarnation) {
    dead.remove(incarnation);
  }

  /** From now on one node finds another at this port; 0: nowhere. */
  void detour(String from, String to, int port) {
    detours.put(List.of(from, to), port);
  }

  /** The cluster keeps a job. */
  void keep(String key) {
    records.add(key);
  }

  /** The town as one node sees it. */
  public LinkDirectory seenBy(String incarnation) {
    return new LinkDirectory() {
      @Override
      public String cluster() {
        return "town";
      }

      @Override
      public LinkNode find(String who) {
        LinkNode node = dead.contains(who) ? null : nodes.get(who);
        Integer port = detours.get(List.of(incarnation, who));
        return node == null || port == null
            ? node
            : new LinkNode(node.incarnation(), node.host(), port, node.token());
      }

      @Override
      public Collection<LinkNode> others() {
        List<LinkNode> others = new ArrayList<>();
        for (String who : nodes.keySet()) {
          LinkNode node = who.equals(incarnation) ? null : find(who);
          if (node != null) {
            others.add(node);
          }
        }
        return others;
      }

      @Override
      public void findRecord(String key, Consumer<Boolean> answer) {
        answer.accept(records.contains(key));
      }

      @Override
      public List<Listed> listed() {
        List<Listed> listed = new ArrayList<>();
        nodes.forEach(
            (who, node) ->
                listed.add(
                    new Listed(
                        who,
                        "host",
                        node.host() + ":" + node.port(),
                        dead.contains(who) ? "lost" : "up")));
        listed.add(new Listed(null, "plain", null, null));
        return listed;
      }

      @Override
      public int membersSeen() {
        return nodes.size() - dead.size() + 1;
      }

      @Override
      public boolean isSafe() {
        return dead.isEmpty();
      }
    };
  }
}

package io.abraxas.server.cluster;

import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.map.IMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of the cluster by incarnation: the map {@link Maps#NODES}.
 *
 * <p>Everything blocks and is for the cluster's own thread. An operation whose outcome Hazelcast
 * cannot tell is looked into before anything is concluded. All throw Hazelcast's exceptions when
 * the instance has ended.
 */
final class Nodes {
  private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

  private final IMap<String, byte[]> map;

  Nodes(IMap<String, byte[]> map) {
    this.map = map;
  }

  /** Reads all entries anew. Those that this version cannot read are left out. */
  Map<String, NodeEntry> read() {
    Map<String, NodeEntry> entries = new HashMap<>();
    map.entrySet()
        .forEach(
            entry -> {
              NodeEntry node = entry(entry.getKey(), entry.getValue());
              if (node != null) {
                entries.put(entry.getKey(), node);
              }
            });
    return Map.copyOf(entries);
  }

  /** The entry as the map has it now, or null. */
  NodeEntry get(String incarnation) {
    return entry(incarnation, map.get(incarnation));
  }

  private static NodeEntry entry(String incarnation, byte[] bytes) {
    try {
      return bytes == null ? null : NodeEntry.of(bytes);
    } catch (IllegalArgumentException e) {
      LOG.warn("cannot read the entry of node {}: {}", incarnation, e.getMessage());
      return null;
    }
  }

  /**
   * Enters a server whose incarnation nobody has.
   *
   * @return false when somebody has it
   */
  boolean enter(String incarnation, NodeEntry entry) {
    while (true) {
      byte[] there;
      try {
        there = map.putIfAbsent(incarnation, entry.bytes());
      } catch (IndeterminateOperationStateException e) {
        there = map.get(incarnation);
        if (there == null) {
          continue;
        }
      }
      // Our own, when a first attempt had its effect all the same: the token makes it unique.
      return there == null || Arrays.equals(there, entry.bytes());
    }
  }

  /**
   * Changes an entry if it is still the one that is known: a compare-and-set.
   *
   * @return whether it was
   */
  boolean replace(String incarnation, NodeEntry known, NodeEntry next) {
    while (true) {
      try {
        return map.replace(incarnation, known.bytes(), next.bytes());
      } catch (IndeterminateOperationStateException e) {
        byte[] there = map.get(incarnation);
        if (!Arrays.equals(there, known.bytes())) {
          return Arrays.equals(there, next.bytes());
        }
      }
    }
  }

  /** Removes an entry if it is still the one that is known. */
  void remove(String incarnation, NodeEntry known) {
    while (true) {
      try {
        map.remove(incarnation, known.bytes());
        return;
      } catch (IndeterminateOperationStateException e) {
        LOG.debug("removing node {} again", incarnation, e);
      }
    }
  }
}

package io.abraxas.vertx.connection;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * The servers of one Vert.x by the names under which clients find them: {@code local:<name>}.
 *
 * <p>The seam between the client library and a server: neither knows more of the other. Every
 * method may be called from any thread.
 */
public final class LocalServers implements Shareable {
  private static final String KEY = "io.abraxas.local";

  private final Map<String, LocalServer> byName = new HashMap<>();
  private final Map<String, Set<Runnable>> watchers = new HashMap<>();

  private LocalServers() {}

  /** Those of this Vert.x. */
  public static LocalServers of(Vertx vertx) {
    LocalMap<String, LocalServers> map = vertx.sharedData().getLocalMap(KEY);
    return map.computeIfAbsent(KEY, key -> new LocalServers());
  }

  /**
   * Makes a server known. Clients that wait for it connect at once.
   *
   * @throws IllegalStateException when the name is taken
   */
  public void register(String name, LocalServer server) {
    List<Runnable> waiting;
    synchronized (this) {
      if (byName.putIfAbsent(name, server) != null) {
        throw new IllegalStateException(
            "another Gearman server in this Vert.x has the local name \"" + name + "\"");
      }
      waiting = List.copyOf(watchers.getOrDefault(name, Set.of()));
    }
    waiting.forEach(Runnable::run);
  }

  /** Forgets a server. Its connections stay. */
  public synchronized void unregister(String name, LocalServer server) {
    byName.remove(name, server);
  }

  /** The server of this name; null when there is none. */
  synchronized LocalServer find(String name) {
    return byName.get(name);
  }

  /** Runs the action, on any thread, each time a server of this name is registered. */
  synchronized void watch(String name, Runnable action) {
    watchers.computeIfAbsent(name, n -> new CopyOnWriteArraySet<>()).add(action);
  }

  synchronized void unwatch(String name, Runnable action) {
    Set<Runnable> actions = watchers.get(name);
    if (actions != null && actions.remove(action) && actions.isEmpty()) {
      watchers.remove(name);
    }
  }
}

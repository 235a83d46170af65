package io.abraxas.server.cluster;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.JobStore;
import io.abraxas.server.broker.UniqueOwners;
import io.abraxas.server.link.LinkDirectory;
import io.abraxas.server.link.LinkSettings;
import io.vertx.core.Future;
import java.util.function.Function;

/**
 * A server's place in its cluster, as the server sees it: without a word of Hazelcast, so that a
 * server that is in no cluster loads none of it. Confined to the server's event loop.
 */
public interface ClusterMembership {
  /** Where background jobs go. Nothing must be given to it before {@link #join} has succeeded. */
  JobStore store();

  /** Who is asked for unique ids. Nothing must be asked before {@link #join} has succeeded. */
  UniqueOwners owners();

  /**
   * Becomes a part of the cluster. The server must not listen before.
   *
   * @param broker the one whose store it is
   * @param turn to be run when something was said to the broker
   * @param links begins to listen for links of other nodes, and completes with the port; called
   *     once, before others hear of this server
   * @return fails with an {@link IllegalStateException} whose message tells what keeps it out
   */
  Future<Void> join(Broker broker, Runnable turn, Function<LinkSettings, Future<Integer>> links);

  /**
   * Who can be linked with: nobody before {@link #join} has succeeded.
   *
   * @param changed run when others have come or gone
   */
  LinkDirectory directory(Runnable changed);

  /** Completes, with the reason, when the server is in the cluster no more against its will. */
  Future<String> lost();

  /**
   * Leaves in good order, within the leave timeout of the options: others go on with the jobs that
   * do not run here, and those that run are waited for. From now on the broker accepts and assigns
   * nothing. Does nothing when it has not joined.
   *
   * @return never fails
   */
  Future<Void> leave();

  /**
   * Ends at once. Jobs that still are here are lost, and others go on with them. Nothing reaches
   * the store any more.
   *
   * @return never fails
   */
  Future<Void> close();
}

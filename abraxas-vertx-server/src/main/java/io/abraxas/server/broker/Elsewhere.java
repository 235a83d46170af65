package io.abraxas.server.broker;

import java.util.List;
import java.util.function.Consumer;

/**
 * What other nodes know. A server in no cluster has none.
 *
 * <p>Each answer is given once, within about a second, on the broker's thread, at once or later. A
 * node that does not answer in time counts as one that knows nothing.
 */
public interface Elsewhere {
  /** The name of the cluster. */
  String cluster();

  /**
   * The status of a job that this node does not know.
   *
   * @param handle as a client sent it; may be anything
   */
  void status(String handle, Consumer<JobStatus> answer);

  /** The status of a job with this unique id, which this node does not know. */
  void statusOfUnique(byte[] unique, Consumer<JobStatus> answer);

  /**
   * Cancels a job that this node does not know.
   *
   * @param handle as an operator gave it; may be anything
   * @param answer whether there was such a job
   */
  void cancel(String handle, Consumer<Boolean> answer);

  /** The functions of all other nodes, as they come: names may occur several times. */
  void counts(Consumer<List<FunctionCounts>> answer);

  /** All members of the cluster, this node among them. */
  void members(Consumer<List<ClusterMember>> answer);
}

package io.abraxas.server.broker;

/**
 * A function in figures, of one node or of several.
 *
 * @param name not to be changed
 * @param total jobs that exist
 * @param running jobs that workers have
 * @param workers who can do it
 * @param high runnable jobs of the highest priority
 * @param normal runnable jobs of normal priority
 * @param low runnable jobs of the lowest priority
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and never changed.
public record FunctionCounts(
    byte[] name, int total, int running, int workers, int high, int normal, int low) {
  /** The figures of this node. */
  public static FunctionCounts of(FunctionQueue function) {
    return new FunctionCounts(
        function.name(),
        function.total(),
        function.running(),
        function.workers(),
        function.queued(Priority.HIGH),
        function.queued(Priority.NORMAL),
        function.queued(Priority.LOW));
  }

  /** The sum with those of another node. */
  public FunctionCounts plus(FunctionCounts other) {
    return new FunctionCounts(
        name,
        total + other.total,
        running + other.running,
        workers + other.workers,
        high + other.high,
        normal + other.normal,
        low + other.low);
  }
}

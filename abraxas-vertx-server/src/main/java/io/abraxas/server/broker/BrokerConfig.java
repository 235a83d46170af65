package io.abraxas.server.broker;

/**
 * The operator's choices that change the rules.
 *
 * @param jobRetries how often a worker may be lost with a job before the job fails; 0: no limit
 * @param roundRobin whether a worker's functions take turns before priorities are looked at
 * @param workerWakeup how many sleeping workers a new job wakes; 0: all
 * @param exceptions whether sessions begin with the option {@code exceptions}
 */
public record BrokerConfig(
    int jobRetries, boolean roundRobin, int workerWakeup, boolean exceptions) {
  /** As gearmand without options. */
  public static final BrokerConfig DEFAULT = new BrokerConfig(0, false, 0, false);
}

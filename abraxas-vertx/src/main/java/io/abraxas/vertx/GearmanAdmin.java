package io.abraxas.vertx;

import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * The admin commands, put to all connected servers over the connections of the client.
 *
 * <p>When no server is connected they wait for one, until {@code submitTimeout}. They fail with
 * {@link ServerErrorException} when a server refuses, and with {@link ConnectionClosedException}
 * when one is lost before it has answered.
 */
@VertxGen
public interface GearmanAdmin {
  /**
   * All functions, sorted by name, each with the sum over the servers. Servers of one cluster count
   * what is their own.
   */
  Future<List<FunctionStatus>> status();

  /** The waiting jobs of all functions by priority, each with the sum over the servers. */
  Future<List<FunctionPriorityStatus>> priorityStatus();

  /** All connections of all servers. */
  Future<List<ConnectedPeer>> workers();

  /**
   * Limits the queue of a function, at servers that connect later too.
   *
   * @param max how many jobs, running ones included; 0: no limit
   */
  Future<Void> maxqueue(String function, int max);

  /** Limits the queue of a function for each priority, at servers that connect later too. */
  Future<Void> maxqueueByPriority(String function, int high, int normal, int low);

  /** Makes a function known. */
  Future<Void> createFunction(String function);

  /** Forgets a function that has no workers and no jobs. Succeeds when one server had it. */
  Future<Void> dropFunction(String function);

  /** Cancels a job or a schedule. Succeeds when one server had it. */
  Future<Void> cancelJob(String handle);

  /** All jobs of all servers. */
  Future<List<QueuedJob>> jobs();

  /** The unique ids of all jobs of all servers. */
  Future<List<UniqueJob>> uniqueJobs();

  /**
   * The recurring jobs of all servers; those of a cluster as one of its servers tells them, which
   * may learn of the newest a moment later.
   */
  Future<List<JobSchedule>> schedules();

  /** The version of each server, by its address. */
  Future<Map<String, String>> version();

  /** The process id of each server, by its address. */
  Future<Map<String, Long>> pid();

  /** The log level of each server, by its address. */
  Future<Map<String, String>> verbose();

  /**
   * Stops all connected servers.
   *
   * @param graceful whether running jobs finish first
   * @return completes when each has agreed or closed its connection
   */
  Future<Void> shutdown(boolean graceful);
}

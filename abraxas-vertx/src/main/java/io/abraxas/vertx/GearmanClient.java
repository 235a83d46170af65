package io.abraxas.vertx;

import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * A client of any number of Gearman servers, which submits jobs and does them, over one connection
 * for each server.
 *
 * <p>It connects at once and on its own, and again whenever a connection is lost. What is asked of
 * it before there is a connection waits. A job goes to one server, each in turn; what workers say
 * goes to all servers, also to those that come later.
 *
 * <p>Every method may be called from any thread. Futures complete and handlers run on the context
 * on which {@link #create} was called; without one, on an event loop of the client's own.
 *
 * <p>Failures are of type {@link GearmanException}, whose {@link GearmanException#outcome} tells
 * whether a job was never sent, refused, has failed, or whether its outcome is unknown.
 */
@VertxGen
public interface GearmanClient {
  /** Makes a client with default options and lets it connect. */
  static GearmanClient create(Vertx vertx) {
    return create(vertx, new GearmanClientOptions());
  }

  /**
   * Makes a client and lets it connect.
   *
   * @param options copied
   */
  static GearmanClient create(Vertx vertx, GearmanClientOptions options) {
    return ClientImpl.start(vertx, options);
  }

  /**
   * Submits a job in the foreground: SUBMIT_JOB.
   *
   * @param payload must not be changed until the job has ended
   * @return the live job: {@link Task#result} is a future of its result
   */
  Task submitJob(String function, Buffer payload);

  /** Submits a job in the foreground, its payload as text in the default encoding. */
  Task submitJob(String function, String payload);

  /**
   * Submits a job in the foreground whose payload is a stream. It is collected first, up to {@code
   * maxPayloadLength}, since a packet names its size at its head. To avoid that, submit a {@link
   * JobRequest} with a payload length and pipe to the task.
   */
  Task submitJob(String function, ReadStream<Buffer> payload);

  /**
   * Submits a job of any kind.
   *
   * @param request copied. Without a payload the task is a stream to write it to, and the job is
   *     submitted when that ends.
   * @throws IllegalArgumentException when the request contradicts itself or has no function
   */
  Task submit(JobRequest request);

  /**
   * Submits a job that nobody waits for: SUBMIT_JOB_BG.
   *
   * @return its handle, when a server has taken it
   */
  Future<String> submitJobBackground(String function, Buffer payload);

  /** Submits a background job, its payload as text in the default encoding. */
  Future<String> submitJobBackground(String function, String payload);

  /**
   * Submits a background job for a later time, to the second: SUBMIT_JOB_EPOCH.
   *
   * @return its handle, when a server has taken it
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<String> submitJobAt(Instant at, String function, Buffer payload);

  /**
   * Submits a background job again and again: SUBMIT_JOB_SCHED. A server that does not know it
   * fails the future with {@link ServerErrorException}.
   *
   * @param fields minute, hour, day, month and day of the week (0 is Monday), separated by blanks
   * @return the handle that cancels it, see {@link GearmanAdmin#cancelJob}
   */
  Future<String> submitJobSchedule(String fields, String function, Buffer payload);

  /**
   * Asks all servers about a job, and adds up what they say. Of the servers of one cluster, which
   * answer for each other, it asks one; they are one cluster when they tell the same name of it.
   */
  Future<JobStatus> getStatus(String handle);

  /** As {@link #getStatus}, about a job by its unique id. */
  Future<JobStatus> getStatusByUnique(String uniqueId);

  /**
   * Does the jobs of a function with a handler that returns a future of the result: a Buffer, a
   * String, or another value whose text or JSON is the result; null is an empty result.
   *
   * <p>When the handler throws or its future fails, the job fails with the message: WORK_EXCEPTION
   * where the server has the option, else WORK_WARNING and WORK_FAIL.
   *
   * @return the worker, which is offered to all servers
   * @throws IllegalStateException when this client does the function already, or when {@link
   *     #close} or {@link #shutdown} was called
   * @throws IllegalArgumentException when the function is empty, has a NUL, or more than 512 bytes
   */
  <T> Worker registerWorker(String function, Function<WorkerTask, Future<T>> handler);

  /** As {@link #registerWorker(String, Function)}, with options. */
  <T> Worker registerWorker(
      String function, WorkerOptions options, Function<WorkerTask, Future<T>> handler);

  /** Does the jobs of a function with a handler that returns the result itself. */
  <T> Worker registerValueWorker(String function, Function<WorkerTask, T> handler);

  /** As {@link #registerValueWorker(String, Function)}, with options. */
  <T> Worker registerValueWorker(
      String function, WorkerOptions options, Function<WorkerTask, T> handler);

  /**
   * Does the jobs of a function with a handler that returns the result as a stream, which is piped
   * to the client as far as the worker is streaming, and else collected.
   */
  Worker registerStreamWorker(String function, Function<WorkerTask, ReadStream<Buffer>> handler);

  /** As {@link #registerStreamWorker(String, Function)}, with options. */
  Worker registerStreamWorker(
      String function, WorkerOptions options, Function<WorkerTask, ReadStream<Buffer>> handler);

  /**
   * Does the jobs of a function with a handler that writes to the task. The job lasts, and takes
   * one of {@code maxJobs}, until the handler or what it started ends or fails the task.
   */
  Worker registerTaskWorker(String function, Handler<WorkerTask> handler);

  /** As {@link #registerTaskWorker(String, Handler)}, with options. */
  Worker registerTaskWorker(String function, WorkerOptions options, Handler<WorkerTask> handler);

  /** As {@link Worker#unregister}; does nothing when the function has no worker. */
  Future<Void> unregisterWorker(String function);

  /**
   * Takes all workers back at once: RESET_ABILITIES. Running tasks go on, but the servers give
   * their jobs to others; {@link Worker#unregister} lets them finish first.
   */
  Future<Void> forgetAllWorkers();

  /** Sends bytes to a server and gets them back: ECHO_REQ. */
  Future<Buffer> echo(Buffer data);

  /**
   * Sets the id that all servers show for this client: SET_CLIENT_ID.
   *
   * @return completes when all present connections have it in their send buffer
   */
  Future<Void> setClientId(String clientId);

  /** The admin commands, over the same connections. */
  GearmanAdmin admin();

  /** The servers that are connected now, as their addresses were given. */
  List<String> connectedServers();

  /**
   * Called with the address of a server each time it is connected, and first with the addresses of
   * those that are connected already.
   */
  @Fluent
  GearmanClient connectedHandler(Handler<String> handler);

  /** Called with the address of a server each time its connection is lost. */
  @Fluent
  GearmanClient disconnectedHandler(Handler<String> handler);

  /**
   * Called each time a connection cannot be made or has to be given up, usually with a {@link
   * ConnectionErrorException}. Not fatal: the client tries again.
   */
  @Fluent
  GearmanClient connectionErrorHandler(Handler<Throwable> handler);

  /** Called with packets this library has no use for. Without it they are dropped. */
  @Fluent
  GearmanClient unknownPacketHandler(Handler<UnknownPacket> handler);

  /**
   * Ends gracefully: grabs nothing more, lets running tasks finish, however long they take, then
   * closes.
   *
   * @return completes when the client is closed
   */
  Future<Void> shutdown();

  /**
   * Ends gracefully, but lets running tasks finish for so long only. Those that have not are lost
   * to their servers, which give them to others.
   *
   * @param drainTimeout in milliseconds; 0: no limit
   * @return completes when the client is closed
   * @throws IllegalArgumentException when it is negative or longer than three years
   */
  Future<Void> shutdown(long drainTimeout);

  /**
   * Closes now: sends what was written, for at most {@code writeStallTimeout}, then closes all
   * connections. Everything pending fails with {@link ClientClosedException}; running tasks are
   * lost to their servers, which give them to others.
   */
  Future<Void> close();
}

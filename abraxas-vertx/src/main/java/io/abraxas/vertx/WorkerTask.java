package io.abraxas.vertx;

import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * A job as the worker that does it sees it: its payload to read, at once or as a stream, and its
 * result to write.
 *
 * <p>Not streaming, all that is written is collected, up to {@code maxPayloadLength}, and sent as
 * one WORK_COMPLETE at the end. Streaming, each write goes to the client at once, as WORK_DATA.
 *
 * <p>Once the job has ended, further calls do nothing and their futures fail. When the connection
 * to the server is lost, they fail with {@link ConnectionClosedException}: the server gives the job
 * to another worker.
 *
 * <p>Every method may be called from any thread; its handlers run, and its futures complete, on the
 * client's context.
 */
@VertxGen
public interface WorkerTask extends ReadStream<Buffer>, WriteStream<Buffer> {
  /** The job's handle. */
  String handle();

  /** The function it was submitted to. */
  String function();

  /** Its unique id; empty when it has none. */
  String uniqueId();

  /** The function that is to reduce its results; null when there is none. */
  @Nullable
  String reducer();

  /** The address of the server that gave it. */
  String server();

  /** The whole payload. */
  Buffer payload();

  /** The whole payload as text, in the encoding of the worker or the client, else UTF-8. */
  String payloadText();

  /**
   * Tells the clients how far it is: WORK_STATUS.
   *
   * @throws IllegalArgumentException when one is negative
   */
  Future<Void> status(long numerator, long denominator);

  /**
   * Tells the clients how far it is, in parts of ten thousand.
   *
   * @throws IllegalArgumentException when it is not between 0 and 1
   */
  Future<Void> status(double fraction);

  /** Sends the clients a warning: WORK_WARNING. */
  Future<Void> warn(Buffer warning);

  /** Sends the clients a warning as text. */
  Future<Void> warn(String warning);

  /** Collects a stream and sends it as one warning. */
  Future<Void> warn(ReadStream<Buffer> warning);

  @Override
  Future<Void> write(Buffer data);

  /** Writes text. */
  Future<Void> write(String text);

  /** Writes all of a stream, with backpressure, and leaves the result open. */
  Future<Void> write(ReadStream<Buffer> source);

  /** Ends the job well: WORK_COMPLETE. */
  @Override
  Future<Void> end();

  @Override
  Future<Void> end(Buffer data);

  /** Ends the job well with a last piece of text. */
  Future<Void> end(String text);

  /** Writes all of a stream and ends the job; when the stream fails, the job fails. */
  Future<Void> end(ReadStream<Buffer> source);

  /** Ends the job badly: WORK_FAIL. */
  Future<Void> fail();

  /**
   * Ends the job badly and says why: WORK_EXCEPTION where the server has the option, else
   * WORK_WARNING and WORK_FAIL.
   */
  Future<Void> fail(Buffer data);

  /** Ends the job badly and says why, as text. */
  Future<Void> fail(String text);

  /** Collects a stream, then ends the job badly with what it said. */
  Future<Void> fail(ReadStream<Buffer> source);

  /**
   * Leaves the job to be done by somebody, later: for a handler that has not begun and cannot, now.
   *
   * <p>A worker cannot return one job, only its function. So the function is {@linkplain
   * Worker#suspend suspended}, at all servers, until {@link Worker#resume}; when this connection
   * says CANT_DO, the server puts the job back in its queue, at the end. That comes once the
   * function's other tasks of this connection have ended. Tasks that arrive meanwhile are handled,
   * and may be given back, like others.
   *
   * <p>The task has ended here: its slot of {@code maxJobs} is free, and nothing more is sent for
   * it. What was written in streaming mode is out already.
   *
   * <p>The cost: a server counts it as a failed attempt, and after so many of them ({@code
   * --job-retries}) fails the job. A server that is reached as {@code local:} does not count it.
   *
   * @return completes as that of {@link Worker#suspend}
   */
  Future<Void> giveBack();

  /**
   * Called when the server is lost before the job has ended: the result can reach nobody. A task of
   * {@link GearmanClient#registerTaskWorker} must still be ended or failed, which gives back its
   * place among {@code maxJobs}.
   */
  @Fluent
  WorkerTask connectionLostHandler(@Nullable Handler<Void> handler);

  @Override
  WorkerTask exceptionHandler(@Nullable Handler<Throwable> handler);

  /** Called with the payload in pieces. */
  @Override
  WorkerTask handler(@Nullable Handler<Buffer> handler);

  @Override
  WorkerTask pause();

  @Override
  WorkerTask resume();

  @Override
  WorkerTask fetch(long amount);

  @Override
  WorkerTask endHandler(@Nullable Handler<Void> handler);

  @Override
  WorkerTask setWriteQueueMaxSize(int maxSize);

  @Override
  WorkerTask drainHandler(@Nullable Handler<Void> handler);
}

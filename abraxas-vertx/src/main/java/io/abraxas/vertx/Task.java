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
 * A job as the client that submitted it sees it.
 *
 * <p>Its result is read in one of two ways. {@link #result} collects it. As a stream of buffers it
 * comes in pieces: one for each WORK_DATA, then the bytes of WORK_COMPLETE unless there are none.
 * Until one of them is asked for, the task keeps what arrives, up to {@code taskBufferSize}; beyond
 * that it holds its connection back, as a paused one does, and fails after {@code readStallTimeout}
 * with {@link ReadStalledException}. A reader that sets its handler to null without a pause has
 * left: the rest is dropped as it comes.
 *
 * <p>When its request had no payload, it is also the stream to write that to; it is submitted when
 * that ends. A pipe ends it also when its source fails, and a payload without a declared length
 * then goes out as far as it came: use {@code pipe().endOnFailure(false)}, or {@link
 * GearmanClient#submitJob(String, ReadStream)}, which does.
 *
 * <p>A failure fails every future and is given to the {@link #exceptionHandler}: {@link
 * JobFailedException} for WORK_FAIL, {@link JobThrewException} for WORK_EXCEPTION, {@link
 * ServerErrorException} for a refusal, {@link ConnectionClosedException}, {@link
 * TaskTimeoutException}, {@link SubmitTimeoutException} and others of type {@link
 * GearmanException}.
 *
 * <p>Every method may be called from any thread; handlers run on the client's context.
 */
@VertxGen
public interface Task extends ReadStream<Buffer>, WriteStream<Buffer> {
  /** The handle the server gave the job. It repeats when jobs coalesce. */
  Future<String> handle();

  /**
   * The whole result. To be called before a handler has been given a part of it, else it fails with
   * an {@link IllegalStateException}. Longer than {@code maxResultLength}, it fails with {@link
   * ResultTooLargeException}.
   */
  Future<Buffer> result();

  /** The whole result as text, in the encoding of the request or the client, else UTF-8. */
  Future<String> resultText();

  /** The end of the job, whether its result has been read or not. */
  Future<Void> completion();

  /** Called with each WORK_STATUS. */
  @Fluent
  Task statusHandler(@Nullable Handler<JobProgress> handler);

  /** Called with each WORK_WARNING. */
  @Fluent
  Task warningHandler(@Nullable Handler<Buffer> handler);

  /**
   * Called with each WORK_DATA, not with the last bytes of the result. It reads the stream as
   * {@link #handler} does and may be set beside it.
   */
  @Fluent
  Task dataHandler(@Nullable Handler<Buffer> handler);

  /** Called once with what failed the task, as reader or as writer. */
  @Override
  Task exceptionHandler(@Nullable Handler<Throwable> handler);

  /** Called with each piece of the result. */
  @Override
  Task handler(@Nullable Handler<Buffer> handler);

  @Override
  Task pause();

  @Override
  Task resume();

  @Override
  Task fetch(long amount);

  /** Called once after the last piece of the result has been read. */
  @Override
  Task endHandler(@Nullable Handler<Void> handler);

  /**
   * Writes a piece of the payload.
   *
   * @throws IllegalStateException when the request had a payload
   * @return fails with {@link PayloadException} when the payload gets longer than it may
   */
  @Override
  Future<Void> write(Buffer data);

  /** Ends the payload and so submits the job. */
  @Override
  Future<Void> end();

  @Override
  Task setWriteQueueMaxSize(int maxSize);

  @Override
  Task drainHandler(@Nullable Handler<Void> handler);
}

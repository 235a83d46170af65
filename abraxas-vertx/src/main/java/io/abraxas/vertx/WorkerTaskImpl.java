package io.abraxas.vertx;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.Charset;
import java.util.function.Consumer;

/** What a handler has of an {@link AssignedTask}: text, fractions and streams made its bytes. */
final class WorkerTaskImpl implements WorkerTask {
  /** Parts a fraction is told in. */
  private static final int FRACTION_PARTS = 10_000;

  private static final Buffer NOTHING = Buffer.buffer();

  private final AssignedTask task;
  private final WorkerImpl worker;

  /** The payload as a stream; null until it is read as one. Confined to the loop. */
  private ResultStream stream;

  WorkerTaskImpl(AssignedTask task) {
    this.task = task;
    this.worker = task.worker();
  }

  private Charset charset() {
    return worker.charset();
  }

  @Override
  public String handle() {
    return task.handle();
  }

  @Override
  public String function() {
    return worker.function();
  }

  @Override
  public String uniqueId() {
    return task.uniqueId();
  }

  @Override
  public String reducer() {
    return task.reducer();
  }

  @Override
  public String server() {
    return task.server();
  }

  @Override
  public Buffer payload() {
    return task.payload();
  }

  @Override
  public String payloadText() {
    return Bytes.text(task.payload(), charset());
  }

  @Override
  public Future<Void> status(long numerator, long denominator) {
    Checks.notNegative("numerator", numerator);
    Checks.notNegative("denominator", denominator);
    return task.status(numerator, denominator);
  }

  @Override
  public Future<Void> status(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("a fraction is between 0 and 1: " + fraction);
    }
    return status(Math.round(fraction * FRACTION_PARTS), FRACTION_PARTS);
  }

  @Override
  public Future<Void> warn(Buffer warning) {
    return task.warn(warning);
  }

  @Override
  public Future<Void> warn(String warning) {
    return warn(Bytes.text(warning, charset()));
  }

  @Override
  public Future<Void> warn(ReadStream<Buffer> warning) {
    return collect(warning).compose(this::warn);
  }

  @Override
  public Future<Void> write(Buffer data) {
    return task.write(data);
  }

  @Override
  public Future<Void> write(String text) {
    return write(Bytes.text(text, charset()));
  }

  @Override
  public Future<Void> write(ReadStream<Buffer> source) {
    return source.pipe().endOnComplete(false).to(this);
  }

  @Override
  public Future<Void> end() {
    return end(NOTHING);
  }

  @Override
  public Future<Void> end(Buffer data) {
    return task.end(data);
  }

  @Override
  public Future<Void> end(String text) {
    return end(Bytes.text(text, charset()));
  }

  @Override
  public Future<Void> end(ReadStream<Buffer> source) {
    return source.pipe().endOnFailure(false).to(this).onFailure(task::sourceFailed);
  }

  @Override
  public Future<Void> fail() {
    return fail(NOTHING);
  }

  @Override
  public Future<Void> fail(Buffer data) {
    return task.fail(data);
  }

  @Override
  public Future<Void> fail(String text) {
    return fail(Bytes.text(text, charset()));
  }

  @Override
  public Future<Void> fail(ReadStream<Buffer> source) {
    // Also when the source fails: the job is to end.
    return collect(source).otherwise(task::reason).compose(this::fail);
  }

  private Future<Buffer> collect(ReadStream<Buffer> source) {
    Promise<Buffer> promise = task.loop().promise();
    Buffer all = Buffer.buffer();
    int limit = worker.client().options().getMaxPayloadLength();
    source.exceptionHandler(promise::tryFail);
    source.endHandler(nothing -> promise.tryComplete(all));
    source.handler(
        piece -> {
          if ((long) all.length() + piece.length() > limit) {
            promise.tryFail(
                new PayloadException(
                    "longer than " + limit + " bytes", null, JobOutcome.NEVER_SENT));
          } else {
            all.appendBuffer(piece);
          }
        });
    source.resume();
    return promise.future();
  }

  @Override
  public Future<Void> giveBack() {
    return task.giveBack();
  }

  @Override
  public WorkerTask connectionLostHandler(Handler<Void> handler) {
    task.connectionLostHandler(handler);
    return this;
  }

  /** The payload as pieces, each a view of the whole. */
  private ResultStream stream() {
    if (stream == null) {
      stream = PayloadPieces.of(task.loop(), task.payload());
    }
    return stream;
  }

  private WorkerTask onStream(Consumer<ResultStream> action) {
    task.loop().run(() -> action.accept(stream()));
    return this;
  }

  @Override
  public WorkerTask exceptionHandler(Handler<Throwable> handler) {
    // The payload is here already, and a failed write tells its future: nothing calls it.
    return this;
  }

  @Override
  public WorkerTask handler(Handler<Buffer> handler) {
    return onStream(stream -> stream.handler(handler));
  }

  @Override
  public WorkerTask pause() {
    return onStream(ResultStream::pause);
  }

  @Override
  public WorkerTask resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public WorkerTask fetch(long amount) {
    return onStream(stream -> stream.fetch(amount));
  }

  @Override
  public WorkerTask endHandler(Handler<Void> handler) {
    return onStream(stream -> stream.endHandler(handler));
  }

  @Override
  public WorkerTask setWriteQueueMaxSize(int maxSize) {
    // All tasks of a connection share its send buffer.
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return task.isFull();
  }

  @Override
  public WorkerTask drainHandler(Handler<Void> handler) {
    task.drainHandler(handler);
    return this;
  }
}

package io.abraxas.vertx;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;

/** What the user has of a {@link SubmittedJob}. */
final class TaskImpl implements Task {
  private final SubmittedJob job;
  private final Charset charset;

  TaskImpl(SubmittedJob job, Charset charset) {
    this.job = job;
    this.charset = charset;
  }

  SubmittedJob job() {
    return job;
  }

  @Override
  public Future<String> handle() {
    return job.handle();
  }

  @Override
  public Future<Void> completion() {
    return job.completion();
  }

  @Override
  public Future<Buffer> result() {
    return job.result().result();
  }

  @Override
  public Future<String> resultText() {
    return result().map(data -> Bytes.text(data, charset));
  }

  @Override
  public Task statusHandler(Handler<JobProgress> handler) {
    job.statusHandler(handler);
    return this;
  }

  @Override
  public Task warningHandler(Handler<Buffer> handler) {
    job.warningHandler(handler);
    return this;
  }

  @Override
  public Task dataHandler(Handler<Buffer> handler) {
    job.result().dataHandler(handler);
    return this;
  }

  @Override
  public Task exceptionHandler(Handler<Throwable> handler) {
    job.result().exceptionHandler(handler);
    return this;
  }

  @Override
  public Task handler(Handler<Buffer> handler) {
    job.result().handler(handler);
    return this;
  }

  @Override
  public Task pause() {
    job.result().pause();
    return this;
  }

  @Override
  public Task resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public Task fetch(long amount) {
    job.result().fetch(amount);
    return this;
  }

  @Override
  public Task endHandler(Handler<Void> handler) {
    job.result().endHandler(handler);
    return this;
  }

  private PayloadSink payload() {
    PayloadSink payload = job.payload();
    if (payload == null) {
      throw new IllegalStateException("the request has its payload already");
    }
    return payload;
  }

  @Override
  public Future<Void> write(Buffer data) {
    return payload().write(data);
  }

  @Override
  public Future<Void> end() {
    return payload().end();
  }

  @Override
  public Task setWriteQueueMaxSize(int maxSize) {
    payload().setMaxQueued(maxSize);
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return payload().isFull();
  }

  @Override
  public Task drainHandler(Handler<Void> handler) {
    payload().drainHandler(handler);
    return this;
  }
}

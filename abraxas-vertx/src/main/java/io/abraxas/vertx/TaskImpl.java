package io.abraxas.vertx;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;

/** What the user has of a {@link SubmittedTask}. */
final class TaskImpl implements Task {
  private final SubmittedTask task;
  private final Charset charset;

  TaskImpl(SubmittedTask task, Charset charset) {
    this.task = task;
    this.charset = charset;
  }

  SubmittedTask task() {
    return task;
  }

  @Override
  public Future<String> handle() {
    return task.handle();
  }

  @Override
  public Future<Void> completion() {
    return task.completion();
  }

  @Override
  public Future<Buffer> result() {
    return task.result().result();
  }

  @Override
  public Future<String> resultText() {
    return result().map(data -> Bytes.text(data, charset));
  }

  @Override
  public Task statusHandler(Handler<JobProgress> handler) {
    task.statusHandler(handler);
    return this;
  }

  @Override
  public Task warningHandler(Handler<Buffer> handler) {
    task.warningHandler(handler);
    return this;
  }

  @Override
  public Task dataHandler(Handler<Buffer> handler) {
    task.result().dataHandler(handler);
    return this;
  }

  @Override
  public Task exceptionHandler(Handler<Throwable> handler) {
    task.result().exceptionHandler(handler);
    return this;
  }

  @Override
  public Task handler(Handler<Buffer> handler) {
    task.result().handler(handler);
    return this;
  }

  @Override
  public Task pause() {
    task.result().pause();
    return this;
  }

  @Override
  public Task resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public Task fetch(long amount) {
    task.result().fetch(amount);
    return this;
  }

  @Override
  public Task endHandler(Handler<Void> handler) {
    task.result().endHandler(handler);
    return this;
  }

  private PayloadSink payload() {
    PayloadSink payload = task.payload();
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

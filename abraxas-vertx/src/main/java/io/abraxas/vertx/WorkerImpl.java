package io.abraxas.vertx;

import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.AdminLine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.Charset;
import java.util.function.Function;

/** A function and the handler that does it. */
final class WorkerImpl implements Worker {
  /** What a handler returns that writes to its task by itself. */
  static final Object BY_ITSELF = new Object();

  /** Whether servers are told of it. */
  enum Standing {
    OFFERED,
    SUSPENDED,
    /** Taken back for good, or about to be. */
    GONE
  }

  private final ClientCore client;
  private final ClientLoop loop;
  private final String function;
  private final byte[] functionBytes;
  private final WorkerOptions options;
  private final Charset charset;

  /** Returns a value, a Future of one, a ReadStream, or {@link #BY_ITSELF}. */
  private final Function<WorkerTask, Object> handler;

  /** Confined to the loop. */
  private Standing standing = Standing.OFFERED;

  WorkerImpl(
      ClientCore client,
      String function,
      WorkerOptions options,
      Function<WorkerTask, Object> handler) {
    this.client = client;
    this.loop = client.loop();
    this.function = function;
    this.functionBytes = Bytes.utf8(function);
    this.options = options;
    this.charset = client.charset(options.getEncoding());
    this.handler = handler;
  }

  byte[] functionBytes() {
    return functionBytes;
  }

  Standing standing() {
    return standing;
  }

  void standing(Standing standing) {
    this.standing = standing;
  }

  WorkerOptions options() {
    return options;
  }

  Charset charset() {
    return charset;
  }

  ClientCore client() {
    return client;
  }

  /** Runs the handler where the options say. */
  void start(AssignedTask assigned) {
    switch (options.getThreading()) {
      case CLIENT_CONTEXT -> loop.user().emit(assigned, this::call);
      case WORKER_POOL ->
          loop.vertx()
              .executeBlocking(
                  () -> {
                    call(assigned);
                    return null;
                  },
                  false);
      case VIRTUAL_THREAD -> {
        // One context for each task: tasks of one context would wait for each other.
        ContextInternal context = loop.vertx().createVirtualThreadContext();
        context.runOnContext(nothing -> call(assigned));
      }
    }
  }

  private void call(AssignedTask assigned) {
    WorkerTaskImpl task = new WorkerTaskImpl(assigned);
    Object returned;
    try {
      returned = handler.apply(task);
    } catch (Throwable e) {
      assigned.threw(e);
      return;
    }
    if (returned == BY_ITSELF) {
      assigned.handlerReturned(false);
    } else if (returned instanceof Future<?> future) {
      future.onComplete(result -> finish(assigned, task, result), assigned::threw);
    } else {
      finish(assigned, task, returned);
    }
  }

  private void finish(AssignedTask assigned, WorkerTask task, Object value) {
    if (value instanceof ReadStream<?> stream) {
      task.end(buffers(stream)).onComplete(done -> assigned.handlerReturned(true));
      return;
    }
    Buffer result;
    try {
      result = Bytes.of(value, charset);
    } catch (RuntimeException e) {
      assigned.threw(e);
      return;
    }
    assigned.finish(result);
  }

  @SuppressWarnings("unchecked") // The API takes streams of buffers only.
  private static ReadStream<Buffer> buffers(ReadStream<?> stream) {
    return (ReadStream<Buffer>) stream;
  }

  @Override
  public String function() {
    return function;
  }

  @Override
  public Future<Void> unregister() {
    return client.registry().unregister(this);
  }

  @Override
  public Future<Void> suspend() {
    return client.registry().suspend(this);
  }

  @Override
  public Future<Void> resume() {
    return client.registry().resume(this);
  }

  @Override
  public Future<Void> maxqueue(int max) {
    return client.admin().maxqueue(function, max);
  }

  @Override
  public Future<FunctionStatus> status() {
    return client
        .admin()
        .status()
        .map(
            all ->
                all.stream()
                    .filter(one -> one.function().equals(function))
                    .findFirst()
                    .orElseGet(() -> new FunctionStatus(function, 0, 0, 0)));
  }

  /** Fails early what the admin protocol cannot say. */
  static AdminLine maxqueueLine(String function, Object... limits) {
    String[] words = new String[limits.length + 1];
    words[0] = function;
    for (int i = 0; i < limits.length; i++) {
      words[i + 1] = String.valueOf(limits[i]);
    }
    return AdminLine.of(AdminCommand.MAXQUEUE, words);
  }
}

package io.abraxas.vertx.eventbus;

import static io.abraxas.vertx.eventbus.EventBusContract.BAD_BODY;
import static io.abraxas.vertx.eventbus.EventBusContract.BAD_HEADER;
import static io.abraxas.vertx.eventbus.EventBusContract.DENOMINATOR;
import static io.abraxas.vertx.eventbus.EventBusContract.KIND;
import static io.abraxas.vertx.eventbus.EventBusContract.KIND_DATA;
import static io.abraxas.vertx.eventbus.EventBusContract.KIND_STATUS;
import static io.abraxas.vertx.eventbus.EventBusContract.KIND_WARNING;
import static io.abraxas.vertx.eventbus.EventBusContract.NUMERATOR;
import static io.abraxas.vertx.eventbus.EventBusContract.TASK;

import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The tasks a publisher has under way, and the one address at which their consumers tell of
 * progress. Confined to the publisher's context.
 */
final class TaskProgress {
  private final String address = "abraxas.tasks." + UUID.randomUUID();
  private final Map<String, WorkerTask> running = new HashMap<>();
  private final Charset charset;
  private long lastId;
  private MessageConsumer<Object> consumer;

  TaskProgress(Charset charset) {
    this.charset = charset;
  }

  Future<Void> listen(Vertx vertx) {
    consumer = vertx.eventBus().consumer(address, this::accept);
    return consumer.completion();
  }

  Future<Void> close() {
    return consumer.unregister();
  }

  String address() {
    return address;
  }

  /** The id under which a consumer speaks of the task. */
  String begin(WorkerTask task) {
    String id = Long.toString(++lastId);
    running.put(id, task);
    return id;
  }

  void end(String id) {
    running.remove(id);
  }

  private void accept(Message<Object> message) {
    String id = message.headers().get(TASK);
    WorkerTask task = id == null ? null : running.get(id);
    if (task == null) {
      message.fail(BAD_HEADER, "the header \"task\" names no running task: " + id);
      return;
    }
    String kind = String.valueOf(message.headers().get(KIND));
    switch (kind) {
      case KIND_DATA, KIND_WARNING -> tell(task, kind, message);
      case KIND_STATUS -> status(task, message);
      default ->
          message.fail(BAD_HEADER, "the header \"kind\" is data, warning or status, not " + kind);
    }
  }

  private void tell(WorkerTask task, String kind, Message<Object> message) {
    Buffer bytes = BodyKind.bytes(message.body(), charset);
    if (bytes == null) {
      message.fail(BAD_BODY, "no bytes can be made of a " + message.body().getClass().getName());
    } else {
      answer(message, kind.equals(KIND_DATA) ? task.write(bytes) : task.warn(bytes));
    }
  }

  private static void status(WorkerTask task, Message<Object> message) {
    if (message.body() instanceof JsonObject body
        && body.getValue(NUMERATOR) instanceof Number numerator
        && body.getValue(DENOMINATOR) instanceof Number denominator
        && numerator.longValue() >= 0
        && denominator.longValue() >= 0) {
      answer(message, task.status(numerator.longValue(), denominator.longValue()));
    } else {
      message.fail(
          BAD_BODY, "a status is a JSON object with the numbers numerator and denominator");
    }
  }

  /** For a consumer that requests instead of sending, to know when it went out. */
  private static void answer(Message<Object> message, Future<Void> done) {
    done.onComplete(
        told -> message.reply(null), e -> message.fail(EventBusContract.NOT_SENT, e.getMessage()));
  }
}

package io.abraxas.vertx.eventbus;

import static io.abraxas.vertx.eventbus.EventBusContract.KIND_DATA;
import static io.abraxas.vertx.eventbus.EventBusContract.KIND_STATUS;
import static io.abraxas.vertx.eventbus.EventBusContract.KIND_WARNING;

import io.abraxas.vertx.Task;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.nio.charset.Charset;

/** Publishes what a running job tells, at the address its sender named. */
final class Progress {
  private final EventBus bus;
  private final String address;
  private final Task task;
  private final BodyKind kind;
  private final Charset charset;

  private Progress(EventBus bus, String address, Task task, BodyKind kind, Charset charset) {
    this.bus = bus;
    this.address = address;
    this.task = task;
    this.kind = kind;
    this.charset = charset;
  }

  static void publish(EventBus bus, String address, Task task, BodyKind kind, Charset charset) {
    Progress progress = new Progress(bus, address, task, kind, charset);
    task.dataHandler(data -> progress.tell(KIND_DATA, data));
    task.warningHandler(warning -> progress.tell(KIND_WARNING, warning));
    task.statusHandler(status -> progress.send(KIND_STATUS, status.toJson()));
  }

  private void tell(String what, Buffer bytes) {
    send(what, kind.reply(bytes, charset));
  }

  private void send(String what, Object body) {
    // The handle came before anything that is told under it.
    DeliveryOptions options =
        new DeliveryOptions()
            .addHeader(EventBusContract.KIND, what)
            .addHeader(EventBusContract.HANDLE, task.handle().result());
    bus.publish(address, body, options);
  }
}

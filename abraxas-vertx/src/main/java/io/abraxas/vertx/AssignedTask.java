package io.abraxas.vertx;

import io.abraxas.vertx.connection.Connection;
import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * A job that was assigned to this client, which its handler sees as a {@link WorkerTask}. Its state
 * is confined to the loop; what handlers call, on any thread, hops there.
 *
 * <p>Two things end apart: the job, with a report to the server, and the handler, which gives the
 * slot back.
 */
final class AssignedTask {
  private final ServerLink link;
  private final Connection connection;
  private final WorkerImpl worker;
  private final ClientLoop loop;
  private final byte[] handle;
  private final byte[] unique;
  private final byte[] reducer;
  private final Buffer payload;
  private final boolean streaming;
  private final Crossing crossing = new Crossing();

  /** What was written, when it is not sent at once; null when nothing was. */
  private Buffer collected;

  /** Whether the job has ended: reported, or lost with its connection. */
  private boolean ended;

  private boolean lost;

  /** Whether the handler has been told of the loss by a call of its own: it counts as done. */
  private boolean toldOfLoss;

  /** Whether the handler has returned and the task's own end gives the slot back. */
  private boolean byItself;

  private boolean released;
  private Handler<Void> drainHandler;
  private Handler<Void> lostHandler;

  AssignedTask(ServerLink link, WorkerImpl worker, Packet packet) {
    this.link = link;
    this.connection = link.connection();
    this.worker = worker;
    this.loop = worker.client().loop();
    this.handle = packet.bytes(0);
    PacketType type = packet.type();
    this.unique = type == PacketType.JOB_ASSIGN ? new byte[0] : packet.bytes(2);
    this.reducer = type == PacketType.JOB_ASSIGN_ALL ? packet.bytes(3) : new byte[0];
    this.payload = Bytes.copy(packet, type.argumentCount() - 1);
    Boolean own = worker.options().getStreaming();
    this.streaming = own != null ? own : link.isStreaming();
  }

  WorkerImpl worker() {
    return worker;
  }

  /** The handler, or its future, has come to this result. */
  void finish(Buffer result) {
    loop.run(
        () -> {
          if (!ended) {
            complete(result);
          }
          release();
        });
  }

  /** The handler has thrown, or its future failed. */
  void threw(Throwable e) {
    loop.run(
        () -> {
          if (!ended) {
            reportFailure(reason(e));
          }
          release();
        });
  }

  /** The handler is done, or will be when it ends the task. */
  void handlerReturned(boolean done) {
    loop.run(
        () -> {
          byItself = true;
          if (done || (ended && (!lost || toldOfLoss))) {
            release();
          }
        });
  }

  private void release() {
    if (!released) {
      released = true;
      link.work().ended(this);
      worker.client().grabs().finished();
    }
  }

  Buffer reason(Throwable e) {
    if (e instanceof JobThrewException threw) {
      return threw.data();
    }
    String message = e.getMessage();
    return Bytes.text(message != null ? message : e.getClass().getName(), worker.charset());
  }

  /** The server is gone; what is written now reaches nobody. */
  void connectionLost() {
    if (!ended) {
      ended = true;
      lost = true;
      collected = null;
      loop.call(lostHandler, null);
      // A pipe that waits for room must try again to learn that it has failed.
      loop.call(drainHandler, null);
    }
  }

  void drained() {
    if (!ended && streaming && connection.isWritable()) {
      loop.call(drainHandler, null);
    }
  }

  private Future<Void> onLoop(Runnable action) {
    return onLoop(0, action);
  }

  /** Runs what writes so many bytes, which count until then. */
  private Future<Void> onLoop(int length, Runnable action) {
    Promise<Void> promise = loop.promise();
    boolean behind = crossing.isUnderWay();
    crossing.begins(length);
    loop.runBehind(
        behind,
        () -> {
          boolean roomAgain = crossing.ends(length);
          if (lost) {
            promise.fail(new ConnectionClosedException(link.name(), null, handle()));
            toldOfLoss = true;
            if (byItself) {
              release();
            }
          } else if (ended) {
            promise.fail(new IllegalStateException("the job has ended: " + handle()));
          } else {
            action.run();
            promise.tryComplete();
          }
          if (roomAgain) {
            drained();
          }
        });
    return promise.future();
  }

  private void report(PacketType type, Buffer data) {
    ByteBuf out = connection.out();
    PacketEncoder.header(out, Magic.REQUEST, type, handle.length + 1 + data.length());
    out.writeBytes(handle).writeByte(0);
    Bytes.write(out, data);
    connection.written();
  }

  private void complete(Buffer last) {
    Buffer whole = last;
    if (collected != null) {
      whole = collected.appendBuffer(last);
      collected = null;
    }
    int limit = worker.client().options().getMaxPayloadLength();
    if (whole.length() > limit) {
      reportFailure(tooLong(limit));
      return;
    }
    report(PacketType.WORK_COMPLETE, whole);
    jobEnded();
  }

  private Buffer tooLong(int limit) {
    return Bytes.text("the result is longer than " + limit + " bytes", worker.charset());
  }

  private void reportFailure(Buffer data) {
    if (data.length() > 0 && link.grantsExceptions()) {
      report(PacketType.WORK_EXCEPTION, data);
    } else {
      if (data.length() > 0) {
        report(PacketType.WORK_WARNING, data);
      }
      PacketEncoder.write(connection.out(), Magic.REQUEST, PacketType.WORK_FAIL, handle);
      connection.written();
    }
    collected = null;
    jobEnded();
  }

  private void jobEnded() {
    ended = true;
    if (byItself) {
      release();
    }
  }

  private void accept(Buffer data) {
    int limit = worker.client().options().getMaxPayloadLength();
    if (streaming) {
      report(PacketType.WORK_DATA, data);
    } else {
      collected = collected == null ? Buffer.buffer() : collected;
      if ((long) collected.length() + data.length() > limit) {
        reportFailure(tooLong(limit));
      } else {
        collected.appendBuffer(data);
      }
    }
  }

  /** The source of the result has failed, and a pipe says so instead of ending it. */
  void sourceFailed(Throwable e) {
    loop.runBehind(
        crossing.isUnderWay(),
        () -> {
          if (!ended) {
            reportFailure(reason(e));
          } else if (lost && byItself) {
            release();
          }
        });
  }

  ClientLoop loop() {
    return loop;
  }

  String server() {
    return link.name();
  }

  String handle() {
    return new String(handle, StandardCharsets.UTF_8);
  }

  String uniqueId() {
    return new String(unique, StandardCharsets.UTF_8);
  }

  String reducer() {
    return reducer.length == 0 ? null : new String(reducer, StandardCharsets.UTF_8);
  }

  Buffer payload() {
    return payload;
  }

  Future<Void> status(long numerator, long denominator) {
    return onLoop(
        () ->
            link.sendTo(
                connection,
                PacketType.WORK_STATUS,
                handle,
                Bytes.utf8(String.valueOf(numerator)),
                Bytes.utf8(String.valueOf(denominator))));
  }

  Future<Void> warn(Buffer warning) {
    return onLoop(() -> report(PacketType.WORK_WARNING, warning));
  }

  Future<Void> write(Buffer data) {
    return onLoop(data.length(), () -> accept(data));
  }

  Future<Void> end(Buffer data) {
    return onLoop(() -> complete(data));
  }

  Future<Void> fail(Buffer data) {
    return onLoop(() -> reportFailure(data));
  }

  Future<Void> giveBack() {
    Promise<Void> promise = loop.promise();
    onLoop(
            () -> {
              ended = true;
              collected = null;
              link.work().givenBack(this);
              worker.client().registry().suspend(worker).onComplete(promise);
              release();
            })
        .onFailure(promise::fail);
    return promise.future();
  }

  void connectionLostHandler(Handler<Void> handler) {
    loop.run(
        () -> {
          lostHandler = handler;
          if (lost) {
            loop.later(() -> loop.call(handler, null));
          }
        });
  }

  boolean isFull() {
    return streaming && !lost && (crossing.isFull() || !connection.isWritable());
  }

  void drainHandler(Handler<Void> handler) {
    loop.run(
        () -> {
          drainHandler = handler;
          // On another thread than the loop there may be room again by now, or never more.
          if (handler != null && !isFull()) {
            loop.later(() -> loop.call(drainHandler, null));
          }
        });
  }
}

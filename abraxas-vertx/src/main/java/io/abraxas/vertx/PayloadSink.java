package io.abraxas.vertx;

import io.abraxas.vertx.connection.Connection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/**
 * The write side of a task. Without a declared length it collects the payload; with one it hands
 * the pieces to the connection that the task was given, as fast as that takes them.
 */
final class PayloadSink {
  private static final int DEFAULT_MAX_QUEUED = 64 * 1024;

  private final SubmittedTask task;
  private final ClientCore client;
  private final ClientLoop loop;
  private final boolean declared;
  private final long maxLength;
  private final Crossing crossing = new Crossing();

  /** Read by writers on any thread. */
  private volatile boolean full;

  private int maxQueued = DEFAULT_MAX_QUEUED;
  private Handler<Void> drainHandler;
  private Buffer collected = Buffer.buffer();

  /** Pieces for which the connection has no room yet, or which wait for a connection. */
  private final ArrayDeque<Buffer> queued = new ArrayDeque<>();

  private long queuedBytes;
  private Connection connection;

  /** Bytes of the declared length that were not written to the connection yet. */
  private long missing;

  /** Bytes the caller has written. */
  private long accepted;

  private boolean ended;
  private GearmanException failure;

  PayloadSink(SubmittedTask task, ClientCore client) {
    this.task = task;
    this.client = client;
    this.loop = client.loop();
    Long length = task.request().getPayloadLength();
    this.declared = length != null;
    this.missing = declared ? length : 0;
    this.maxLength = declared ? length : client.options().getMaxPayloadLength();
    this.full = declared;
  }

  boolean hasDeclaredLength() {
    return declared;
  }

  boolean isFull() {
    return full || crossing.isFull();
  }

  void setMaxQueued(int bytes) {
    loop.run(() -> maxQueued = bytes);
  }

  void drainHandler(Handler<Void> handler) {
    loop.run(
        () -> {
          drainHandler = handler;
          if (!isFull()) {
            loop.later(this::tellDrained);
          }
        });
  }

  Future<Void> write(Buffer data) {
    Promise<Void> promise = loop.promise();
    boolean behind = crossing.isUnderWay();
    crossing.begins(data.length());
    loop.runBehind(
        behind,
        () -> {
          boolean roomAgain = crossing.ends(data.length());
          accept(data, promise);
          if (roomAgain) {
            tellDrained();
          }
        });
    return promise.future();
  }

  private void accept(Buffer data, Promise<Void> promise) {
    if (failure != null) {
      promise.fail(failure);
      return;
    }
    if (ended) {
      promise.fail(new IllegalStateException("the payload has ended"));
      return;
    }
    accepted += data.length();
    if (accepted > maxLength) {
      broken(declared ? "longer than declared" : "longer than " + maxLength + " bytes", null);
      promise.fail(failure);
      return;
    }
    if (declared) {
      queued.add(data);
      queuedBytes += data.length();
      pump();
    } else {
      collected.appendBuffer(data);
    }
    promise.tryComplete();
  }

  Future<Void> end() {
    Promise<Void> promise = loop.promise();
    loop.runBehind(
        crossing.isUnderWay(),
        () -> {
          if (failure == null && !ended) {
            finish();
          }
          if (failure != null) {
            promise.fail(failure);
          } else {
            promise.complete();
          }
        });
    return promise.future();
  }

  private void finish() {
    ended = true;
    if (!declared) {
      Buffer whole = collected;
      collected = null;
      task.payloadComplete(whole);
    } else if (accepted < maxLength) {
      broken("shorter than declared", null);
    }
  }

  /** The task's packet may go out over this connection, which it has for itself until the end. */
  void stream(Connection connection) {
    this.connection = connection;
    connection.beginPayload();
    JobPacket.writeHead(connection.payloadOut(), task.request());
    connection.payloadWritten();
    watch(accepted);
    pump();
  }

  /** Writes what the connection takes. Called again when it takes more. */
  void pump() {
    if (connection == null || task.state() != SubmittedTask.State.SENDING) {
      full = queuedBytes >= maxQueued || connection == null;
      return;
    }
    while (!queued.isEmpty() && connection.isPayloadWritable()) {
      Buffer piece = queued.poll();
      queuedBytes -= piece.length();
      missing -= piece.length();
      Bytes.write(connection.payloadOut(), piece);
      connection.payloadWritten();
    }
    full = queuedBytes >= maxQueued || !connection.isPayloadWritable();
    // A write may make room and come back here before it returns: the packet is ended once.
    if (missing == 0 && task.state() == SubmittedTask.State.SENDING) {
      task.payloadSent();
      connection.endPayload();
      full = false;
    }
    tellDrained();
  }

  private void tellDrained() {
    if (!isFull() && drainHandler != null) {
      loop.call(drainHandler, null);
    }
  }

  /** Fails the task when its source has written nothing for too long. */
  private void watch(long before) {
    long timeout = client.options().getWriteStallTimeout();
    loop.after(
        timeout,
        () -> {
          if (task.state() != SubmittedTask.State.SENDING) {
            return;
          }
          if (accepted == before && queued.isEmpty() && connection.isPayloadWritable()) {
            broken("stalled for " + timeout + " ms", null);
          } else {
            watch(accepted);
          }
        });
  }

  private void broken(String how, Throwable cause) {
    boolean unsent = connection == null;
    task.failUnsent(
        new PayloadException(
            "the payload is " + how + (unsent ? "; it was never sent" : "; outcome unknown"),
            cause,
            unsent ? JobOutcome.NEVER_SENT : JobOutcome.UNKNOWN));
  }

  /** The task has failed: nothing more is written. */
  void fail(GearmanException cause) {
    failure = cause;
    queued.clear();
    collected = null;
    full = false;
    // A pipe that waits for room must try again to learn that it has failed.
    tellDrained();
  }
}

package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * A submitted job, from its payload to its end, which the user sees as a {@link Task}. Confined to
 * the loop, but for the methods that the task calls, which hop there.
 *
 * <pre>
 * COLLECTING ─ payload complete ─▶ WAITING ─ link chosen ─▶ SENT ─ JOB_CREATED ─▶ CREATED ─▶ ENDED
 *               (declared length:  WAITING ─▶ SENDING ─ last byte ─▶ SENT)
 * </pre>
 *
 * <p>The state is what a failure may claim: before SENDING the job was never sent, from then on its
 * outcome is unknown, unless the server says otherwise.
 */
final class SubmittedTask implements Expected, ResultStream.Owner {
  enum State {
    /** The payload is being written and kept here. */
    COLLECTING,
    /** In the submit queue. */
    WAITING,
    /** The head of the packet is out, the payload follows as it is written. */
    SENDING,
    /** The packet was given to a connection. */
    SENT,
    /** The server has the job, which has a handle. */
    CREATED,
    /** Over, well or badly. */
    ENDED
  }

  private final ClientCore client;
  private final ClientLoop loop;
  private final JobRequest request;
  private final ResultStream result;
  private final PayloadSink payload;

  private State state;
  private ServerLink link;
  private byte[] handle;
  private GearmanException failure;

  /** What lost the connection it was sent over first, when it may be sent again. */
  private GearmanException lostBefore;

  /** How often it was given back to the submit queue. */
  private int retries;

  /** When it stops waiting for a connection, in nanoTime, if ever. Owned by the submit queue. */
  long deadlineNanos;

  /** What it counts for in the submit queue, 0 when it is not there. Owned by that queue. */
  long queuedBytes;

  private ScheduledFuture<?> responseTimer;
  private Promise<String> handlePromise;
  private Promise<Void> completion;
  private Handler<JobProgress> statusHandler;
  private Handler<Buffer> warningHandler;

  SubmittedTask(ClientCore client, JobRequest request) {
    this.client = client;
    this.loop = client.loop();
    this.request = request;
    GearmanClientOptions options = client.options();
    this.result =
        new ResultStream(loop, this, options.getTaskBufferSize(), options.getMaxResultLength());
    this.payload = request.getPayload() == null ? new PayloadSink(this, client) : null;
    boolean collects = payload != null && !payload.hasDeclaredLength();
    this.state = collects ? State.COLLECTING : State.WAITING;
  }

  JobRequest request() {
    return request;
  }

  State state() {
    return state;
  }

  boolean isBackground() {
    return JobPacket.isBackground(request);
  }

  byte[] handleBytes() {
    return handle;
  }

  long payloadBytes() {
    return request.getPayload() == null ? 0 : request.getPayload().length();
  }

  /** Whether it was sent before. */
  boolean isRetried() {
    return retries > 0;
  }

  /** Goes to a server, or to the queue, unless the payload must come first. */
  void start() {
    if (client.isClosed()) {
      fail(new ClientClosedException(JobOutcome.NEVER_SENT, null));
    } else if (!client.servers().allows(this)) {
      fail(new InvalidJobException("a foreground job in streaming mode must have no unique id"));
    } else if (state == State.WAITING) {
      client.queue().submit(this);
    } else if (state == State.COLLECTING) {
      client.queue().collecting(this);
    }
  }

  /** The payload was collected. */
  void payloadComplete(Buffer bytes) {
    if (state == State.COLLECTING) {
      client.queue().collected(this);
      request.setPayload(bytes);
      state = State.WAITING;
      start();
    }
  }

  /** Writes the packet, or its head when the payload follows piece by piece. */
  void send(ServerLink link) {
    this.link = link;
    link.expect(this);
    if (payload != null && payload.hasDeclaredLength()) {
      state = State.SENDING;
      link.sending(this);
      payload.stream(link.connection());
    } else {
      state = State.SENT;
      ByteBuf out = link.connection().out();
      JobPacket.write(out, request);
      link.connection().written();
      if (!request.isRetryOnDisconnect()) {
        forgetPayload();
      }
    }
    long timeout =
        request.getResponseTimeout() != null
            ? request.getResponseTimeout()
            : client.options().getResponseTimeout();
    if (timeout > 0 && responseTimer == null) {
      responseTimer =
          loop.after(timeout, () -> fail(new TaskTimeoutException(timeout, handleText())));
    }
  }

  /** Its bytes are not needed here any more; the caller may keep the task for long. */
  private void forgetPayload() {
    request.setPayload(null);
  }

  /** The connection takes more of a payload that is written piece by piece. */
  void pumpPayload() {
    if (state == State.SENDING) {
      payload.pump();
    }
  }

  /** The last byte of a streamed payload is out. */
  void payloadSent() {
    if (state == State.SENDING) {
      state = State.SENT;
    }
  }

  @Override
  public boolean isAnsweredBy(PacketType type) {
    // No server has a job before the last byte of its packet.
    return type == PacketType.JOB_CREATED && state != State.SENDING;
  }

  @Override
  public void answer(Packet packet) {
    handle = packet.bytes(0);
    if (!isBackground()) {
      // Also when it has ended: the server sends a copy of everything for it.
      link.jobs().add(handle, this);
    }
    if (state == State.ENDED) {
      return;
    }
    state = State.CREATED;
    forgetPayload();
    if (handlePromise != null) {
      handlePromise.tryComplete(handleText());
    }
    if (isBackground()) {
      complete(Buffer.buffer());
    }
  }

  @Override
  public void refused(ServerErrorException refusal) {
    fail(refusal);
  }

  @Override
  public void lost(GearmanException cause) {
    // A collected payload is here still; a streamed one is not.
    boolean isWhole = state == State.SENT && request.getPayload() != null;
    if (isWhole
        && request.isRetryOnDisconnect()
        && retries < client.options().getMaxRetries()
        && !client.isClosed()) {
      retries++;
      lostBefore = lostBefore == null ? cause : lostBefore;
      state = State.WAITING;
      link = null;
      client.queue().submitAgain(this);
    } else {
      fail(cause);
    }
  }

  /** It is not sent again, and so fails as it would have at its first loss. */
  void failLost() {
    fail(lostBefore);
  }

  /** What says that it was not sent, or, if it was sent once before, that nobody knows. */
  void failUnsent(GearmanException cause) {
    fail(lostBefore == null ? cause : lostBefore);
  }

  /** WORK_DATA. */
  void data(Packet packet) {
    if (state == State.CREATED) {
      result.add(Bytes.copy(packet, 1));
    }
  }

  /** WORK_WARNING. */
  void warning(Packet packet) {
    if (state == State.CREATED && warningHandler != null) {
      loop.call(warningHandler, Bytes.copy(packet, 1));
    }
  }

  /** WORK_STATUS. */
  void status(Packet packet) {
    if (state == State.CREATED && statusHandler != null) {
      loop.call(statusHandler, new JobProgress(Numbers.of(packet, 1), Numbers.of(packet, 2)));
    }
  }

  /** WORK_COMPLETE. */
  void completed(Packet packet) {
    if (state == State.CREATED) {
      complete(Bytes.copy(packet, 1));
    }
  }

  /** WORK_EXCEPTION. */
  void threw(Packet packet) {
    if (state == State.CREATED) {
      fail(new JobThrewException(handleText(), Bytes.copy(packet, 1)));
    }
  }

  /** WORK_FAIL. */
  void failed() {
    if (state == State.CREATED) {
      fail(new JobFailedException("the job failed", handleText()));
    }
  }

  private void complete(Buffer last) {
    leave();
    result.end(last);
    if (completion != null) {
      completion.tryComplete();
    }
  }

  /** Ends it badly, whatever it was at. */
  void fail(GearmanException cause) {
    if (state == State.ENDED) {
      return;
    }
    if (state == State.COLLECTING) {
      client.queue().collected(this);
    }
    boolean packetIsOpen = state == State.SENDING;
    ServerLink broken = link;
    failure = cause;
    leave();
    result.fail(cause, cause instanceof ReadStalledException);
    if (handlePromise != null) {
      handlePromise.tryFail(cause);
    }
    if (completion != null) {
      completion.tryFail(cause);
    }
    if (payload != null) {
      payload.fail(cause);
    }
    if (packetIsOpen) {
      broken.giveUp("the payload of a job ended before its declared length", cause);
    }
  }

  private void leave() {
    client.queue().ended(this);
    state = State.ENDED;
    forgetPayload();
    if (responseTimer != null) {
      responseTimer.cancel(false);
    }
    if (link != null) {
      link.stalled().remove(this);
    }
  }

  @Override
  public void stalled(boolean stalled) {
    if (stalled && state == State.CREATED) {
      link.stalled().add(this);
    } else if (link != null) {
      link.stalled().remove(this);
    }
  }

  @Override
  public void tooLarge() {
    int limit = client.options().getMaxResultLength();
    if (state == State.ENDED) {
      // It arrived whole, and is only now being collected.
      result.fail(new ResultTooLargeException(limit, handleText()), true);
    } else {
      fail(new ResultTooLargeException(limit, handleText()));
    }
  }

  String handleText() {
    return handle == null ? null : new String(handle, StandardCharsets.UTF_8);
  }

  Future<String> handle() {
    Promise<String> promise = loop.promise();
    loop.run(
        () -> {
          if (handle != null) {
            promise.complete(handleText());
          } else if (failure != null) {
            promise.fail(failure);
          } else if (handlePromise == null) {
            handlePromise = promise;
          } else {
            handlePromise.future().onComplete(promise);
          }
        });
    return promise.future();
  }

  Future<Void> completion() {
    Promise<Void> promise = loop.promise();
    loop.run(
        () -> {
          if (failure != null) {
            promise.fail(failure);
          } else if (state == State.ENDED) {
            promise.complete();
          } else if (completion == null) {
            completion = promise;
          } else {
            completion.future().onComplete(promise);
          }
        });
    return promise.future();
  }

  ResultStream result() {
    return result;
  }

  /** Where the payload is written to; null when the request came with it. */
  PayloadSink payload() {
    return payload;
  }

  void statusHandler(Handler<JobProgress> handler) {
    loop.run(() -> statusHandler = handler);
  }

  void warningHandler(Handler<Buffer> handler) {
    loop.run(() -> warningHandler = handler);
  }
}

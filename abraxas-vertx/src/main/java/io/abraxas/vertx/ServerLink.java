package io.abraxas.vertx;

import io.abraxas.vertx.connection.Backoff;
import io.abraxas.vertx.connection.Connection;
import io.abraxas.vertx.connection.ConnectionListener;
import io.abraxas.vertx.connection.ServerAddress;
import io.abraxas.vertx.connection.Transport;
import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.AdminLine;
import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One server: its connection, again and again, and what is under way on it.
 *
 * <pre>
 *    ┌──────────────── delay ────────────────┐
 *    ▼                                       │
 * CONNECTING ─▶ GREETING ─▶ LIVE ─ lost ─▶ WAITING        CLOSED from anywhere
 *    └ failed ──────┴ lost, refused ─────────▶┘
 * </pre>
 */
final class ServerLink implements ConnectionListener {
  enum State {
    /** A connection is being made. */
    CONNECTING,
    /** There is one, and the server was asked for streaming mode. */
    GREETING,
    /** Jobs and commands may go. */
    LIVE,
    /** Until the next attempt. */
    WAITING,
    /** For ever. */
    CLOSED
  }

  private final ClientImpl client;
  private final ClientLoop loop;
  private final String name;
  private final boolean streaming;

  /** The id it shows instead of the client's; null when that is the same. */
  private String ownClientId;

  private final Transport transport;
  private final Backoff backoff;

  private final ReplyQueue replies = new ReplyQueue();
  private final ClientJobs jobs = new ClientJobs();
  private final LinkWork work;

  /** Tasks that hold the connection back, with what ends that. */
  private final Map<TaskImpl, ScheduledFuture<?>> stalled = new HashMap<>();

  private State state = State.WAITING;

  /** The next attempt; null when none is planned. */
  private ScheduledFuture<?> retry;

  private Connection connection;

  /** The task whose payload is being written piece by piece, or the last one that was. */
  private TaskImpl sending;

  private boolean grantsExceptions;
  private ConnectionErrorException givenUp;

  ServerLink(ClientImpl client, ServerOptions options, Transport transport, Backoff backoff) {
    this.client = client;
    this.loop = client.loop();
    this.name = ServerAddress.parse(options.getAddress()).text();
    this.transport = transport;
    this.backoff = backoff;
    GearmanClientOptions common = client.options();
    this.streaming = options.getStreaming() != null ? options.getStreaming() : common.isStreaming();
    this.ownClientId = options.getClientId();
    this.work = new LinkWork(this, client.grabs());
    transport.onReachable(this::connect);
  }

  String name() {
    return name;
  }

  boolean isStreaming() {
    return streaming;
  }

  boolean isLive() {
    return state == State.LIVE;
  }

  boolean grantsExceptions() {
    return grantsExceptions;
  }

  Connection connection() {
    return connection;
  }

  ClientJobs jobs() {
    return jobs;
  }

  LinkWork work() {
    return work;
  }

  void sending(TaskImpl task) {
    sending = task;
  }

  /** Whether it takes more jobs now. */
  boolean isWritable() {
    return state == State.LIVE && connection.isWritable();
  }

  void connect() {
    if (state != State.WAITING) {
      return;
    }
    state = State.CONNECTING;
    cancelRetry();
    transport
        .connect(this)
        .onComplete(
            made -> {
              if (made.succeeded()) {
                connected(made.result());
              } else if (state == State.CONNECTING) {
                failed(
                    new ConnectionErrorException(
                        name, String.valueOf(made.cause().getMessage()), made.cause()));
                retryLater();
              }
            });
  }

  private void failed(ConnectionErrorException e) {
    client.servers().failed(e);
    client.connectionError(e);
  }

  private void retryLater() {
    if (state == State.CLOSED) {
      // By whoever was just told of the error.
      return;
    }
    state = State.WAITING;
    retry = loop.after(backoff.next(), this::connect);
  }

  private void cancelRetry() {
    if (retry != null) {
      retry.cancel(false);
      retry = null;
    }
  }

  private void connected(Connection made) {
    connection = made;
    if (state == State.CLOSED) {
      made.abort(null);
      return;
    }
    state = State.GREETING;
    givenUp = null;
    grantsExceptions = false;
    option("exceptions").onSuccess(granted -> grantsExceptions = true);
    if (streaming) {
      option("streaming")
          .onSuccess(granted -> live())
          .onFailure(
              refusal -> {
                if (refusal instanceof ServerErrorException) {
                  giveUp("streaming mode is refused", refusal);
                }
              });
      long timeout = client.options().getWriteStallTimeout();
      loop.after(
          timeout,
          () -> {
            if (state == State.GREETING && connection == made) {
              giveUp("no answer to the wish for streaming mode in " + timeout + " ms", null);
            }
          });
    }
    String clientId = ownClientId != null ? ownClientId : client.clientId();
    if (clientId != null) {
      send(PacketType.SET_CLIENT_ID, Bytes.utf8(clientId));
    }
    client.workers().forEach(worker -> work.offer(worker));
    client.maxqueues().forEach(line -> ask(line, null));
    if (!streaming) {
      live();
    }
  }

  private Future<String> option(String option) {
    // The loop's own promise: its listeners run inside the answer.
    Promise<String> promise = loop.loop().promise();
    replies.expect(
        new PacketReply<>(
            PacketType.OPTION_RES, packet -> packet.text(0, StandardCharsets.UTF_8), promise));
    send(PacketType.OPTION_REQ, Bytes.utf8(option));
    return promise.future();
  }

  private void live() {
    if (state == State.GREETING) {
      state = State.LIVE;
      client.live(this);
    }
  }

  /** Gives the connection up for a reason that is not the job's. */
  void giveUp(String why, Throwable cause) {
    if (connection != null && state != State.CLOSED) {
      givenUp = new ConnectionErrorException(name, why, cause);
      connection.abort(givenUp);
    }
  }

  /** Shows this id from now on, as all servers do. */
  void clientId(String clientId) {
    ownClientId = null;
    send(PacketType.SET_CLIENT_ID, Bytes.utf8(clientId));
  }

  void send(PacketType type, byte[]... arguments) {
    if (connection != null) {
      sendTo(connection, type, arguments);
    }
  }

  /** Sends over a connection that may be gone: then it goes nowhere. */
  void sendTo(Connection target, PacketType type, byte[]... arguments) {
    PacketEncoder.write(target.out(), Magic.REQUEST, type, arguments);
    target.written();
  }

  void expect(Expected expected) {
    replies.expect(expected);
  }

  /** Sends a request of the client role that one packet answers. */
  <T> Future<T> ask(
      PacketType type, byte[] argument, PacketType answer, Function<Packet, T> reader) {
    Promise<T> promise = loop.promise();
    replies.expect(new PacketReply<>(answer, reader, promise));
    send(type, argument);
    client.limitResponse(promise);
    return promise.future();
  }

  /** Sends an admin command. A null promise: nobody wants to know. */
  void ask(AdminLine line, Promise<List<String>> promise) {
    Promise<List<String>> answer = promise != null ? promise : loop.promise();
    replies.expect(TextReply.to(line.command(), name, answer));
    ByteBuf out = connection.out();
    line.write(out);
    // gearmand takes the last letter of a new function for the CR of a CRLF.
    out.setByte(out.writerIndex() - 1, '\r').writeByte('\n');
    if (line.command().reply() == AdminCommand.Reply.ROWS) {
      PacketEncoder.write(out, Magic.REQUEST, PacketType.ECHO_REQ, Bytes.utf8(RowsReply.MARK));
    }
    connection.written();
    client.limitResponse(answer);
  }

  /** A task holds the connection back; for so long it may. */
  void stall(TaskImpl task) {
    long timeout = client.options().getReadStallTimeout();
    ScheduledFuture<?> timer =
        loop.after(timeout, () -> task.fail(new ReadStalledException(timeout, task.handleText())));
    stalled.put(task, timer);
    connection.pauseReading();
  }

  void unstall(TaskImpl task) {
    if (stalled.isEmpty()) {
      return;
    }
    ScheduledFuture<?> timer = stalled.remove(task);
    if (timer != null) {
      timer.cancel(false);
      if (stalled.isEmpty() && connection != null) {
        connection.resumeReading();
      }
    }
  }

  @Override
  public void packet(Packet packet) {
    PacketType type = packet.type();
    if (type == null || packet.magic() != Magic.RESPONSE) {
      client.unknownPacket(name, packet);
      return;
    }
    switch (type) {
      case WORK_COMPLETE, WORK_FAIL, WORK_EXCEPTION -> jobEnded(type, packet);
      case WORK_DATA, WORK_WARNING, WORK_STATUS -> jobReported(type, packet);
      case NOOP -> work.noop();
      case NO_JOB -> work.noJob();
      case JOB_ASSIGN, JOB_ASSIGN_UNIQ, JOB_ASSIGN_ALL -> work.assigned(packet);
      case ERROR -> error(packet);
      case JOB_CREATED, ECHO_RES, OPTION_RES, STATUS_RES, STATUS_RES_UNIQUE -> answer(packet);
      default -> client.unknownPacket(name, packet);
    }
  }

  private void answer(Packet packet) {
    if (!replies.answer(packet)) {
      giveUp(packet.type() + " without a request", null);
    } else if (state == State.LIVE) {
      // Not before: a server that refuses streaming mode is not asked ten times a second.
      backoff.reset();
    }
  }

  private void jobEnded(PacketType type, Packet packet) {
    TaskImpl task = jobs.last(packet);
    if (task == null) {
      return;
    }
    switch (type) {
      case WORK_COMPLETE -> task.completed(packet);
      case WORK_FAIL -> task.failed();
      default -> task.threw(packet);
    }
  }

  private void jobReported(PacketType type, Packet packet) {
    TaskImpl task = jobs.next(packet);
    if (task == null) {
      return;
    }
    switch (type) {
      case WORK_DATA -> task.data(packet);
      case WORK_WARNING -> task.warning(packet);
      default -> task.status(packet);
    }
  }

  private void error(Packet packet) {
    String code = packet.text(0, StandardCharsets.UTF_8);
    if (code.equals(ReplyQueue.JOB_NOT_FOUND)) {
      // A worker's report on a job the server took back: the worker has learned nothing new.
      return;
    }
    String text = packet.text(1, StandardCharsets.UTF_8);
    ServerErrorException refusal = new ServerErrorException(name, code, text);
    if (!replies.refuse(refusal)) {
      client.connectionError(refusal);
    }
  }

  @Override
  public void line(ByteBuf buffer, int start, int length) {
    String line = buffer.toString(start, length, StandardCharsets.UTF_8);
    if (!replies.line(line)) {
      giveUp("text without a command", null);
    }
  }

  @Override
  public void discarded(PacketType type) {
    throw new IllegalStateException("the client's decoder has no limit of memory");
  }

  @Override
  public void malformed(Malformed reason) {
    giveUp(reason.text(), null);
  }

  @Override
  public void drained() {
    if (sending != null) {
      sending.pumpPayload();
    }
    if (state == State.LIVE) {
      work.drained();
      client.drained();
    }
  }

  @Override
  public void closed(Throwable cause) {
    boolean wasLive = state == State.LIVE;
    boolean wasClosed = state == State.CLOSED;
    if (!wasClosed) {
      state = State.WAITING;
    }
    connection = null;
    sending = null;
    stalled.values().forEach(timer -> timer.cancel(false));
    stalled.clear();
    if (wasClosed) {
      return;
    }
    fail(cause, false);
    work.lost();
    if (givenUp != null || !wasLive) {
      String why = cause == null ? "closed by the server" : String.valueOf(cause.getMessage());
      failed(givenUp != null ? givenUp : new ConnectionErrorException(name, why, cause));
    }
    if (wasLive) {
      client.disconnected(this);
    }
    if (state == State.WAITING) {
      retryLater();
    }
  }

  /** Everything under way ends. */
  private void fail(Throwable cause, boolean clientClosed) {
    jobs.drain(task -> task.fail(loss(cause, clientClosed, task.handleText())));
    replies.lose(expected -> loss(cause, clientClosed, null));
  }

  private GearmanException loss(Throwable cause, boolean clientClosed, String handle) {
    return clientClosed
        ? new ClientClosedException(JobOutcome.UNKNOWN, handle)
        : new ConnectionClosedException(name, cause, handle);
  }

  /** Sends what was written and closes; everything under way fails. */
  Future<Void> close() {
    Connection open = connection;
    State before = state;
    state = State.CLOSED;
    if (before == State.CLOSED) {
      return Future.succeededFuture();
    }
    cancelRetry();
    // A payload that will not be finished must not be taken for one that was.
    boolean broken = sending != null && sending.state() == TaskImpl.State.SENDING;
    Future<Void> closing = Future.succeededFuture();
    if (open != null && !broken) {
      closing = open.close();
      // Not for ever: a server may take nothing any more.
      ScheduledFuture<?> limit =
          loop.after(client.options().getWriteStallTimeout(), () -> open.abort(null));
      closing.onComplete(done -> limit.cancel(false));
    } else if (open != null) {
      open.abort(null);
    }
    fail(null, true);
    work.lost();
    return closing.eventually(transport::close);
  }
}

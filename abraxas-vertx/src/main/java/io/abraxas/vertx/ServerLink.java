package io.abraxas.vertx;

import io.abraxas.vertx.connection.Backoff;
import io.abraxas.vertx.connection.Connection;
import io.abraxas.vertx.connection.ServerAddress;
import io.abraxas.vertx.connection.Transport;
import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.AdminLine;
import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
final class ServerLink {
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

  /** Asks which cluster the server is in, and begins the answer. Others know no such option. */
  private static final String CLUSTER = "cluster";

  private final ClientCore client;
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
  private final Incoming incoming;

  private final StalledTasks stalled;

  private State state = State.WAITING;

  /** The next attempt; null when none is planned. */
  private ScheduledFuture<?> retry;

  private Connection connection;

  /** The task whose payload is being written piece by piece, or the last one that was. */
  private SubmittedTask sending;

  private boolean grantsExceptions;

  /** Of this connection; its result is null for a server that is in none. */
  private Future<String> cluster = Future.succeededFuture();

  private ConnectionErrorException givenUp;

  ServerLink(ClientCore client, ServerOptions options, Transport transport, Backoff backoff) {
    this.client = client;
    this.loop = client.loop();
    this.name = ServerAddress.parse(options.getAddress()).text();
    this.transport = transport;
    this.backoff = backoff;
    GearmanClientOptions common = client.options();
    this.streaming = options.getStreaming() != null ? options.getStreaming() : common.isStreaming();
    this.ownClientId = options.getClientId();
    this.work = new LinkWork(this, client.grabs());
    this.stalled = new StalledTasks(loop, common.getReadStallTimeout());
    this.incoming = new Incoming(this, client, replies, jobs);
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

  /** The name of the cluster it is in, or null. The future is the loop's own and never fails. */
  Future<String> cluster() {
    return cluster;
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

  /** Tasks that hold the connection back. */
  StalledTasks stalled() {
    return stalled;
  }

  /** The server has answered a request: it is really there. */
  void answered() {
    if (state == State.LIVE) {
      // Not before: a server that refuses streaming mode is not asked ten times a second.
      backoff.reset();
    }
  }

  void sending(SubmittedTask task) {
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
        .connect(incoming)
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
    stalled.on(made);
    givenUp = null;
    grantsExceptions = false;
    option("exceptions").onSuccess(granted -> grantsExceptions = true);
    if (client.servers().links().size() > 1) {
      cluster = option(CLUSTER).map(ServerLink::clusterName).otherwiseEmpty();
    }
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

  private static String clusterName(String granted) {
    return granted.startsWith(CLUSTER + "=") ? granted.substring(CLUSTER.length() + 1) : null;
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

  /** The connection takes more. */
  void drained() {
    if (sending != null) {
      sending.pumpPayload();
    }
    if (state == State.LIVE) {
      work.drained();
      client.drained();
    }
  }

  /** The connection is gone. */
  void closed(Throwable cause) {
    boolean wasLive = state == State.LIVE;
    boolean wasClosed = state == State.CLOSED;
    if (!wasClosed) {
      state = State.WAITING;
    }
    connection = null;
    sending = null;
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
    boolean broken = sending != null && sending.state() == SubmittedTask.State.SENDING;
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

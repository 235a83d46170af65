package io.abraxas.vertx;

import io.abraxas.vertx.connection.Backoff;
import io.abraxas.vertx.protocol.AdminLine;
import io.abraxas.vertx.protocol.Packet;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The client: its servers, its workers, and what it tells every server that comes. Confined to the
 * loop, but for the methods that the API calls, which hop there.
 */
final class ClientCore implements Closeable {
  private final ClientLoop loop;
  private final GearmanClientOptions options;
  private final ServerPool servers;
  private final GrabLoop grabs;
  private final SubmitQueue queue = new SubmitQueue(this);
  private final WorkerRegistry registry;
  private final GearmanAdmin admin = new AdminImpl(this);

  private final Map<String, AdminLine> maxqueues = new LinkedHashMap<>();

  private String clientId;
  private volatile boolean closed;

  /** Whether close or shutdown was called: workers that come now would never work. */
  private volatile boolean ending;

  private Future<Void> closing;
  private Handler<String> connectedHandler;
  private Handler<String> disconnectedHandler;
  private Handler<Throwable> connectionErrorHandler;
  private Handler<UnknownPacket> unknownPacketHandler;

  private ClientCore(ClientLoop loop, GearmanClientOptions options) {
    this.loop = loop;
    this.options = options;
    this.clientId = options.getClientId();
    this.grabs = new GrabLoop(options.getMaxJobs());
    this.registry = new WorkerRegistry(this, grabs);
    this.servers = new ServerPool(this);
    Random random = new Random();
    for (ServerOptions server : Servers.of(options)) {
      Backoff backoff =
          new Backoff(options.getReconnectDelay(), options.getMaxReconnectDelay(), random);
      ServerLink link =
          new ServerLink(this, server, Servers.transport(server, options, loop), backoff);
      servers.add(link);
      grabs.add(link);
    }
  }

  static ClientCore start(Vertx vertx, GearmanClientOptions options) {
    ClientLoop loop = ClientLoop.of(vertx);
    ClientCore client = new ClientCore(loop, new GearmanClientOptions(options));
    loop.user().addCloseHook(client);
    // Later: the caller sets its handlers first.
    loop.later(() -> client.servers.links().forEach(ServerLink::connect));
    return client;
  }

  ClientLoop loop() {
    return loop;
  }

  GearmanClientOptions options() {
    return options;
  }

  GrabLoop grabs() {
    return grabs;
  }

  WorkerRegistry registry() {
    return registry;
  }

  SubmitQueue queue() {
    return queue;
  }

  ServerPool servers() {
    return servers;
  }

  List<WorkerImpl> workers() {
    return grabs.workers();
  }

  Collection<AdminLine> maxqueues() {
    return maxqueues.values();
  }

  String clientId() {
    return clientId;
  }

  boolean isClosed() {
    return closed;
  }

  Charset charset(String own) {
    return Bytes.charset(own, options.getDefaultEncoding());
  }

  /** Fails an answer that does not come in time. The connection still expects it. */
  void limitResponse(Promise<?> promise) {
    long timeout = options.getResponseTimeout();
    if (timeout > 0) {
      var timer =
          loop.after(timeout, () -> promise.tryFail(new TaskTimeoutException(timeout, null)));
      promise.future().onComplete(done -> timer.cancel(false));
    }
  }

  /** Remembers a limit for servers that come later. */
  void remember(String function, AdminLine maxqueue) {
    maxqueues.put(function, maxqueue);
  }

  void live(ServerLink link) {
    servers.live(link);
    loop.call(connectedHandler, link.name());
    queue.pump();
    grabs.pump();
  }

  void drained() {
    queue.pump();
  }

  void disconnected(ServerLink link) {
    servers.lost(link);
    loop.call(disconnectedHandler, link.name());
  }

  void connectionError(Throwable e) {
    loop.call(connectionErrorHandler, e);
  }

  void unknownPacket(String server, Packet packet) {
    if (unknownPacketHandler != null) {
      Buffer body = Bytes.copy(packet.buffer(), packet.bodyStart(), packet.bodyLength());
      loop.call(unknownPacketHandler, new UnknownPacket(server, packet.number(), body));
    }
  }

  GearmanAdmin admin() {
    return admin;
  }

  /** Takes a job, whose request is not changed any more by anybody else. */
  SubmittedTask submit(JobRequest request) {
    JobPacket.check(request);
    SubmittedTask task = new SubmittedTask(this, request);
    loop.run(task::start);
    return task;
  }

  void register(WorkerImpl worker) {
    if (ending) {
      throw new IllegalStateException(
          "the client is closed: it can do no more functions, such as " + worker.function());
    }
    registry.register(worker);
  }

  Future<Void> setClientId(String clientId) {
    Promise<Void> promise = loop.promise();
    loop.run(
        () -> {
          if (closed) {
            promise.fail(new ClientClosedException(JobOutcome.NEVER_SENT, null));
            return;
          }
          this.clientId = clientId;
          servers.links().forEach(link -> link.clientId(clientId));
          promise.complete();
        });
    return promise.future();
  }

  void connectedHandler(Handler<String> handler) {
    loop.run(
        () -> {
          connectedHandler = handler;
          servers.connected().forEach(address -> loop.call(handler, address));
        });
  }

  void disconnectedHandler(Handler<String> handler) {
    loop.run(() -> disconnectedHandler = handler);
  }

  void connectionErrorHandler(Handler<Throwable> handler) {
    loop.run(() -> connectionErrorHandler = handler);
  }

  void unknownPacketHandler(Handler<UnknownPacket> handler) {
    loop.run(() -> unknownPacketHandler = handler);
  }

  /** Closes when no task is left, or after so many milliseconds, if not 0. */
  Future<Void> shutdown(long drainTimeoutMs) {
    ending = true;
    Promise<Void> promise = loop.promise();
    loop.run(
        () -> {
          Promise<Void> idle = loop.loop().promise();
          if (drainTimeoutMs > 0) {
            var limit = loop.after(drainTimeoutMs, idle::tryComplete);
            idle.future().onComplete(done -> limit.cancel(false));
          }
          grabs.stop(idle);
          idle.future().compose(nothing -> close()).onComplete(promise);
        });
    return promise.future();
  }

  @Override
  public void close(Completable<Void> completion) {
    close().onComplete(completion);
  }

  Future<Void> close() {
    ending = true;
    Promise<Void> promise = loop.promise();
    loop.run(
        () -> {
          if (closing == null) {
            // First: what is failed now may call close again.
            Promise<Void> done = loop.loop().promise();
            closing = done.future();
            closeLinks().onComplete(done);
          }
          closing.onComplete(promise);
        });
    return promise.future();
  }

  private Future<Void> closeLinks() {
    closed = true;
    loop.user().removeCloseHook(this);
    grabs.stop(loop.loop().promise());
    queue.close();
    return servers.close();
  }
}

package io.abraxas.vertx;

import io.abraxas.vertx.connection.Backoff;
import io.abraxas.vertx.connection.LocalTransport;
import io.abraxas.vertx.connection.ServerAddress;
import io.abraxas.vertx.connection.SocketTransport;
import io.abraxas.vertx.connection.Transport;
import io.abraxas.vertx.protocol.AdminLine;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;

/**
 * The client: its servers, its workers, and what it tells every server that comes. Confined to the
 * loop; the methods of {@link GearmanClient} hop there.
 */
final class ClientImpl implements GearmanClient, Closeable {
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

  private ClientImpl(ClientLoop loop, GearmanClientOptions options) {
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
      ServerLink link = new ServerLink(this, server, transport(server), backoff);
      servers.add(link);
      grabs.add(link);
    }
  }

  static GearmanClient start(Vertx vertx, GearmanClientOptions options) {
    ClientLoop loop = ClientLoop.of(vertx);
    ClientImpl client = new ClientImpl(loop, new GearmanClientOptions(options));
    loop.user().addCloseHook(client);
    // Later: the caller sets its handlers first.
    loop.later(() -> client.servers.links().forEach(ServerLink::connect));
    return client;
  }

  private Transport transport(ServerOptions server) {
    ServerAddress address = ServerAddress.parse(server.getAddress());
    if (address.localName() != null) {
      return new LocalTransport(
          loop.loop(),
          address,
          options.getMaxPacketLength(),
          options.isPacketLog(),
          options.isTrafficLog());
    }
    NetClientOptions net =
        server.getNetClientOptions() != null
            ? server.getNetClientOptions()
            : options.getNetClientOptions();
    return new SocketTransport(
        loop.loop(),
        net != null ? net : new NetClientOptions().setTcpKeepAlive(true),
        address,
        options.getMaxPacketLength(),
        options.isPacketLog(),
        options.isTrafficLog());
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

  @Override
  public Task submitJob(String function, Buffer payload) {
    return start(request(function, payload));
  }

  @Override
  public Task submitJob(String function, String payload) {
    return submitJob(function, Bytes.text(payload, charset(null)));
  }

  @Override
  public Task submitJob(String function, ReadStream<Buffer> payload) {
    TaskImpl task = start(new JobRequest(function));
    payload.pipe().endOnFailure(false).to(task).onFailure(e -> sourceFailed(task, e));
    return task;
  }

  private void sourceFailed(TaskImpl task, Throwable e) {
    loop.run(
        () ->
            task.failUnsent(
                new PayloadException(
                    "the source of the payload failed; it was never sent",
                    e,
                    JobOutcome.NEVER_SENT)));
  }

  @Override
  public Task submit(JobRequest request) {
    return start(new JobRequest(request));
  }

  /** Null would mean a payload that is still to be written, and here nobody would. */
  private static JobRequest request(String function, Buffer payload) {
    return new JobRequest(function, Objects.requireNonNull(payload, "payload"));
  }

  private TaskImpl start(JobRequest request) {
    JobPacket.check(request);
    TaskImpl task = new TaskImpl(this, request);
    loop.run(task::start);
    return task;
  }

  @Override
  public Future<String> submitJobBackground(String function, Buffer payload) {
    return start(request(function, payload).setBackground(true)).handle();
  }

  @Override
  public Future<String> submitJobBackground(String function, String payload) {
    return submitJobBackground(function, Bytes.text(payload, charset(null)));
  }

  @Override
  public Future<String> submitJobAt(Instant at, String function, Buffer payload) {
    return start(request(function, payload).setAt(at)).handle();
  }

  @Override
  public Future<String> submitJobSchedule(String fields, String function, Buffer payload) {
    return start(request(function, payload).setSchedule(fields)).handle();
  }

  @Override
  public Future<JobStatus> getStatus(String handle) {
    Checks.handle(handle);
    return askStatus(PacketType.GET_STATUS, handle, PacketType.STATUS_RES);
  }

  @Override
  public Future<JobStatus> getStatusByUnique(String uniqueId) {
    if (uniqueId.isEmpty()) {
      throw new IllegalArgumentException("uniqueId must not be empty");
    }
    Checks.uniqueId("uniqueId", uniqueId);
    return askStatus(PacketType.GET_STATUS_UNIQUE, uniqueId, PacketType.STATUS_RES_UNIQUE);
  }

  private Future<JobStatus> askStatus(PacketType question, String of, PacketType answer) {
    byte[] argument = Bytes.utf8(of);
    return servers
        .<JobStatus>askAll(link -> link.ask(question, argument, answer, Statuses::read))
        .map(Statuses::sum);
  }

  @Override
  public <T> Worker registerWorker(String function, Function<WorkerTask, Future<T>> handler) {
    return registerWorker(function, new WorkerOptions(), handler);
  }

  @Override
  public <T> Worker registerWorker(
      String function, WorkerOptions options, Function<WorkerTask, Future<T>> handler) {
    return register(
        function,
        options,
        task -> {
          Future<T> future = handler.apply(task);
          if (future == null) {
            throw new NullPointerException("the handler returned no future");
          }
          return future;
        });
  }

  @Override
  public <T> Worker registerValueWorker(String function, Function<WorkerTask, T> handler) {
    return registerValueWorker(function, new WorkerOptions(), handler);
  }

  @Override
  public <T> Worker registerValueWorker(
      String function, WorkerOptions options, Function<WorkerTask, T> handler) {
    return register(function, options, handler::apply);
  }

  @Override
  public Worker registerStreamWorker(
      String function, Function<WorkerTask, ReadStream<Buffer>> handler) {
    return registerStreamWorker(function, new WorkerOptions(), handler);
  }

  @Override
  public Worker registerStreamWorker(
      String function, WorkerOptions options, Function<WorkerTask, ReadStream<Buffer>> handler) {
    return register(function, options, handler::apply);
  }

  @Override
  public Worker registerTaskWorker(String function, Handler<WorkerTask> handler) {
    return registerTaskWorker(function, new WorkerOptions(), handler);
  }

  @Override
  public Worker registerTaskWorker(
      String function, WorkerOptions options, Handler<WorkerTask> handler) {
    return register(
        function,
        options,
        task -> {
          handler.handle(task);
          return WorkerImpl.BY_ITSELF;
        });
  }

  private Worker register(
      String function, WorkerOptions options, Function<WorkerTask, Object> handler) {
    Checks.function("function", Objects.requireNonNull(function, "function"));
    if (ending) {
      throw new IllegalStateException(
          "the client is closed: it can do no more functions, such as " + function);
    }
    boolean virtual = options.getThreading() == WorkerThreading.VIRTUAL_THREAD;
    if (virtual && !loop.vertx().isVirtualThreadAvailable()) {
      throw new IllegalStateException("this JVM has no virtual threads");
    }
    WorkerImpl worker = new WorkerImpl(this, function, new WorkerOptions(options), handler);
    registry.register(worker);
    return worker;
  }

  @Override
  public Future<Void> unregisterWorker(String function) {
    return registry.unregister(function);
  }

  @Override
  public Future<Void> forgetAllWorkers() {
    return registry.forgetAll();
  }

  @Override
  public Future<Buffer> echo(Buffer data) {
    Promise<Buffer> promise = loop.promise();
    byte[] bytes = data.getBytes();
    servers
        .any()
        .compose(
            link ->
                link.ask(
                    PacketType.ECHO_REQ,
                    bytes,
                    PacketType.ECHO_RES,
                    packet -> Bytes.copy(packet, 0)))
        .onComplete(promise);
    return promise.future();
  }

  @Override
  public Future<Void> setClientId(String clientId) {
    Checks.clientId(Objects.requireNonNull(clientId, "clientId"));
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

  @Override
  public GearmanAdmin admin() {
    return admin;
  }

  @Override
  public List<String> connectedServers() {
    return servers.connected();
  }

  @Override
  public GearmanClient connectedHandler(Handler<String> handler) {
    loop.run(() -> connectedHandler = handler);
    return this;
  }

  @Override
  public GearmanClient disconnectedHandler(Handler<String> handler) {
    loop.run(() -> disconnectedHandler = handler);
    return this;
  }

  @Override
  public GearmanClient connectionErrorHandler(Handler<Throwable> handler) {
    loop.run(() -> connectionErrorHandler = handler);
    return this;
  }

  @Override
  public GearmanClient unknownPacketHandler(Handler<UnknownPacket> handler) {
    loop.run(() -> unknownPacketHandler = handler);
    return this;
  }

  @Override
  public Future<Void> shutdown() {
    ending = true;
    Promise<Void> promise = loop.promise();
    loop.run(
        () -> {
          Promise<Void> idle = loop.loop().promise();
          grabs.stop(idle);
          idle.future().compose(nothing -> close()).onComplete(promise);
        });
    return promise.future();
  }

  @Override
  public void close(Completable<Void> completion) {
    close().onComplete(completion);
  }

  @Override
  public Future<Void> close() {
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

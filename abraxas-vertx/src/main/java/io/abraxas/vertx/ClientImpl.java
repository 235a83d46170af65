package io.abraxas.vertx;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** What the user has of a {@link ClientCore}: arguments are checked and made requests here. */
final class ClientImpl implements GearmanClient {
  private final ClientCore core;
  private final ClientLoop loop;

  private ClientImpl(ClientCore core) {
    this.core = core;
    this.loop = core.loop();
  }

  static GearmanClient start(Vertx vertx, GearmanClientOptions options) {
    return new ClientImpl(ClientCore.start(vertx, options));
  }

  ClientLoop loop() {
    return loop;
  }

  @Override
  public Task submitJob(String function, Buffer payload) {
    return start(request(function, payload));
  }

  @Override
  public Task submitJob(String function, String payload) {
    return submitJob(function, Bytes.text(payload, core.charset(null)));
  }

  @Override
  public Task submitJob(String function, ReadStream<Buffer> payload) {
    TaskImpl task = start(new JobRequest(function));
    payload.pipe().endOnFailure(false).to(task).onFailure(e -> sourceFailed(task.task(), e));
    return task;
  }

  private void sourceFailed(SubmittedTask task, Throwable e) {
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

  @Override
  public Future<String> submitJobBackground(String function, Buffer payload) {
    return start(request(function, payload).setBackground(true)).handle();
  }

  @Override
  public Future<String> submitJobBackground(String function, String payload) {
    return submitJobBackground(function, Bytes.text(payload, core.charset(null)));
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
    return core.servers()
        .<JobStatus>askOncePerCluster(link -> link.ask(question, argument, answer, Statuses::read))
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
    boolean virtual = options.getThreading() == WorkerThreading.VIRTUAL_THREAD;
    if (virtual && !loop.vertx().isVirtualThreadAvailable()) {
      throw new IllegalStateException("this JVM has no virtual threads");
    }
    WorkerImpl worker = new WorkerImpl(core, function, new WorkerOptions(options), handler);
    core.register(worker);
    return worker;
  }

  @Override
  public Future<Void> unregisterWorker(String function) {
    return core.registry().unregister(function);
  }

  @Override
  public Future<Void> forgetAllWorkers() {
    return core.registry().forgetAll();
  }

  @Override
  public Future<Buffer> echo(Buffer data) {
    Promise<Buffer> promise = loop.promise();
    byte[] bytes = data.getBytes();
    core.servers()
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
    return core.setClientId(clientId);
  }

  @Override
  public GearmanAdmin admin() {
    return core.admin();
  }

  @Override
  public List<String> connectedServers() {
    return core.servers().connected();
  }

  @Override
  public GearmanClient connectedHandler(Handler<String> handler) {
    core.connectedHandler(handler);
    return this;
  }

  @Override
  public GearmanClient disconnectedHandler(Handler<String> handler) {
    core.disconnectedHandler(handler);
    return this;
  }

  @Override
  public GearmanClient connectionErrorHandler(Handler<Throwable> handler) {
    core.connectionErrorHandler(handler);
    return this;
  }

  @Override
  public GearmanClient unknownPacketHandler(Handler<UnknownPacket> handler) {
    core.unknownPacketHandler(handler);
    return this;
  }

  @Override
  public Future<Void> shutdown() {
    return core.shutdown(0);
  }

  @Override
  public Future<Void> shutdown(long drainTimeout) {
    Checks.timeout("drainTimeout", drainTimeout);
    return core.shutdown(drainTimeout);
  }

  @Override
  public Future<Void> close() {
    return core.close();
  }

  private TaskImpl start(JobRequest request) {
    return new TaskImpl(core.submit(request), core.charset(request.getEncoding()));
  }
}

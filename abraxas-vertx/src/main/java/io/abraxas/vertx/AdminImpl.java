package io.abraxas.vertx;

import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.AdminLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Puts admin commands to all servers; {@link AdminReplies} reads what they say. */
final class AdminImpl implements GearmanAdmin {
  private final ClientCore client;

  AdminImpl(ClientCore client) {
    this.client = client;
  }

  /** What one server answered. */
  record Answer(String server, List<String> lines) {}

  private Future<List<Answer>> ask(AdminCommand command, String... arguments) {
    AdminLine line = AdminLine.of(command, arguments);
    return client.servers().askAll(link -> ask(link, line));
  }

  private Future<Answer> ask(ServerLink link, AdminLine line) {
    Promise<List<String>> promise = client.loop().loop().promise();
    link.ask(line, promise);
    return promise.future().map(lines -> new Answer(link.name(), lines));
  }

  /** Of the node itself, where the server is one of a cluster that may answer for all. */
  private Future<List<Answer>> askForOwn(AdminCommand command) {
    AdminLine plain = AdminLine.of(command);
    AdminLine own = AdminLine.of(command, "own");
    return client
        .servers()
        .askAll(
            link ->
                link.cluster()
                    .compose(
                        cluster ->
                            link.isLive()
                                ? ask(link, cluster == null ? plain : own)
                                : Future.failedFuture(
                                    new ConnectionClosedException(link.name(), null, null))));
  }

  /** Succeeds when one server agrees: the others do not have what it is about. */
  private Future<Void> askForOne(AdminCommand command, String argument) {
    AdminLine line = AdminLine.of(command, argument);
    return client
        .servers()
        .<Object>askAll(link -> ask(link, line).<Object>map(a -> a).otherwise(e -> e))
        .compose(
            all -> {
              for (Object one : all) {
                if (one instanceof Answer) {
                  return Future.succeededFuture();
                }
              }
              return Future.failedFuture((Throwable) all.get(0));
            });
  }

  private static <T> Function<List<Answer>, Map<String, T>> byServer(Function<String, T> value) {
    return all -> {
      Map<String, T> map = new LinkedHashMap<>();
      all.forEach(one -> map.put(one.server(), value.apply(AdminReplies.afterOk(one.lines()))));
      return map;
    };
  }

  @Override
  public Future<List<FunctionStatus>> status() {
    return askForOwn(AdminCommand.STATUS).map(AdminReplies::status);
  }

  @Override
  public Future<List<FunctionPriorityStatus>> priorityStatus() {
    return askForOwn(AdminCommand.PRIORITY_STATUS).map(AdminReplies::priorityStatus);
  }

  @Override
  public Future<List<ConnectedPeer>> workers() {
    return ask(AdminCommand.WORKERS).map(AdminReplies::workers);
  }

  @Override
  public Future<Void> maxqueue(String function, int max) {
    Checks.notNegative("max", max);
    return max == 0 ? limit(function) : limit(function, max);
  }

  @Override
  public Future<Void> maxqueueByPriority(String function, int high, int normal, int low) {
    Checks.notNegative("high", high);
    Checks.notNegative("normal", normal);
    Checks.notNegative("low", low);
    return limit(function, high, normal, low);
  }

  private Future<Void> limit(String function, Object... limits) {
    Checks.function("function", Objects.requireNonNull(function, "function"));
    AdminLine line = WorkerImpl.maxqueueLine(function, limits);
    client.loop().run(() -> client.remember(function, line));
    return client.servers().askAll(link -> ask(link, line)).mapEmpty();
  }

  @Override
  public Future<Void> createFunction(String function) {
    Checks.function("function", Objects.requireNonNull(function, "function"));
    return ask(AdminCommand.CREATE_FUNCTION, function).mapEmpty();
  }

  @Override
  public Future<Void> dropFunction(String function) {
    Checks.function("function", Objects.requireNonNull(function, "function"));
    return askForOne(AdminCommand.DROP_FUNCTION, function);
  }

  @Override
  public Future<Void> cancelJob(String handle) {
    Checks.handle(handle);
    return askForOne(AdminCommand.CANCEL_JOB, handle);
  }

  @Override
  public Future<List<QueuedJob>> jobs() {
    return ask(AdminCommand.SHOW_JOBS).map(AdminReplies::jobs);
  }

  @Override
  public Future<List<UniqueJob>> uniqueJobs() {
    return ask(AdminCommand.SHOW_UNIQUE_JOBS).map(AdminReplies::uniqueJobs);
  }

  @Override
  public Future<List<JobSchedule>> schedules() {
    AdminLine line = AdminLine.of(AdminCommand.SHOW_SCHEDULES);
    // Every server of a cluster has all of them.
    return client.servers().askOncePerCluster(link -> ask(link, line)).map(AdminReplies::schedules);
  }

  @Override
  public Future<Map<String, String>> version() {
    return ask(AdminCommand.VERSION).map(byServer(text -> text));
  }

  @Override
  public Future<Map<String, Long>> pid() {
    return ask(AdminCommand.GETPID).map(byServer(Numbers::of));
  }

  @Override
  public Future<Map<String, String>> verbose() {
    return ask(AdminCommand.VERBOSE).map(byServer(text -> text));
  }

  @Override
  public Future<Void> shutdown(boolean graceful) {
    return (graceful ? ask(AdminCommand.SHUTDOWN, "graceful") : ask(AdminCommand.SHUTDOWN))
        .mapEmpty();
  }
}

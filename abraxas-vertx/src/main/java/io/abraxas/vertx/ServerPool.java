package io.abraxas.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

/** All servers of a client, and which of them is next. Confined to the loop. */
final class ServerPool {
  private final ClientCore client;
  private final ClientLoop loop;
  private final List<ServerLink> links = new ArrayList<>();

  /** For commands that need a server, whichever comes first. */
  private final List<Promise<ServerLink>> awaitingServer = new ArrayList<>();

  /** Read by callers on any thread. */
  private final List<String> connected = new CopyOnWriteArrayList<>();

  /** What the last attempt that failed has told; null before. */
  private ConnectionErrorException lastError;

  private int turn;

  ServerPool(ClientCore client) {
    this.client = client;
    this.loop = client.loop();
  }

  void add(ServerLink link) {
    links.add(link);
  }

  List<ServerLink> links() {
    return links;
  }

  /** The servers that are connected. May be called from any thread. */
  List<String> connected() {
    return List.copyOf(connected);
  }

  /** Whether some server may ever take the task. */
  boolean allows(SubmittedTask task) {
    for (ServerLink link : links) {
      if (allows(link, task)) {
        return true;
      }
    }
    return false;
  }

  /** Whether every server may take the task. */
  boolean allowAll(SubmittedTask task) {
    for (ServerLink link : links) {
      if (!allows(link, task)) {
        return false;
      }
    }
    return true;
  }

  private static boolean allows(ServerLink link, SubmittedTask task) {
    String unique = task.request().getUniqueId();
    return !link.isStreaming() || unique == null || unique.isEmpty() || task.isBackground();
  }

  /** The next server in turn that takes the task now; null when none does. */
  ServerLink nextWritable(SubmittedTask task) {
    for (int i = 0; i < links.size(); i++) {
      ServerLink link = nextLink();
      if (link.isWritable() && allows(link, task)) {
        return link;
      }
    }
    return null;
  }

  private ServerLink nextLink() {
    ServerLink link = links.get(turn);
    turn = turn + 1 == links.size() ? 0 : turn + 1;
    return link;
  }

  /** A server that is connected, now or as soon as there is one. The future is the loop's own. */
  Future<ServerLink> any() {
    Promise<ServerLink> promise = loop.loop().promise();
    loop.run(
        () -> {
          if (client.isClosed()) {
            promise.fail(new ClientClosedException(JobOutcome.NEVER_SENT, null));
            return;
          }
          for (int i = 0; i < links.size(); i++) {
            ServerLink link = nextLink();
            if (link.isLive()) {
              promise.complete(link);
              return;
            }
          }
          awaitingServer.add(promise);
          long timeout = client.options().getSubmitTimeout();
          if (timeout > 0) {
            loop.after(
                timeout,
                () -> {
                  if (awaitingServer.remove(promise)) {
                    promise.fail(new SubmitTimeoutException(timeout, lastError()));
                  }
                });
          }
        });
    return promise.future();
  }

  /** Puts a question to all connected servers, at least one; the answers in their order. */
  <T> Future<List<T>> askAll(Function<ServerLink, Future<T>> question) {
    Promise<List<T>> promise = loop.promise();
    any()
        .compose(
            some -> {
              List<Future<T>> answers = new ArrayList<>();
              live().forEach(link -> answers.add(question.apply(link)));
              return Future.all(answers).map(all -> answers.stream().map(Future::result).toList());
            })
        .onComplete(promise);
    client.limitResponse(promise);
    return promise.future();
  }

  /**
   * As {@link #askAll}, but of the servers of one cluster only one, the next in turn: any of them
   * answers for all.
   */
  <T> Future<List<T>> askOncePerCluster(Function<ServerLink, Future<T>> question) {
    Promise<List<T>> promise = loop.promise();
    any()
        .compose(some -> Future.all(live().map(ServerLink::cluster).toList()))
        .compose(
            known -> {
              List<Future<T>> answers = oncePerCluster().map(question).toList();
              // Nobody is left: wait for the next.
              return answers.isEmpty()
                  ? askOncePerCluster(question)
                  : Future.all(answers).map(all -> answers.stream().map(Future::result).toList());
            })
        .onComplete(promise);
    client.limitResponse(promise);
    return promise.future();
  }

  private Stream<ServerLink> live() {
    return links.stream().filter(ServerLink::isLive);
  }

  private Stream<ServerLink> oncePerCluster() {
    List<ServerLink> inTurn = new ArrayList<>(links);
    Collections.rotate(inTurn, -turn);
    Set<String> asked = new HashSet<>();
    // Who became live a moment ago, and is not known yet, is asked as a server alone.
    List<ServerLink> chosen =
        inTurn.stream()
            .filter(ServerLink::isLive)
            .filter(link -> link.cluster().result() == null || asked.add(link.cluster().result()))
            .toList();
    return live().filter(chosen::contains);
  }

  /** Why nobody is connected; null when somebody is, or before the first attempt has failed. */
  ConnectionErrorException lastError() {
    return connected.isEmpty() ? lastError : null;
  }

  /** An attempt has failed, or a connection was given up. */
  void failed(ConnectionErrorException e) {
    lastError = e;
  }

  /** A server is connected: what waited for one may go. */
  void live(ServerLink link) {
    connected.add(link.name());
    List<Promise<ServerLink>> waiting = List.copyOf(awaitingServer);
    awaitingServer.clear();
    waiting.forEach(promise -> promise.complete(link));
  }

  void lost(ServerLink link) {
    connected.remove(link.name());
  }

  Future<Void> close() {
    List<Promise<ServerLink>> waiting = List.copyOf(awaitingServer);
    awaitingServer.clear();
    waiting.forEach(
        promise -> promise.fail(new ClientClosedException(JobOutcome.NEVER_SENT, null)));
    connected.clear();
    return Future.join(links.stream().map(ServerLink::close).toList()).mapEmpty();
  }
}

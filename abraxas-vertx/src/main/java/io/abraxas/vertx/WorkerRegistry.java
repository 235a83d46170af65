package io.abraxas.vertx;

import io.abraxas.vertx.WorkerImpl.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Which function has which worker, from a registration to the end of its taking back.
 *
 * <p>Callers on any thread learn at once of a function that is taken: the names are behind a lock
 * of their own, and everything else stays on the loop.
 */
final class WorkerRegistry {
  private final ClientCore client;
  private final GrabLoop grabs;
  private final Map<String, WorkerImpl> byName = new HashMap<>();

  WorkerRegistry(ClientCore client, GrabLoop grabs) {
    this.client = client;
    this.grabs = grabs;
  }

  void register(WorkerImpl worker) {
    synchronized (byName) {
      if (byName.putIfAbsent(worker.function(), worker) != null) {
        throw new IllegalStateException(
            "the function " + worker.function() + " has a worker already");
      }
    }
    client.loop().run(() -> grabs.add(worker));
  }

  Future<Void> unregister(String function) {
    WorkerImpl worker;
    synchronized (byName) {
      worker = byName.get(function);
    }
    return worker == null ? client.loop().user().succeededFuture() : unregister(worker);
  }

  Future<Void> unregister(WorkerImpl worker) {
    Promise<Void> promise = client.loop().promise();
    client.loop().run(() -> leaveAll(worker).onComplete(promise));
    return promise.future();
  }

  private Future<Void> leaveAll(WorkerImpl worker) {
    if (grabs.worker(worker.functionBytes()) != worker) {
      return Future.succeededFuture();
    }
    withdraw(worker, Standing.GONE);
    return onLinks(link -> link.work().leave(worker)).onComplete(all -> remove(worker));
  }

  Future<Void> suspend(WorkerImpl worker) {
    Promise<Void> promise = client.loop().promise();
    client
        .loop()
        .run(
            () -> {
              withdraw(worker, Standing.SUSPENDED);
              onLinks(link -> link.work().leave(worker)).onComplete(promise);
            });
    return promise.future();
  }

  /** Not offered any more, but what was grabbed is still done. */
  private void withdraw(WorkerImpl worker, Standing standing) {
    if (worker.standing() != Standing.GONE) {
      worker.standing(standing);
      grabs.withdraw(worker);
    }
  }

  Future<Void> resume(WorkerImpl worker) {
    Promise<Void> promise = client.loop().promise();
    client
        .loop()
        .run(
            () -> {
              if (worker.standing() == Standing.GONE) {
                promise.fail(
                    new IllegalStateException(
                        "the worker of " + worker.function() + " is unregistered"));
                return;
              }
              if (worker.standing() == Standing.SUSPENDED) {
                worker.standing(Standing.OFFERED);
                grabs.restore(worker);
              }
              onLinks(link -> link.work().comeBack(worker)).onComplete(promise);
              grabs.pump();
            });
    return promise.future();
  }

  private Future<Void> onLinks(Function<ServerLink, Future<Void>> action) {
    return Future.join(client.servers().links().stream().map(action).toList()).mapEmpty();
  }

  private void remove(WorkerImpl worker) {
    synchronized (byName) {
      byName.remove(worker.function(), worker);
    }
    grabs.remove(worker);
  }

  Future<Void> forgetAll() {
    Promise<Void> promise = client.loop().promise();
    client
        .loop()
        .run(
            () -> {
              synchronized (byName) {
                byName.clear();
              }
              grabs.removeAll();
              client.servers().links().forEach(link -> link.work().forgetAll());
              promise.complete();
            });
    return promise.future();
  }
}

package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Shares the slots of {@code maxJobs} among all servers.
 *
 * <p>Invariant: grabs without an answer and running tasks together never exceed {@code maxJobs}.
 * While slots are free, servers that may have a job take turns to be asked. A slot is taken until
 * the handler is done with its task, also when the connection is gone.
 */
final class GrabLoop {
  private final int maxJobs;
  private final List<ServerLink> links = new ArrayList<>();
  private final ByteKeyTable<WorkerImpl> workers = new ByteKeyTable<>();
  private final List<WorkerImpl> ordered = new ArrayList<>();
  private int grabbing;
  private int running;
  private int turn;
  private boolean stopped;
  private Promise<Void> idle;

  GrabLoop(int maxJobs) {
    this.maxJobs = maxJobs;
  }

  void add(ServerLink link) {
    links.add(link);
  }

  int maxJobs() {
    return maxJobs;
  }

  int taken() {
    return grabbing + running;
  }

  boolean isStopped() {
    return stopped;
  }

  /** The workers offered to servers, in the order in which they came. */
  List<WorkerImpl> workers() {
    return ordered;
  }

  WorkerImpl worker(byte[] function) {
    return workers.get(function);
  }

  /** Who does the function of a JOB_ASSIGN packet of any kind; null when nobody does. */
  WorkerImpl worker(Packet packet) {
    return workers.get(packet.buffer(), packet.start(1), packet.length(1));
  }

  void add(WorkerImpl worker) {
    workers.put(worker.functionBytes(), worker);
    ordered.add(worker);
    for (ServerLink link : links) {
      link.work().offer(worker);
    }
    pump();
  }

  /** No longer offered to servers that come; its jobs are still done. */
  void withdraw(WorkerImpl worker) {
    ordered.remove(worker);
  }

  /** Offered again to servers that come, the last of all. */
  void restore(WorkerImpl worker) {
    ordered.add(worker);
  }

  void remove(WorkerImpl worker) {
    ordered.remove(worker);
    if (workers.get(worker.functionBytes()) == worker) {
      workers.remove(worker.functionBytes());
    }
    pump();
  }

  void removeAll() {
    ordered.clear();
    workers.drain(worker -> worker.standing(WorkerImpl.Standing.GONE));
  }

  /** A grab was answered, and its slot is free. */
  void answered() {
    grabbing--;
  }

  /** A task has taken a slot. */
  void started() {
    running++;
  }

  /** A handler is done with its task. */
  void finished() {
    running--;
    pump();
  }

  /** Grabs that nobody will answer. */
  void lost(int grabs) {
    grabbing -= grabs;
  }

  /** Asks for jobs as long as there are slots, each server in its turn. */
  void pump() {
    if (stopped) {
      if (idle != null && grabbing + running == 0) {
        idle.tryComplete();
      }
      return;
    }
    if (ordered.isEmpty()) {
      return;
    }
    int refused = 0;
    while (grabbing + running < maxJobs && refused < links.size()) {
      ServerLink link = links.get(turn);
      turn = turn + 1 == links.size() ? 0 : turn + 1;
      if (link.work().wantsGrab()) {
        grabbing++;
        refused = 0;
        link.work().grab();
      } else {
        refused++;
      }
    }
  }

  /** Asks for no more jobs. The promise completes when no grab and no task is left. */
  void stop(Promise<Void> idle) {
    stopped = true;
    if (this.idle == null) {
      this.idle = idle;
    } else {
      this.idle.future().onComplete(done -> idle.tryComplete());
    }
    pump();
  }
}

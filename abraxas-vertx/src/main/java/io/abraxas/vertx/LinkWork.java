package io.abraxas.vertx;

import io.abraxas.vertx.connection.Connection;
import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The worker role of one connection: grabs under way, tasks running, functions being taken back.
 *
 * <pre>
 * AWAKE ── NO_JOB ──▶ DROWSY ── last grab answered: PRE_SLEEP ──▶ ASLEEP ── NOOP ──▶ AWAKE
 *   ▲ ── JOB_ASSIGN ── ┘
 * </pre>
 */
final class LinkWork {
  enum State {
    /** The server may have a job: grab. */
    AWAKE,
    /** It had none; other grabs are still under way. */
    DROWSY,
    /** PRE_SLEEP was said. */
    ASLEEP
  }

  private final ServerLink link;
  private final GrabLoop grabs;
  private final Set<WorkerTaskImpl> running = new HashSet<>();
  private final List<Leaving> leaving = new ArrayList<>(0);
  private State state = State.AWAKE;

  /** Grabs without an answer. */
  private int outstanding;

  /** How many grabs may be under way: it follows what they find. */
  private int window = 1;

  LinkWork(ServerLink link, GrabLoop grabs) {
    this.link = link;
    this.grabs = grabs;
  }

  int outstanding() {
    return outstanding;
  }

  int runningTasks() {
    return running.size();
  }

  /** Tells the server of a worker. */
  void offer(WorkerImpl worker) {
    if (link.connection() == null) {
      return;
    }
    long timeout = worker.options().getTimeout();
    if (timeout > 0) {
      link.send(
          PacketType.CAN_DO_TIMEOUT, worker.functionBytes(), Bytes.utf8(String.valueOf(timeout)));
    } else {
      link.send(PacketType.CAN_DO, worker.functionBytes());
    }
    // It may have jobs for that: a server does not wake us for what we did not do as we fell
    // asleep.
    state = State.AWAKE;
  }

  /** Whether a grab may go out now. */
  boolean wantsGrab() {
    return state == State.AWAKE && outstanding < window && leaving.isEmpty() && link.isLive();
  }

  void grab() {
    outstanding++;
    Connection connection = link.connection();
    PacketEncoder.write(connection.out(), Magic.REQUEST, PacketType.GRAB_JOB_ALL);
    connection.written();
  }

  void noop() {
    state = State.AWAKE;
    grabs.pump();
  }

  void noJob() {
    answered();
    window = Math.max(1, window / 2);
    state = State.DROWSY;
    settle();
    grabs.pump();
  }

  void assigned(Packet packet) {
    if (outstanding == 0) {
      // Doing it would break maxJobs, and dropping it would leave it with us for ever.
      link.giveUp(packet.type() + " without a grab", null);
      return;
    }
    answered();
    window = Math.min(grabs.maxJobs(), window + 1);
    state = State.AWAKE;
    WorkerImpl worker = grabs.worker(packet);
    if (worker == null) {
      // It was taken back meanwhile, of which the server knows: it gives the job to another.
      settle();
      grabs.pump();
      return;
    }
    WorkerTaskImpl task = new WorkerTaskImpl(link, worker, packet);
    running.add(task);
    grabs.started();
    worker.start(task);
    settle();
    grabs.pump();
  }

  private void answered() {
    if (outstanding > 0) {
      outstanding--;
      grabs.answered();
    }
  }

  /** What may be due now that no grab is under way, or a task has ended. */
  private void settle() {
    if (outstanding > 0 || link.connection() == null) {
      return;
    }
    List<Leaving> gone = takeGone();
    gone.forEach(one -> link.send(PacketType.CANT_DO, one.worker.functionBytes()));
    if (state == State.DROWSY && !grabs.isStopped() && leaving.isEmpty()) {
      state = State.ASLEEP;
      link.send(PacketType.PRE_SLEEP);
    }
    // Last: whoever waits for it may close the client, or register and unregister more.
    gone.forEach(one -> one.done.tryComplete());
  }

  private List<Leaving> takeGone() {
    if (leaving.isEmpty()) {
      return List.of();
    }
    List<Leaving> gone =
        leaving.stream()
            .filter(one -> running.stream().noneMatch(task -> task.worker() == one.worker))
            .toList();
    leaving.removeAll(gone);
    return gone;
  }

  /** The handler of the task is done with it. */
  void ended(WorkerTaskImpl task) {
    if (running.remove(task)) {
      settle();
    }
  }

  /** Says CANT_DO as soon as that takes no job from a running task. */
  void leave(WorkerImpl worker, Promise<Void> done) {
    if (link.connection() == null) {
      done.tryComplete();
      return;
    }
    leaving.add(new Leaving(worker, done));
    settle();
  }

  /** RESET_ABILITIES. */
  void forgetAll() {
    if (link.connection() != null) {
      link.send(PacketType.RESET_ABILITIES);
    }
    leaving.forEach(one -> one.done.tryComplete());
    leaving.clear();
  }

  void drained() {
    for (WorkerTaskImpl task : running.toArray(new WorkerTaskImpl[0])) {
      task.drained();
    }
  }

  /** The connection is gone; the server gives the running jobs to others. */
  void lost() {
    grabs.lost(outstanding);
    outstanding = 0;
    window = 1;
    state = State.AWAKE;
    leaving.forEach(one -> one.done.tryComplete());
    leaving.clear();
    WorkerTaskImpl[] tasks = running.toArray(new WorkerTaskImpl[0]);
    running.clear();
    for (WorkerTaskImpl task : tasks) {
      task.connectionLost();
    }
    grabs.pump();
  }

  /** A worker that is being taken back from this server. */
  private record Leaving(WorkerImpl worker, Promise<Void> done) {}
}

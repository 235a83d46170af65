package io.abraxas.vertx;

import io.abraxas.vertx.connection.Connection;
import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final Set<AssignedTask> running = new HashSet<>();

  /** What this connection has told its server it does. */
  private final Map<WorkerImpl, Offer> offers = new HashMap<>();

  /** Those of them that are being taken back. */
  private final List<Offer> leaving = new ArrayList<>(0);

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
    offers.put(worker, new Offer(worker));
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
    AssignedTask task = new AssignedTask(link, worker, packet);
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
    List<Offer> gone = leaving.isEmpty() ? List.of() : takeBack();
    if (state == State.DROWSY && !grabs.isStopped() && leaving.isEmpty()) {
      state = State.ASLEEP;
      link.send(PacketType.PRE_SLEEP);
    }
    // Last: whoever hears of it may suspend and resume at once.
    gone.forEach(Offer::left);
  }

  /** Says CANT_DO for what nothing runs of any more. */
  private List<Offer> takeBack() {
    List<Offer> gone =
        leaving.stream()
            .filter(one -> running.stream().noneMatch(task -> task.worker() == one.worker))
            .toList();
    leaving.removeAll(gone);
    for (Offer one : gone) {
      offers.remove(one.worker);
      link.send(PacketType.CANT_DO, one.worker.functionBytes());
      if (one.back != null) {
        offer(one.worker);
      }
    }
    return gone;
  }

  /** The handler of the task is done with it. */
  void ended(AssignedTask task) {
    if (running.remove(task)) {
      settle();
    }
  }

  /** Says CANT_DO as soon as that takes no job from a running task. */
  Future<Void> leave(WorkerImpl worker) {
    Offer offer = offers.get(worker);
    if (offer == null) {
      return Future.succeededFuture();
    }
    if (offer.gone == null) {
      offer.gone = Promise.promise();
      leaving.add(offer);
    } else if (offer.back != null) {
      // It was to come back, and is not any more.
      offer.back.tryComplete();
      offer.back = null;
    }
    Future<Void> gone = offer.gone.future();
    settle();
    return gone;
  }

  /** Offers what was taken back, or is about to be. */
  Future<Void> comeBack(WorkerImpl worker) {
    Offer offer = offers.get(worker);
    if (offer == null) {
      offer(worker);
    } else if (offer.gone != null && offer.jobsGivenBack) {
      offer.back = offer.back == null ? Promise.promise() : offer.back;
      return offer.back.future();
    } else if (offer.gone != null) {
      leaving.remove(offer);
      // A link that found nothing did not fall asleep because of this one.
      state = State.AWAKE;
      Promise<Void> gone = offer.gone;
      offer.gone = null;
      gone.tryComplete();
    }
    return Future.succeededFuture();
  }

  /** The server counts it as running here until it hears CANT_DO. */
  void givenBack(AssignedTask task) {
    running.remove(task);
    Offer offer = offers.get(task.worker());
    if (offer != null) {
      offer.jobsGivenBack = true;
    }
  }

  /** RESET_ABILITIES. */
  void forgetAll() {
    if (link.connection() != null) {
      link.send(PacketType.RESET_ABILITIES);
    }
    forgetOffers();
  }

  private void forgetOffers() {
    List<Offer> gone = List.copyOf(leaving);
    leaving.clear();
    offers.clear();
    gone.forEach(Offer::left);
  }

  void drained() {
    for (AssignedTask task : running.toArray(new AssignedTask[0])) {
      task.drained();
    }
  }

  /** The connection is gone; the server gives the running jobs to others. */
  void lost() {
    grabs.lost(outstanding);
    outstanding = 0;
    window = 1;
    state = State.AWAKE;
    forgetOffers();
    AssignedTask[] tasks = running.toArray(new AssignedTask[0]);
    running.clear();
    for (AssignedTask task : tasks) {
      task.connectionLost();
    }
    grabs.pump();
  }

  /** A function that this connection has offered. */
  private static final class Offer {
    final WorkerImpl worker;

    /** Whether the server still counts jobs as running here that are not: only CANT_DO helps. */
    boolean jobsGivenBack;

    /** Completes with CANT_DO; null while the function is not being taken back. */
    Promise<Void> gone;

    /** Completes when it is offered again, right after CANT_DO; null when it is not to be. */
    Promise<Void> back;

    Offer(WorkerImpl worker) {
      this.worker = worker;
    }

    void left() {
      gone.tryComplete();
      if (back != null) {
        back.tryComplete();
      }
    }
  }
}

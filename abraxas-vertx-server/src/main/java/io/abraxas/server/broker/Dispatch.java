package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Brings runnable jobs and workers together: abilities, sleep and wake-up, assignment, and taking
 * jobs back.
 */
final class Dispatch {
  /** As in gearmand. */
  private static final long MIN_TIMEOUT_MILLIS = 1000;

  /** A hundred years: in nanoseconds it does not overflow. */
  private static final long MAX_TIMEOUT_MILLIS = 36_525L * 24 * 60 * 60 * 1000;

  private final Ledger ledger;
  private final BrokerClock clock;
  private final BrokerConfig config;

  /** When running jobs time out, in nanoseconds of the clock. */
  private final Deadlines timeouts;

  /** What other nodes lend and borrow; null while there are none. */
  Exchange exchange;

  private int running;
  private boolean draining;

  /** Null: nobody wants to know. */
  private RunWatch watch;

  Dispatch(Ledger ledger, BrokerClock clock, BrokerConfig config, Deadlines timeouts) {
    this.ledger = ledger;
    this.clock = clock;
    this.config = config;
    this.timeouts = timeouts;
  }

  /** Jobs that workers have, cancelled ones not counted. */
  int running() {
    return running;
  }

  void watch(RunWatch newWatch) {
    watch = newWatch;
  }

  /** A stored job has begun to run, or one that runs has been stored. */
  void tellWatch(Job job) {
    if (watch != null) {
      watch.started(job);
    }
  }

  /** From now on nothing is assigned. */
  void drain() {
    draining = true;
    if (exchange != null) {
      exchange.drain();
    }
  }

  boolean isDraining() {
    return draining;
  }

  void canDo(Session session, ByteBuf name, int start, int length, long timeoutMillis) {
    FunctionQueue function = ledger.function(name, start, length);
    function.wanted = true;
    long timeout =
        timeoutMillis <= 0
            ? 0
            : Math.max(MIN_TIMEOUT_MILLIS, Math.min(timeoutMillis, MAX_TIMEOUT_MILLIS));
    Ability ability = session.ability(function);
    if (ability != null) {
      ability.timeoutMillis = timeout;
      return;
    }
    ability = new Ability(session, function);
    ability.timeoutMillis = timeout;
    ability.index = function.workers.size();
    function.workers.add(ability);
    session.abilities.add(ability);
    if (session.sleeping) {
      function.sleepers++;
      if (!draining && function.hasRunnable()) {
        wake(session);
      }
    }
    if (exchange != null) {
      exchange.canDo(ability);
    }
  }

  /** Takes a function from a worker; its jobs of that function go back to the queue. */
  void cantDo(Session session, FunctionQueue function) {
    Ability ability = session.ability(function);
    if (ability == null) {
      return;
    }
    session.abilities.remove(ability);
    session.cursor = 0;
    unlink(ability);
    Job next;
    for (Job job = session.jobs.first(); job != null; job = next) {
      next = job.next;
      if (job.function == function) {
        takeBack(job, !session.mayReturn);
      }
    }
    wakeFor(function);
  }

  /** Takes all functions and all jobs from a worker that is gone or starts anew. */
  void forgetWorker(Session session) {
    for (Ability ability : session.abilities) {
      unlink(ability);
    }
    List<Ability> former = List.copyOf(session.abilities);
    session.abilities.clear();
    session.cursor = 0;
    Job job;
    while ((job = session.jobs.first()) != null) {
      takeBack(job);
    }
    // It may have been woken for a job that it never grabbed: others must hear of it.
    for (Ability ability : former) {
      wakeFor(ability.function);
    }
  }

  private void unlink(Ability ability) {
    FunctionQueue function = ability.function;
    List<Ability> workers = function.workers;
    Ability last = workers.remove(workers.size() - 1);
    if (last != ability) {
      last.index = ability.index;
      workers.set(ability.index, last);
    }
    if (ability.session.sleeping) {
      function.sleepers--;
    }
    if (exchange != null) {
      exchange.cannotDo(ability);
    }
  }

  /** PRE_SLEEP. */
  void sleep(Session session) {
    if (session.parked != null || (!draining && hasRunnable(session))) {
      if (session.sleeping) {
        wake(session);
      } else {
        session.peer.wake();
      }
    } else if (!session.sleeping) {
      setSleeping(session, true);
      if (exchange != null) {
        exchange.borrowing.seek(session);
      }
    }
  }

  private static boolean hasRunnable(Session session) {
    for (Ability ability : session.abilities) {
      if (ability.function.hasRunnable()) {
        return true;
      }
    }
    return false;
  }

  private static void setSleeping(Session session, boolean sleeping) {
    session.sleeping = sleeping;
    int change = sleeping ? 1 : -1;
    for (Ability ability : session.abilities) {
      ability.function.sleepers += change;
    }
  }

  void wake(Session session) {
    setSleeping(session, false);
    session.woken = true;
    if (exchange != null) {
      session.wokenNanos = clock.nanoTime();
    }
    session.peer.wake();
  }

  /** Wakes sleeping workers of a function that has something to run. */
  void wakeFor(FunctionQueue function) {
    if (exchange != null) {
      exchange.lending.changed(function);
    }
    if (function.sleepers == 0 || draining || !function.hasRunnable()) {
      return;
    }
    List<Ability> workers = function.workers;
    int limit = config.workerWakeup() == 0 ? Integer.MAX_VALUE : config.workerWakeup();
    int at = function.wakeCursor % workers.size();
    for (int seen = 0; seen < workers.size() && limit > 0 && function.sleepers > 0; seen++) {
      Session session = workers.get(at).session;
      at = at + 1 == workers.size() ? 0 : at + 1;
      if (session.sleeping) {
        wake(session);
        limit--;
      }
    }
    function.wakeCursor = at;
  }

  /** Makes an accepted job runnable. */
  void enqueue(Job job) {
    job.state = JobState.QUEUED;
    job.function.queues[job.priority.level].addLast(job);
    wakeFor(job.function);
  }

  /** Takes a runnable job out of its queue. */
  void dequeue(Job job) {
    job.function.queues[job.priority.level].remove(job);
  }

  /** GRAB_JOB and its kin. */
  void grab(Session session, Grab grab) {
    if (session.sleeping) {
      setSleeping(session, false);
    }
    boolean wasWoken = session.woken;
    session.woken = false;
    Ability ability;
    Job job = session.parked;
    if (job != null) {
      job.leaveReserved();
      ability = session.ability(job.function);
    } else {
      ability = draining ? null : next(session);
      if (ability == null) {
        session.peer.noJob();
        return;
      }
      job = ability.function.firstRunnable();
      dequeue(job);
    }
    start(job, session);
    if (ability.timeoutMillis > 0) {
      timeouts.add(job, clock.nanoTime() + ability.timeoutMillis * 1_000_000);
    }
    session.peer.assign(job, grab);
    if (wasWoken) {
      passOnWakeUp(session);
    }
  }

  /** The job is the worker's from here on; its home alone counts it as running. */
  void start(Job job, Session worker) {
    job.state = JobState.RUNNING;
    job.worker = worker;
    worker.jobs.addLast(job);
    running++;
    if (!job.isBorrowed()) {
      job.function.running++;
    }
    if (job.stored) {
      tellWatch(job);
    }
  }

  /**
   * A woken worker took one job and will be busy. Where not all sleepers are woken, one of another
   * of its functions may be runnable because of which it alone was woken.
   */
  private void passOnWakeUp(Session session) {
    if (config.workerWakeup() > 0) {
      for (Ability ability : session.abilities) {
        wakeFor(ability.function);
      }
    } else if (exchange != null) {
      exchange.changed(session);
    }
  }

  /** The function that the session's next job is of, or null when nothing is runnable for it. */
  private Ability next(Session session) {
    List<Ability> abilities = session.abilities;
    int count = abilities.size();
    int levels = config.roundRobin() ? 1 : Priority.LEVELS;
    for (int level = 0; level < levels; level++) {
      int at = session.cursor;
      for (int i = 0; i < count; i++) {
        Ability ability = abilities.get(at);
        FunctionQueue function = ability.function;
        at = at + 1 == count ? 0 : at + 1;
        if (config.roundRobin() ? function.hasRunnable() : !function.queues[level].isEmpty()) {
          session.cursor = at;
          return ability;
        }
      }
    }
    return null;
  }

  /** A job's worker has it no longer, whatever comes next. */
  void release(Job job) {
    job.worker.jobs.remove(job);
    job.worker = null;
    timeouts.remove(job);
    if (job.state == JobState.RUNNING) {
      leaveRunning(job);
    }
  }

  /** Counts a running job as running no longer; its worker may not know yet. */
  void leaveRunning(Job job) {
    running--;
    if (!job.isBorrowed()) {
      job.function.running--;
    }
    timeouts.remove(job);
  }

  /** Takes a job from a worker that will not finish it, and puts it back, at the tail. */
  void takeBack(Job job) {
    takeBack(job, true);
  }

  void takeBack(Job job, boolean counts) {
    Session session = job.worker;
    release(job);
    if (job.state == JobState.CANCELLED) {
      ledger.remove(job);
      return;
    }
    if (session.closed && session.streaming && !job.background) {
      Clients.fail(job);
      ledger.remove(job);
      return;
    }
    if (job.isBorrowed()) {
      exchange.borrowing.giveBack(job, counts);
      return;
    }
    if (counts) {
      job.retries++;
    }
    job.numerator = 0;
    job.denominator = 0;
    if (counts && hasUsedUp(job)) {
      Clients.fail(job);
      ledger.remove(job);
    } else if (!job.isWanted()) {
      ledger.remove(job);
    } else {
      // The retry counts; and a write of it under way may have been made before.
      if (counts && job.isInStore()) {
        ledger.store(job);
      }
      enqueue(job);
    }
  }

  /** Whether the job was taken back as often as the operator allows. */
  boolean hasUsedUp(Job job) {
    return config.jobRetries() > 0 && job.retries >= config.jobRetries();
  }
}

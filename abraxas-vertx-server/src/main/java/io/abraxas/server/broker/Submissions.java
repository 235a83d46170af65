package io.abraxas.server.broker;

/**
 * From a client's submit to an accepted job.
 *
 * <p>Two questions may have to be answered first, each in a later turn: which server owns the
 * unique id, and whether the store has the job. Until then the job exists, others coalesce onto it,
 * and nobody is told of it; see {@link JobState}.
 */
final class Submissions {
  /** Longest unique id in bytes, as in gearmand. */
  static final int MAX_UNIQUE = 64;

  /** Longest name of a function in bytes, as in gearmand. */
  static final int MAX_FUNCTION = 512;

  private final Ledger ledger;
  private final Dispatch dispatch;
  private final BrokerClock clock;
  private final UniqueOwners owners;
  private final Deadlines due;
  private final Following following;
  private boolean draining;
  private boolean leaving;

  Submissions(
      Ledger ledger, Dispatch dispatch, BrokerClock clock, UniqueOwners owners, Deadlines due) {
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.clock = clock;
    this.owners = owners;
    this.due = due;
    following = new Following(ledger, this, owners);
  }

  /** What other nodes and this one share of unique ids. */
  Following following() {
    return following;
  }

  /** From now on nothing is accepted. */
  void drain() {
    draining = true;
  }

  /** From now on nothing is accepted, and nobody is told: the connection's end is the answer. */
  void leave() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Handles a submit of any kind but a schedule; it is answered now or later, once. */
  void submit(Session session, Submit submit) {
    if (leaving) {
      return;
    }
    Refusal refusal = check(session, submit);
    if (refusal != null) {
      session.peer.refused(null, refusal);
      return;
    }
    FunctionQueue function =
        ledger.function(submit.buffer, submit.functionStart, submit.functionLength);
    boolean byPayload = submit.isKeyedByPayload();
    int keyStart = byPayload ? submit.payloadStart : submit.uniqueStart;
    int keyLength = byPayload ? submit.payloadLength : submit.uniqueLength;
    int hash = 0;
    if (keyLength > 0) {
      hash = UniqueIndex.hash(submit.buffer, keyStart, keyLength);
      Job same = ledger.uniques.find(function, byPayload, hash, submit.buffer, keyStart, keyLength);
      if (same != null) {
        join(session, null, submit.background, same);
        return;
      }
    }
    Job job = create(session, submit, function);
    if (job == null) {
      ledger.dropIfUnused(function);
      return;
    }
    if (keyLength > 0) {
      job.keyedByPayload = byPayload;
      ledger.uniques.add(job, hash);
    }
    begin(session, job, keyLength > 0);
  }

  Refusal check(Session session, Submit submit) {
    if (draining) {
      return Refusal.SHUTTING_DOWN;
    }
    if (submit.background && !ledger.takesBackgroundJobs()) {
      return Refusal.STORE_CLOSED;
    }
    if (submit.functionLength > MAX_FUNCTION) {
      return Refusal.FUNCTION_TOO_LARGE;
    }
    if (submit.uniqueLength > MAX_UNIQUE) {
      return Refusal.UNIQUE_TOO_LARGE;
    }
    if (session.streaming && !submit.background && submit.uniqueLength > 0) {
      return Refusal.STREAMING_UNIQUE;
    }
    return null;
  }

  /** Makes the job, or refuses it and returns null. */
  private Job create(Session session, Submit submit, FunctionQueue function) {
    int limit = function.limits[submit.priority.level];
    if (limit > 0 && function.total >= limit) {
      session.peer.refused(null, Refusal.QUEUE_FULL);
      return null;
    }
    long cost =
        (long) Job.OVERHEAD + submit.payloadLength + submit.uniqueLength + submit.reducerLength;
    if (!ledger.memory.tryReserve(cost)) {
      session.peer.refused(null, Refusal.OUT_OF_MEMORY);
      return null;
    }
    Job job =
        new Job(
            ledger.nextHandle(),
            function,
            submit.priority,
            submit.copy(submit.uniqueStart, submit.uniqueLength),
            submit.copy(submit.payloadStart, submit.payloadLength));
    if (submit.reducerLength > 0) {
      job.reducer = submit.copy(submit.reducerStart, submit.reducerLength);
    }
    job.background = submit.background;
    job.dueMillis = submit.dueMillis;
    ledger.add(job);
    return job;
  }

  /**
   * Submits the job of a schedule that is due. Nobody is there to be told of a full queue, and a
   * schedule has one job queued at most, so limits do not apply. Its unique id does not coalesce
   * with an earlier run that still goes on: every firing is a job of its own.
   */
  Job submitFor(Schedule schedule) {
    Job job =
        new Job(
            ledger.nextHandle(),
            schedule.function,
            Priority.NORMAL,
            schedule.unique,
            schedule.payload);
    job.background = true;
    job.fromSchedule = true;
    enter(job);
    run(job);
    return job;
  }

  /** The same for a schedule of several servers: has the job stored, which nobody waits for. */
  void store(FiredJob job) {
    enter(job);
    job.state = JobState.STORING;
    ledger.store(job);
  }

  private void enter(Job job) {
    ledger.memory.reserve(job.cost());
    ledger.add(job);
    ledger.addKey(job);
  }

  /** The first step of a new job: ask who has to be asked, else accept. */
  private void begin(Session session, Job job, boolean keyed) {
    if (owners != null && keyed) {
      job.state = JobState.CLAIMING;
      await(session, null, job, !job.background);
      owners.ask(job);
    } else if (ledger.hasStore() && job.background) {
      job.state = JobState.STORING;
      await(session, null, job, false);
      ledger.store(job);
    } else {
      session.peer.jobCreated(null, job.handle);
      if (!job.background) {
        addClient(session, job);
      }
      run(job);
    }
  }

  /**
   * A second submit with the key of a job that exists: it gets that job.
   *
   * @param slot where the reply is held, or null when it is not
   */
  void join(Session session, ReplySlot slot, boolean background, Job job) {
    if (job.state == JobState.FOLLOWING
        ? background && (!job.background || job.worker == null)
        : mustWait(background, job)) {
      await(session, slot, job, !background);
      keep(background, job);
      following.joined(job);
      return;
    }
    if (background) {
      job.background = true;
    }
    if (!session.closed) {
      session.peer.jobCreated(slot, job.handle);
    }
    if (!background) {
      addClient(session, job);
    }
  }

  private boolean mustWait(boolean background, Job job) {
    return job.state.isUnaccepted() || (background && !job.stored && ledger.hasStore());
  }

  private void keep(boolean background, Job job) {
    if (background && !job.background && job.state != JobState.FOLLOWING) {
      job.background = true;
      if (!job.state.isUnaccepted()) {
        ledger.store(job);
      }
    }
  }

  /** Those who wait for a job that is in no table any more get another one instead. */
  void move(Job from, Job to) {
    for (Waiter w = from.unanswered; w != null; w = w.nextOfJob) {
      if (w.foreground) {
        w.session.remove(w);
      }
      join(w.session, w.slot, !w.foreground, to);
    }
    for (Waiter w = from.clients; w != null; w = w.nextOfJob) {
      w.session.remove(w);
      addClient(w.session, to);
    }
    from.unanswered = null;
    from.clients = null;
  }

  private static void await(Session session, ReplySlot slot, Job job, boolean foreground) {
    Waiter waiter = new Waiter(session, job, foreground);
    waiter.slot = slot == null ? session.peer.holdReply() : slot;
    waiter.linkToUnanswered();
    if (foreground) {
      session.add(waiter);
    }
  }

  private static void addClient(Session session, Job job) {
    Waiter waiter = new Waiter(session, job, true);
    waiter.linkToClients();
    session.add(waiter);
  }

  /** The job owns its unique id. */
  void claimed(Job job) {
    job.claimed = true;
    if (ledger.hasStore() && job.background) {
      job.state = JobState.STORING;
      ledger.store(job);
    } else {
      accept(job);
    }
  }

  /** The answer of the store to a put. */
  void stored(Job job, boolean success) {
    if (!job.storing) {
      // It was given up meanwhile, or another write of it was answered before.
      return;
    }
    job.storing = false;
    if (success) {
      job.stored = true;
      if (job.state == JobState.RUNNING) {
        dispatch.tellWatch(job);
      }
      if (job.state != JobState.STORING) {
        Clients.answer(job, null);
      } else if (job instanceof FiredJob fired) {
        // It waits until its schedule says that it is the one.
        fired.tellStored();
      } else {
        accept(job);
      }
    } else if (job.state == JobState.STORING) {
      refuse(job, Refusal.STORE_FAILED);
    } else if (!job.stored) {
      // A foreground job that a background submit joined stays what it was.
      Clients.answer(job, Refusal.STORE_FAILED);
      job.background = false;
      dropIfUnwanted(job);
    }
  }

  void accept(Job job) {
    Clients.answer(job, null);
    if (job.isWanted()) {
      run(job);
    } else {
      ledger.remove(job);
    }
  }

  void refuse(Job job, Refusal refusal) {
    Clients.answer(job, refusal);
    ledger.remove(job);
  }

  /** Queues an accepted job, when it is due. */
  void run(Job job) {
    if (job.dueMillis > 0 && job.dueMillis > clock.epochMillis()) {
      job.state = JobState.DELAYED;
      due.add(job, job.dueMillis);
    } else {
      dispatch.enqueue(job);
    }
  }

  /** A client of the job left: a job that only waited for clients goes, a running one goes on. */
  void dropIfUnwanted(Job job) {
    if (job.state == JobState.FOLLOWING) {
      following.dropIfUnwanted(job);
      return;
    }
    boolean waits =
        job.state == JobState.QUEUED
            || job.state == JobState.DELAYED
            || job.state == JobState.RESERVED;
    if (waits && !job.isWanted()) {
      withdraw(job);
      ledger.remove(job);
    }
  }

  /** Takes a job that does not run out of where it waits. */
  void withdraw(Job job) {
    switch (job.state) {
      case QUEUED -> dispatch.dequeue(job);
      case RESERVED -> job.leaveReserved();
      default -> due.remove(job);
    }
  }
}

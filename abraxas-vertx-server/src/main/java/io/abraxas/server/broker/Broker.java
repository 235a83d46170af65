package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The job server without its sockets: one writer, confined to one event loop, so there are no locks
 * here.
 *
 * <p>Each method is something that happened: a peer said something, time passed, a store answered.
 * The broker changes its own state and says what follows through {@link Peer} and {@link JobStore},
 * which never call back. This class is the list of what can happen; the rules live beside it: how a
 * submit becomes a job in {@link Submissions}, how a job finds a worker in {@link Dispatch}, what
 * is due in {@link Schedules}, and what exists in {@link Ledger}.
 */
public final class Broker {
  /** Most functions of one worker: a grab may have to look at each of them. */
  private static final int MAX_ABILITIES = 4096;

  /** Most functions that workers may make known: they stay when the workers leave. */
  private static final int MAX_FUNCTIONS = 100_000;

  private final BrokerClock clock;
  private final BrokerConfig config;
  final Ledger ledger;
  private final Dispatch dispatch;
  private final Submissions submissions;
  private final Schedules schedules;
  private final Reports reports;
  private final Agenda agenda;
  private final Adoption adoption;
  private final FunctionAdmin functionAdmin;

  /** Delayed jobs and schedules, in milliseconds since the Unix epoch. */
  final Deadlines due = new Deadlines();

  /** Running jobs that may time out, in nanoseconds of the clock. */
  final Deadlines timeouts = new Deadlines();

  /** What other nodes lend and borrow; null before the first link. */
  private Exchange exchange;

  private final Set<Session> sessions = new LinkedHashSet<>();
  private long lastSession;

  /**
   * Creates a broker with empty queues.
   *
   * @param memory what jobs are counted against
   * @param store keeps background jobs, or null when memory alone does
   * @param owners knows who owns unique ids, or null when this broker owns them all
   */
  public Broker(
      BrokerClock clock,
      BrokerConfig config,
      MemoryLimit memory,
      JobStore store,
      UniqueOwners owners) {
    this.clock = clock;
    this.config = config;
    ledger = new Ledger(memory, store, owners);
    dispatch = new Dispatch(ledger, clock, config, timeouts);
    submissions = new Submissions(ledger, dispatch, clock, owners, due);
    schedules = new Schedules(ledger, submissions, clock, due);
    reports = new Reports(ledger, dispatch, submissions.following());
    agenda = new Agenda(clock, dispatch, schedules, due, timeouts);
    adoption = new Adoption(ledger, dispatch, submissions, sessions);
    functionAdmin = new FunctionAdmin(this, ledger, schedules);
  }

  /** A peer connected. */
  public Session connect(Peer peer, String address) {
    Session session = new Session(peer, ++lastSession, address, config.exceptions());
    sessions.add(session);
    return session;
  }

  /**
   * A link to another node was made. It is no peer like others: it has jobs only as they are lent,
   * and {@link #sessions} leaves it out.
   */
  public Session connectNode(Neighbour neighbour, String address) {
    if (exchange == null) {
      exchange = new Exchange(ledger, dispatch, submissions.following(), clock, config);
      dispatch.exchange = exchange;
    }
    Session link = new Session(neighbour, ++lastSession, address, true);
    link.account = new Account(neighbour);
    exchange.connected(link);
    return link;
  }

  /** What links say of jobs to lend and to borrow; null before the first {@link #connectNode}. */
  public Exchange exchange() {
    return exchange;
  }

  /**
   * A peer is gone. Jobs it ran go back to the queue; jobs that only it waited for are dropped
   * unless they run.
   */
  public void disconnect(Session session) {
    if (session.closed) {
      return;
    }
    session.closed = true;
    sessions.remove(session);
    if (session.account != null) {
      exchange.lost(session);
    }
    // As a client first: else a job it both ran and waited for would be told to it, now that it is
    // gone, or be queued and wake a worker before it is dropped.
    while (session.waiters != null) {
      Waiter waiter = session.waiters;
      session.remove(waiter);
      waiter.unlinkFromJob();
      submissions.dropIfUnwanted(waiter.job);
    }
    dispatch.forgetWorker(session);
  }

  /**
   * CAN_DO and CAN_DO_TIMEOUT.
   *
   * @param timeoutMillis after which a job is taken back, a second at least; 0 or less: never
   */
  public void canDo(Session session, ByteBuf name, int start, int length, long timeoutMillis) {
    if (length > Submissions.MAX_FUNCTION) {
      session.peer.refused(null, Refusal.FUNCTION_TOO_LARGE);
      return;
    }
    boolean tooMany =
        session.abilities.size() >= MAX_ABILITIES
            || (ledger.functions.size() >= MAX_FUNCTIONS
                && ledger.functions.find(name, start, length) == null);
    if (tooMany) {
      session.peer.refused(null, Refusal.TOO_MANY_FUNCTIONS);
      return;
    }
    dispatch.canDo(session, name, start, length, timeoutMillis);
  }

  /** CANT_DO. */
  public void cantDo(Session session, ByteBuf name, int start, int length) {
    FunctionQueue function = ledger.functions.find(name, start, length);
    if (function != null) {
      dispatch.cantDo(session, function);
    }
  }

  /** RESET_ABILITIES. */
  public void resetAbilities(Session session) {
    dispatch.forgetWorker(session);
  }

  /** PRE_SLEEP. */
  public void preSleep(Session session) {
    dispatch.sleep(session);
  }

  /** GRAB_JOB, GRAB_JOB_UNIQ, GRAB_JOB_ALL. */
  public void grab(Session session, Grab grab) {
    dispatch.grab(session, grab);
  }

  /** SET_CLIENT_ID. */
  public void clientId(Session session, byte[] id) {
    session.clientId = id;
  }

  /** OPTION_REQ exceptions. */
  public void enableExceptions(Session session) {
    session.exceptions = true;
  }

  /**
   * What the session's worker returns with CANT_DO does not count as a failed attempt: it gives
   * back on purpose, and only what it has not begun.
   */
  public void allowReturns(Session session) {
    session.mayReturn = true;
  }

  /** OPTION_REQ streaming. */
  public void enableStreaming(Session session) {
    session.streaming = true;
  }

  /** Any submit but that of a schedule. */
  public void submit(Session session, Submit submit) {
    submissions.submit(session, submit);
  }

  /**
   * SUBMIT_JOB_SCHED.
   *
   * @param fields the time fields as text, for those who look
   */
  public void submitSchedule(Session session, Submit submit, Recurrence recurrence, String fields) {
    schedules.submit(session, submit, recurrence, fields);
  }

  /** WORK_STATUS: as {@link #report}, and remembers how far the job is. */
  public void progress(
      Session session,
      long handle,
      long numerator,
      long denominator,
      ByteBuf body,
      int start,
      int length) {
    reports.progress(session, handle, numerator, denominator);
    reports.report(session, WorkReport.STATUS, handle, body, start, length);
  }

  /**
   * WORK_DATA, WORK_WARNING, WORK_COMPLETE, WORK_FAIL, WORK_EXCEPTION.
   *
   * @param body holds the body of the packet, as clients are to see it
   */
  public void report(
      Session session, WorkReport report, long handle, ByteBuf body, int start, int length) {
    reports.report(session, report, handle, body, start, length);
  }

  /** The accepted job with this number, or null. */
  public Job find(long handle) {
    Job job = ledger.jobs.get(handle);
    return job != null && isVisible(job) ? job : null;
  }

  /** An accepted job with this unique id, whatever its function, or null. */
  public Job findUnique(ByteBuf unique, int start, int length) {
    return length == 0 ? null : ledger.uniques.findAny(unique, start, length);
  }

  /** The schedule with this number, or null. */
  public Schedule findSchedule(long handle) {
    return schedules.find(handle);
  }

  private static boolean isVisible(Job job) {
    return !job.state.isHidden()
        && job.state != JobState.CANCELLED
        && !Origins.isBorrowed(job.handle);
  }

  /**
   * Cancels a job or a schedule. Clients of the job get WORK_FAIL. A worker that has it is not
   * told; what it still reports is swallowed.
   *
   * @return false when there is none
   */
  public boolean cancel(long handle) {
    Job job = find(handle);
    if (job == null) {
      return schedules.cancel(handle);
    }
    Clients.fail(job);
    if (job.state == JobState.RUNNING) {
      dispatch.leaveRunning(job);
      ledger.retire(job);
      // It stays until its worker says something, which may be long: without its bytes.
      job.payload = Job.NONE;
    } else {
      submissions.withdraw(job);
      ledger.remove(job);
    }
    return true;
  }

  /** The answer of {@link UniqueOwners}. */
  public void ownerKnown(long handle, Owner owner) {
    Job job = ledger.jobs.get(handle);
    if (job != null) {
      submissions.following().ownerKnown(job, owner);
    }
  }

  /** The answer to a put of {@link JobStore#write}. */
  public void stored(long handle, boolean success) {
    Job job = ledger.jobs.get(handle);
    if (job != null && job.state != JobState.CANCELLED) {
      submissions.stored(job, success);
    }
  }

  /** The answer to a removal of {@link JobStore#write}: the job is gone for good. */
  public void forgotten(long handle) {
    ledger.forgotten(handle);
  }

  /** What other servers of a cluster do to the jobs here. */
  public Adoption adoption() {
    return adoption;
  }

  /** What other servers of a cluster do to the schedules here. */
  public ScheduleImage scheduleImage() {
    return schedules.image;
  }

  /** Does what is due by now. */
  public void advance() {
    agenda.advance();
  }

  /**
   * Milliseconds until {@link #advance} has something to do, 0 at least; -1: nothing is planned.
   */
  public long millisToNext() {
    return agenda.millisToNext();
  }

  /** The end of a turn of the event loop: what it changed goes to the store. */
  public void endTurn() {
    if (exchange != null) {
      exchange.endTurn();
    }
    ledger.endTurn();
  }

  /** Begins a graceful stop: nothing more is accepted or assigned. */
  public void drain() {
    submissions.drain();
    dispatch.drain();
  }

  /**
   * Begins to leave a cluster: nothing is accepted or assigned any more, and submits are neither
   * answered nor refused, so that clients send them to another server when their connection ends.
   */
  public void leave() {
    submissions.leave();
    dispatch.drain();
  }

  /** Jobs that workers have. */
  public int running() {
    return dispatch.running();
  }

  /** Jobs that exist and whose home this is. */
  public int jobs() {
    return ledger.size();
  }

  /** All connected sessions, oldest first. */
  public Collection<Session> sessions() {
    return Collections.unmodifiableSet(sessions);
  }

  /** All functions that anybody here has to do with. */
  public List<FunctionQueue> functions() {
    List<FunctionQueue> functions = ledger.functions.all();
    functions.removeIf(FunctionQueue::isUnused);
    return functions;
  }

  /** All schedules, oldest first. */
  public Collection<Schedule> schedules() {
    return Collections.unmodifiableCollection(schedules.all());
  }

  /** Every accepted job, in no particular order. */
  public void forEachJob(Consumer<Job> action) {
    ledger.jobs.forEach(
        job -> {
          if (isVisible(job)) {
            action.accept(job);
          }
        });
  }

  /** What operators do to functions. */
  public FunctionAdmin functionAdmin() {
    return functionAdmin;
  }
}

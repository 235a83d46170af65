package io.abraxas.server.broker;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What happens to stored jobs because servers come and go: some are taken over from a server that
 * is gone, some are given to another. The store is what passes them on.
 *
 * <p>Confined to the broker's thread, as all of it.
 */
public final class Adoption {
  private final Ledger ledger;
  private final Dispatch dispatch;
  private final Submissions submissions;
  private final Collection<Session> sessions;

  Adoption(
      Ledger ledger, Dispatch dispatch, Submissions submissions, Collection<Session> sessions) {
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.submissions = submissions;
    this.sessions = sessions;
  }

  /**
   * Somebody begins to read the store, and may {@link #adopt} what is found there until {@link
   * #endReading}. Jobs that end meanwhile, or whose removal is not answered, are not adopted: what
   * is read may be older than their end.
   */
  public void beginReading() {
    ledger.beginReading();
  }

  /** What was read of the store has been adopted. */
  public void endReading() {
    ledger.endReading();
  }

  /**
   * Takes over a job that another server accepted, out of the store: with its handle, its retries
   * and its due time, behind what is queued here. Its memory is counted even beyond the limit. A
   * job that is known here, or that ended here (see {@link #beginReading}), is left as it is.
   *
   * @param ranBefore whether a worker of the lost server had it: one retry more, which may be the
   *     last; then the job is removed
   * @return whether it is queued here now and was not before
   */
  public boolean adopt(StoredJob stored, boolean ranBefore) {
    Job known = ledger.jobs.get(stored.handle());
    boolean followed = known != null && known.state == JobState.FOLLOWING;
    if (known != null && !followed) {
      takeAgain(known);
      return false;
    }
    if (ledger.hasEnded(stored.handle())) {
      return false;
    }
    if (followed) {
      submissions.following().stop(known);
      ledger.remove(known);
    }
    Job job = create(stored);
    if (followed) {
      // Of all that is known of it here, its clients alone are new.
      submissions.move(known, job);
    }
    if (ranBefore) {
      job.retries++;
    }
    if (dispatch.hasUsedUp(job)) {
      Clients.fail(job);
      ledger.remove(job);
      return false;
    }
    if (ranBefore) {
      ledger.store(job);
    }
    submissions.run(job);
    return true;
  }

  private Job create(StoredJob stored) {
    byte[] name = stored.function();
    FunctionQueue function = ledger.function(Unpooled.wrappedBuffer(name), 0, name.length);
    Job job =
        new Job(stored.handle(), function, stored.priority(), stored.unique(), stored.payload());
    job.reducer = stored.reducer();
    job.background = true;
    job.stored = true;
    job.fromSchedule = stored.fromSchedule();
    job.retries = stored.retries();
    job.dueMillis = stored.dueMillis();
    // Until it is told to wait or to be queued.
    job.state = JobState.DELAYED;
    ledger.memory.reserve(job.cost());
    ledger.add(job);
    // Its unique id was claimed for it, by the server that accepted it.
    job.claimed = ledger.addKey(job) && ledger.sharesUniques() && !job.fromSchedule;
    return job;
  }

  /** A job that was given up while it ran here, and that is here still, is to be kept again. */
  private void takeAgain(Job job) {
    if (!job.stored && !job.state.isUnaccepted() && job.state != JobState.CANCELLED) {
      job.background = true;
      job.stored = true;
      job.claimed = ledger.sharesUniques() && !job.fromSchedule && job.unique.length > 0;
      // The store has it, whatever becomes of the write that they wait for.
      Clients.answer(job, null);
    }
  }

  /**
   * Gives up the stored jobs of an origin, which another server is the home of; the store keeps
   * them. Who waits for one that does not run follows it to its home. One that runs goes on for
   * those who wait for it, but is not queued again, and its end is no business of the store: the
   * other server runs it as well.
   *
   * @param origin its index, see {@link Origins}
   */
  public void forget(int origin) {
    for (Job job : select(job -> isStoredOf(job, origin))) {
      if (job.state == JobState.RUNNING) {
        job.background = false;
        detach(job);
      } else {
        submissions.withdraw(job);
        detach(job);
        submissions.following().moved(job);
      }
    }
  }

  /**
   * Gives up all jobs that do not run, because this server leaves; what the store has it keeps. No
   * client is told: the end of the connection tells. Other nodes are, whose clients wait for it:
   * their links go on while anything runs here.
   */
  public void handOver() {
    for (Job job : select(job -> job.state == JobState.QUEUED || job.state == JobState.DELAYED)) {
      Clients.sendNodesAway(job);
      Clients.release(job);
      submissions.withdraw(job);
      detach(job);
      ledger.remove(job);
    }
  }

  private List<Job> select(Predicate<Job> predicate) {
    List<Job> jobs = new ArrayList<>();
    ledger.jobs.forEach(
        job -> {
          if (predicate.test(job)) {
            jobs.add(job);
          }
        });
    return jobs;
  }

  private static boolean isStoredOf(Job job, int origin) {
    return job.stored && job.state != JobState.CANCELLED && Origins.index(job.handle) == origin;
  }

  /** From here on the store hears nothing of it any more, and its unique id stays its own. */
  private static void detach(Job job) {
    job.claimed &= !job.isInStore();
    job.stored = false;
    job.storing = false;
  }

  /** Whether a job is here, or ended here and may still be found in the store. */
  public boolean isKnown(long handle) {
    Job job = ledger.jobs.get(handle);
    return job == null ? ledger.hasEnded(handle) : job.state != JobState.FOLLOWING;
  }

  /** Has the store write a job again, if it is one that the store should have. */
  public void writeAgain(long handle) {
    Job job = ledger.jobs.get(handle);
    if (job != null && job.state != JobState.CANCELLED && job.isInStore()) {
      ledger.store(job);
    }
  }

  /** Has the store forget a job, unless it is known here. */
  public void discard(long handle) {
    if (!isKnown(handle)) {
      ledger.discard(handle);
    }
  }

  /** Every job that the store has or was asked to keep, in no particular order. */
  public void forEachStored(Consumer<Job> action) {
    ledger.jobs.forEach(
        job -> {
          if (job.state != JobState.CANCELLED && job.isInStore()) {
            action.accept(job);
          }
        });
  }

  /** Every job that owns its unique id among all servers, accepted or not yet, in no order. */
  public void forEachClaimed(Consumer<Job> action) {
    ledger.jobs.forEach(
        job -> {
          if (isClaimed(job)) {
            action.accept(job);
          }
        });
  }

  /** Whether a job is here, accepted or not yet, and owns its unique id among all servers. */
  public boolean isClaimed(long handle) {
    Job job = ledger.jobs.get(handle);
    return job != null && isClaimed(job);
  }

  private static boolean isClaimed(Job job) {
    return job.claimed && job.state != JobState.CANCELLED;
  }

  /** Every stored job that a worker has, here or where it was lent to, in no particular order. */
  public void forEachRunning(Consumer<Job> action) {
    sessions.forEach(session -> forEachRunning(session, action));
    if (dispatch.exchange != null) {
      dispatch.exchange.links().forEach(link -> forEachRunning(link, action));
    }
  }

  private static void forEachRunning(Session session, Consumer<Job> action) {
    for (Job job = session.jobs.first(); job != null; job = job.next) {
      if (job.state == JobState.RUNNING && job.stored) {
        action.accept(job);
      }
    }
  }

  /** Tells of jobs that begin to run, from now on. */
  public void watch(RunWatch watch) {
    dispatch.watch(watch);
  }
}

package io.abraxas.server.broker;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Jobs that come from another server's hands, or go into them, by way of the store. */
final class Adoption {
  private final Ledger ledger;
  private final Dispatch dispatch;
  private final Submissions submissions;

  Adoption(Ledger ledger, Dispatch dispatch, Submissions submissions) {
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.submissions = submissions;
  }

  /** See {@link Broker#adopt}. */
  boolean adopt(StoredJob stored, boolean ranBefore) {
    Job known = ledger.jobs.get(stored.handle());
    if (known != null) {
      takeAgain(known);
      return false;
    }
    if (ledger.hasEnded(stored.handle())) {
      return false;
    }
    Job job = create(stored);
    if (ranBefore) {
      job.retries++;
    }
    if (dispatch.hasUsedUp(job)) {
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
    ledger.memory.reserve(job.cost());
    ledger.add(job);
    ledger.addKey(job);
    return job;
  }

  /** A job that was given up while it ran here, and that is to be kept again. */
  private void takeAgain(Job job) {
    if (job.state == JobState.RUNNING && !job.background) {
      job.background = true;
      job.stored = true;
      ledger.addKey(job);
    }
  }

  /** See {@link Broker#forget}. */
  void forget(int origin, boolean tellClients) {
    List<Job> jobs = new ArrayList<>();
    ledger.jobs.forEach(
        job -> {
          if (Origins.index(job.handle) == origin && job.stored) {
            jobs.add(job);
          }
        });
    for (Job job : jobs) {
      switch (job.state) {
        case QUEUED, DELAYED -> {
          submissions.withdraw(job);
          if (tellClients) {
            Clients.fail(job);
          } else {
            Clients.release(job);
          }
          detach(job);
          ledger.remove(job);
        }
        case RUNNING -> {
          detach(job);
          job.background = false;
          ledger.uniques.remove(job);
        }
        case CLAIMING, STORING, RESERVED, CANCELLED, GONE -> {}
      }
    }
  }

  /** From here on the store hears nothing of it any more. */
  private static void detach(Job job) {
    job.stored = false;
    job.storing = false;
  }
}

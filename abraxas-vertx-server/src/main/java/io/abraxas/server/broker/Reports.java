package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;

/** What workers say of jobs: it is told to the clients, and ends the job when it is the last. */
final class Reports {
  private final Ledger ledger;
  private final Dispatch dispatch;
  private final Following following;

  Reports(Ledger ledger, Dispatch dispatch, Following following) {
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.following = following;
  }

  /** Remembers how far a job is. */
  void progress(Session session, long handle, long numerator, long denominator) {
    Job job = heldBy(session, handle);
    if (job != null && job.state == JobState.RUNNING) {
      job.numerator = numerator;
      job.denominator = denominator;
    }
  }

  /** See {@link Broker#report}. */
  void report(
      Session session, WorkReport report, long handle, ByteBuf body, int start, int length) {
    Job job = heldBy(session, handle);
    if (job == null) {
      if (report == WorkReport.FAIL && handle >= 0 && session.excepted == handle) {
        session.excepted = -1;
      } else {
        session.peer.refused(null, Refusal.jobNotFound(report));
      }
      return;
    }
    if (job.state != JobState.CANCELLED) {
      Clients.relay(job, report, body, start, length);
    }
    if (report.endsJob()) {
      if (report == WorkReport.EXCEPTION) {
        session.excepted = handle;
      }
      if (job.state == JobState.FOLLOWING) {
        following.stop(job);
      } else {
        dispatch.release(job);
      }
      Clients.release(job);
      ledger.remove(job);
    }
  }

  /**
   * The job with this number, its own or borrowed or followed, if the session has it; else null.
   */
  private Job heldBy(Session session, long handle) {
    Job job = ledger.jobs.get(handle);
    if ((job == null || job.worker != session) && dispatch.exchange != null) {
      job = ledger.jobs.get(Origins.borrowed(handle));
    }
    return job == null || job.worker != session || job == session.parked ? null : job;
  }
}

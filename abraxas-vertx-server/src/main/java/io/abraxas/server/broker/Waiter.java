package io.abraxas.server.broker;

/**
 * A submit that is owed something: JOB_CREATED while the job is not accepted, and then, when it was
 * a foreground submit, the job's results. The job has it in one of two lists; a foreground waiter
 * is in its session's list too.
 */
final class Waiter {
  final Session session;
  final Job job;
  final boolean foreground;

  /** Where its peer held the reply; null when the reply was not held. */
  ReplySlot slot;

  // Links of Job.clients or Job.unanswered.
  Waiter nextOfJob;
  Waiter previousOfJob;

  // Links of Session.waiters.
  Waiter nextOfSession;
  Waiter previousOfSession;

  Waiter(Session session, Job job, boolean foreground) {
    this.session = session;
    this.job = job;
    this.foreground = foreground;
  }

  void linkToClients() {
    linkBefore(job.clients);
    job.clients = this;
  }

  void linkToUnanswered() {
    linkBefore(job.unanswered);
    job.unanswered = this;
  }

  private void linkBefore(Waiter head) {
    nextOfJob = head;
    if (head != null) {
      head.previousOfJob = this;
    }
  }

  /** Takes it out of whichever list of the job it is in. */
  void unlinkFromJob() {
    if (previousOfJob != null) {
      previousOfJob.nextOfJob = nextOfJob;
    } else if (job.clients == this) {
      job.clients = nextOfJob;
    } else if (job.unanswered == this) {
      job.unanswered = nextOfJob;
    }
    if (nextOfJob != null) {
      nextOfJob.previousOfJob = previousOfJob;
    }
    nextOfJob = null;
    previousOfJob = null;
  }
}

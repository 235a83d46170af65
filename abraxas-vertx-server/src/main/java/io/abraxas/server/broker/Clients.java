package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;

/** Tells the clients of a job what becomes of it. */
final class Clients {
  private Clients() {}

  /** Passes a report on; a client that has no exceptions is told of a failure in its place. */
  static void relay(Job job, WorkReport report, ByteBuf body, int start, int length) {
    for (Waiter w = job.clients; w != null; w = w.nextOfJob) {
      if (report == WorkReport.EXCEPTION && !w.session.exceptions) {
        w.session.peer.fail(job.handle);
      } else {
        w.session.peer.relay(report, body, start, length);
      }
    }
  }

  /** WORK_FAIL to every client, which is the last they hear of it. */
  static void fail(Job job) {
    for (Waiter w = job.clients; w != null; w = w.nextOfJob) {
      w.session.peer.fail(job.handle);
    }
    release(job);
  }

  /** The job is over: nobody waits for it any more. Who waits for JOB_CREATED gets it now. */
  static void release(Job job) {
    answer(job, null);
    for (Waiter w = job.clients; w != null; ) {
      Waiter next = w.nextOfJob;
      w.session.remove(w);
      w.nextOfJob = null;
      w.previousOfJob = null;
      w = next;
    }
    job.clients = null;
  }

  /**
   * Answers every submit that waits, those in the foreground become clients.
   *
   * @param refusal null: JOB_CREATED
   */
  static void answer(Job job, Refusal refusal) {
    for (Waiter w = job.unanswered; w != null; ) {
      Waiter next = w.nextOfJob;
      w.nextOfJob = null;
      w.previousOfJob = null;
      answer(w, job.handle, refusal);
      w = next;
    }
    job.unanswered = null;
  }

  /** The same for those in the foreground alone, or in the background, with this handle. */
  static void answer(Job job, boolean foreground, long handle, Refusal refusal) {
    for (Waiter w = job.unanswered; w != null; ) {
      Waiter next = w.nextOfJob;
      if (w.foreground == foreground) {
        w.unlinkFromJob();
        answer(w, handle, refusal);
      }
      w = next;
    }
  }

  private static void answer(Waiter w, long handle, Refusal refusal) {
    if (refusal != null) {
      if (w.foreground) {
        w.session.remove(w);
      }
      if (!w.session.closed) {
        w.session.peer.refused(w.slot, refusal);
      }
    } else {
      if (!w.session.closed) {
        w.session.peer.jobCreated(w.slot, handle);
      }
      if (w.foreground) {
        w.linkToClients();
      }
    }
  }

  /** Nodes whose clients wait for a job of this one find out for themselves where it is now. */
  static void sendNodesAway(Job job) {
    for (Waiter w = job.clients; w != null; ) {
      Waiter next = w.nextOfJob;
      if (w.session.account != null) {
        w.session.account.neighbour.detach(job.handle);
        w.session.remove(w);
        w.unlinkFromJob();
      }
      w = next;
    }
  }

  /** Nodes that wait for a job which is none: they find out for themselves whom to wait for. */
  static void turnAwayNodes(Job job) {
    for (Waiter w = job.unanswered; w != null; ) {
      Waiter next = w.nextOfJob;
      Session session = w.session;
      if (session.account != null) {
        w.unlinkFromJob();
        if (w.foreground) {
          session.remove(w);
        }
        if (!session.closed) {
          session.account.neighbour.gone(w.slot);
        }
      }
      w = next;
    }
  }
}

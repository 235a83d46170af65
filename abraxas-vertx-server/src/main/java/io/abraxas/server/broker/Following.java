package io.abraxas.server.broker;

import java.util.HashMap;
import java.util.Map;

/**
 * Unique ids across nodes: submits that are attached to a job of another node, its home.
 *
 * <p>Whoever submits an id that another node's job has asks that job's home to let it join, once
 * for clients that wait and once for those that do not. While clients wait for it the job is
 * FOLLOWING here: known by the handle that it has everywhere, and no more than a list of clients,
 * which hear what the home says. At the home the link is a client like others.
 *
 * <p>A home that is out of touch is looked for again, for as long as the {@link UniqueOwners} like;
 * it may be another one then.
 */
final class Following {
  private final Ledger ledger;
  private final Submissions submissions;
  private final UniqueOwners owners;
  private final Map<String, Session> links = new HashMap<>();

  /** Jobs whose home was asked and has not answered all. */
  private final Map<Job, Attach> open = new HashMap<>();

  private long lastId;

  /** What one home is asked for one job. */
  private static final class Attach {
    final Job job;
    final Owner owner;
    final Session link;

    /** Asked for clients that wait, and not answered. */
    boolean foreground;

    /** Asked for submits in the background, and not answered. */
    boolean background;

    /** Whether the home has made it a background job. */
    boolean kept;

    Attach(Job job, Owner owner, Session link) {
      this.job = job;
      this.owner = owner;
      this.link = link;
    }
  }

  /** One message of an {@link Attach}. */
  record Request(Attach attach, boolean background) {}

  Following(Ledger ledger, Submissions submissions, UniqueOwners owners) {
    this.ledger = ledger;
    this.submissions = submissions;
    this.owners = owners;
  }

  // At the home.

  /** A node has submits with the unique id of a job here. */
  void attach(Session link, ReplySlot slot, long handle, boolean background) {
    Job job = ledger.jobs.get(handle);
    if (submissions.isLeaving()) {
      link.peer.refused(slot, Refusal.OWNER_UNKNOWN);
    } else if (background && !ledger.takesBackgroundJobs()) {
      link.peer.refused(slot, Refusal.STORE_CLOSED);
    } else if (takesMore(job)) {
      submissions.join(link, slot, background, job);
    } else if (knowsAllOf(handle)) {
      link.account.neighbour.gone(slot);
    } else {
      link.peer.refused(slot, Refusal.OWNER_UNKNOWN);
    }
  }

  /** Whether a job is here and may be joined. One that is to join another may not. */
  private boolean takesMore(Job job) {
    return job != null
        && job.state != JobState.CANCELLED
        && job.state != JobState.FOLLOWING
        && !open.containsKey(job);
  }

  private boolean knowsAllOf(long handle) {
    int origin = Origins.index(handle);
    return origin == 0 || (owners != null && owners.isSettled(origin));
  }

  /** No client of the node waits for a job any more; or the node, its home, gives it away. */
  void detach(Session link, long handle) {
    Job job = ledger.jobs.get(handle);
    if (job != null && job.state == JobState.FOLLOWING && job.worker == link) {
      stop(job);
      outOfTouch(job, null);
      return;
    }
    for (Waiter w = job == null ? null : job.clients; w != null; w = w.nextOfJob) {
      if (w.session == link) {
        link.remove(w);
        w.unlinkFromJob();
        submissions.dropIfUnwanted(job);
        return;
      }
    }
  }

  // Where the clients are.

  void connected(Session link) {
    links.put(link.address, link);
  }

  /** The answer who owns the job's unique id, or where the job is that is followed. */
  void ownerKnown(Job job, Owner owner) {
    boolean asked = job.state == JobState.CLAIMING || job.state == JobState.FOLLOWING;
    if (!asked || job.worker != null || open.containsKey(job)) {
      return;
    }
    switch (owner.kind()) {
      case OURS -> submissions.claimed(job);
      case UNKNOWN -> lose(job);
      case HERE -> joinHere(job, owner);
      case ELSEWHERE -> {
        Session link = links.get(owner.node());
        if (link == null) {
          owners.askLater(job, owner);
        } else {
          begin(job, owner, link);
        }
      }
    }
  }

  /** Another node is the home of a job from now on, which waits nowhere here any more. */
  void moved(Job job) {
    Clients.sendNodesAway(job);
    if (owners == null) {
      Clients.fail(job);
    }
    if (job.clients != null) {
      ledger.follow(job, job.handle);
      owners.askLater(job, null);
    } else {
      ledger.remove(job);
    }
  }

  /** Nobody can tell what became of the other job, or which it is. */
  private void lose(Job job) {
    Clients.answer(job, Refusal.OWNER_UNKNOWN);
    Clients.fail(job);
    stop(job);
    ledger.remove(job);
  }

  private void joinHere(Job job, Owner owner) {
    Job other = ledger.jobs.get(owner.handle());
    if (other != job && takesMore(other)) {
      ledger.remove(job);
      submissions.move(job, other);
    } else if (knowsAllOf(owner.handle())) {
      ownerIsGone(job, owner);
    } else {
      owners.askLater(job, owner);
    }
  }

  private void ownerIsGone(Job job, Owner owner) {
    if (job.state == JobState.FOLLOWING) {
      lose(job);
    } else {
      owners.replace(job, owner);
    }
  }

  private void begin(Job job, Owner owner, Session link) {
    Clients.turnAwayNodes(job);
    if (job.unanswered == null && job.clients == null) {
      ledger.remove(job);
      return;
    }
    Attach attach = new Attach(job, owner, link);
    open.put(job, attach);
    ask(attach);
  }

  /** Asks for what somebody waits for and that was not asked for. */
  private void ask(Attach attach) {
    Job job = attach.job;
    boolean foreground = job.clients != null && job.worker == null;
    boolean background = false;
    for (Waiter w = job.unanswered; w != null; w = w.nextOfJob) {
      foreground |= w.foreground;
      background |= !w.foreground;
    }
    if (foreground && !attach.foreground) {
      attach.foreground = true;
      send(attach, false);
    }
    if (background && !attach.background) {
      attach.background = true;
      send(attach, true);
    }
  }

  private void send(Attach attach, boolean background) {
    Account account = attach.link.account;
    long id = ++lastId;
    account.attaching.put(id, new Request(attach, background));
    account.neighbour.attach(id, attach.owner.handle(), background);
  }

  /** One more waits for the answer of the job's home. */
  void joined(Job job) {
    Attach attach = open.get(job);
    if (attach != null) {
      ask(attach);
    } else if (job.worker != null && job.state == JobState.FOLLOWING) {
      begin(job, Owner.elsewhere(job.handle, job.worker.address, null), job.worker);
    }
  }

  /** The home has let them join. */
  void attached(Session link, long id) {
    Request request = link.account.attaching.remove(id);
    if (request == null) {
      return;
    }
    Attach attach = request.attach;
    Job job = attach.job;
    if (open.get(job) != attach) {
      if (!request.background) {
        link.account.neighbour.detach(attach.owner.handle());
      }
      return;
    }
    if (request.background) {
      attach.background = false;
      attach.kept = true;
      Clients.answer(job, false, attach.owner.handle(), null);
    } else {
      attach.foreground = false;
      follow(attach);
    }
    goOn(attach);
  }

  private void follow(Attach attach) {
    Job job = attach.job;
    Job other = ledger.jobs.get(attach.owner.handle());
    if (other != null && other != job) {
      // It has become a job of this server meanwhile.
      attach.link.account.neighbour.detach(other.handle);
      open.remove(job);
      if (other.state == JobState.CANCELLED) {
        owners.askLater(job, attach.owner);
      } else {
        ledger.remove(job);
        submissions.move(job, other);
      }
      return;
    }
    if (job.state == JobState.CLAIMING) {
      ledger.follow(job, attach.owner.handle());
    }
    job.worker = attach.link;
    attach.link.account.following.addLast(job);
    Clients.answer(job, true, job.handle, null);
  }

  /** Something was answered: what is left to ask, and who is left? */
  private void goOn(Attach attach) {
    Job job = attach.job;
    if (open.get(job) != attach) {
      return;
    }
    if (job.state == JobState.FOLLOWING) {
      job.background |= attach.kept;
    }
    ask(attach);
    if (attach.foreground || attach.background) {
      return;
    }
    open.remove(job);
    if (job.state == JobState.FOLLOWING) {
      dropIfUnwanted(job);
    } else {
      ledger.remove(job);
    }
  }

  /** The home knows the job no more. */
  void gone(Session link, long id) {
    Attach attach = ended(link, id);
    if (attach != null) {
      ownerIsGone(attach.job, attach.owner);
    }
  }

  /** The attach that a request was part of, which is over; null: nobody waits for it. */
  private Attach ended(Session link, long id) {
    Request request = link.account.attaching.remove(id);
    return request != null && open.remove(request.attach.job, request.attach)
        ? request.attach
        : null;
  }

  /** The home does not let them join; not now, when it does not know who owns the unique id. */
  void refused(Session link, long id, Refusal refusal) {
    if (refusal == Refusal.OWNER_UNKNOWN) {
      Attach attach = ended(link, id);
      if (attach != null) {
        outOfTouch(attach.job, attach.owner);
      }
      return;
    }
    Request request = link.account.attaching.remove(id);
    Attach attach = request == null ? null : request.attach;
    if (attach != null && open.get(attach.job) == attach) {
      if (request.background) {
        attach.background = false;
      } else {
        attach.foreground = false;
      }
      Clients.answer(attach.job, !request.background, attach.owner.handle(), refusal);
      goOn(attach);
    }
  }

  /** Who waits goes on doing so, until a home is found or the owners give up. */
  private void outOfTouch(Job job, Owner owner) {
    if (job.worker == null) {
      owners.askLater(job, owner);
    }
  }

  /** The link is gone: other homes, or the same over another link, are looked for. */
  void lost(Session link) {
    links.remove(link.address, link);
    Account account = link.account;
    Job job;
    while ((job = account.following.first()) != null) {
      stop(job);
      outOfTouch(job, null);
    }
    for (Request request : account.attaching.values()) {
      Attach attach = request.attach;
      if (open.remove(attach.job, attach)) {
        outOfTouch(attach.job, attach.owner);
      }
    }
    account.attaching.clear();
  }

  /** Ends a job that is FOLLOWING and that no client waits for any more. */
  void dropIfUnwanted(Job job) {
    if (!job.isWanted()) {
      if (job.worker != null) {
        job.worker.account.neighbour.detach(job.handle);
      }
      stop(job);
      ledger.remove(job);
    }
  }

  /** What the home says of the job is not heard any more. */
  void stop(Job job) {
    open.remove(job);
    if (job.worker != null) {
      job.worker.account.following.remove(job);
      job.worker = null;
    }
  }
}

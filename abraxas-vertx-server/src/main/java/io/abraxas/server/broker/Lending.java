package io.abraxas.server.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Jobs that nobody here is free for go to nodes that want them.
 *
 * <p>Local work first: a function has something to spare when more of its jobs are runnable than
 * workers were woken for it, and none of its workers sleeps. A worker that was woken and has not
 * come for {@value #PATIENCE_MILLIS} ms keeps nothing from others. Whoever wants a function is told
 * once; it is looked at when it changes, at the end of the turn.
 */
final class Lending {
  /** How long a woken worker may take to come for its job. */
  static final int PATIENCE_MILLIS = 100;

  private static final long PATIENCE_NANOS = PATIENCE_MILLIS * 1_000_000L;

  private final Ledger ledger;
  private final Dispatch dispatch;
  private final BrokerClock clock;
  private final boolean roundRobin;

  /** Functions that changed in this turn and that somebody wants. */
  private final ArrayDeque<FunctionQueue> changed = new ArrayDeque<>();

  /** Functions to be looked at once those who were woken had their time, soonest first. */
  private final ArrayDeque<Look> looks = new ArrayDeque<>();

  private record Look(FunctionQueue function, long at) {}

  Lending(Ledger ledger, Dispatch dispatch, BrokerClock clock, BrokerConfig config) {
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.clock = clock;
    roundRobin = config.roundRobin();
  }

  void want(Session link, FunctionQueue function) {
    if (link.account.wanted.add(function)) {
      function.wants = function.wants == null ? new ArrayList<>() : function.wants;
      function.wants.add(link);
      changed(function);
    }
  }

  void unwant(Session link, FunctionQueue function) {
    if (link.account.wanted.remove(function)) {
      function.wants.remove(link);
      function.wants = function.wants.isEmpty() ? null : function.wants;
      ledger.dropIfUnused(function);
    }
  }

  /** Jobs or workers of a function have changed. */
  void changed(FunctionQueue function) {
    if (function.wants != null && !function.changed) {
      function.changed = true;
      changed.add(function);
    }
  }

  void endTurn() {
    FunctionQueue function;
    while ((function = changed.poll()) != null) {
      function.changed = false;
      offer(function);
    }
  }

  /** Tells those who want the function, if there is something to spare. */
  private void offer(FunctionQueue function) {
    if (function.wants == null || dispatch.isDraining()) {
      return;
    }
    int spare = spare(function);
    if (spare > 0) {
      List<Session> asking = function.wants;
      function.wants = null;
      for (Session link : asking) {
        link.account.wanted.remove(function);
        link.account.neighbour.surplus(function.name, spare);
      }
    } else if (function.hasRunnable() && !function.looking) {
      function.looking = true;
      looks.add(new Look(function, clock.nanoTime() + PATIENCE_NANOS));
    }
  }

  /** How many runnable jobs nobody here is free for. */
  private int spare(FunctionQueue function) {
    if (function.sleepers > 0) {
      return 0;
    }
    int spare = 0;
    for (JobList queue : function.queues) {
      spare += queue.size();
    }
    if (spare > 0) {
      long now = clock.nanoTime();
      for (Ability ability : function.workers) {
        Session worker = ability.session;
        boolean coming =
            worker.woken && worker.parked == null && now - worker.wokenNanos < PATIENCE_NANOS;
        spare -= coming ? 1 : 0;
      }
    }
    return Math.max(0, spare);
  }

  /** A worker of another node is free for one job of these functions. */
  void borrow(Session link, long id, List<FunctionQueue> functions) {
    Neighbour neighbour = link.account.neighbour;
    int left = 0;
    Job best = null;
    for (FunctionQueue function : dispatch.isDraining() ? List.<FunctionQueue>of() : functions) {
      int spare = spare(function);
      if (spare > 0) {
        Job first = function.firstRunnable();
        if (best == null || (!roundRobin && first.priority.level < best.priority.level)) {
          best = first;
          left = spare - 1;
        }
      }
    }
    if (best == null) {
      neighbour.nothing(id);
    } else {
      dispatch.dequeue(best);
      dispatch.start(best, link);
      neighbour.lend(id, best, left);
    }
  }

  /** A lent job comes back undone. */
  void givenBack(Session link, long handle, boolean counted) {
    Job job = ledger.jobs.get(handle);
    if (job != null && job.worker == link) {
      dispatch.takeBack(job, counted);
    }
  }

  /** The link is gone: nobody there wants anything. */
  void lost(Session link) {
    for (FunctionQueue function : List.copyOf(link.account.wanted)) {
      unwant(link, function);
    }
  }

  /** Nanoseconds from {@code now} until {@link #advance} has something to do; none: the most. */
  long nanosToNext(long now) {
    return looks.isEmpty() ? Long.MAX_VALUE : looks.peek().at - now;
  }

  /** Wakes others for what nobody came for, or offers it. */
  void advance(long now) {
    for (Look next = looks.peek(); next != null && next.at - now <= 0; next = looks.peek()) {
      looks.poll();
      next.function.looking = false;
      dispatch.wakeFor(next.function);
      changed(next.function);
    }
  }
}

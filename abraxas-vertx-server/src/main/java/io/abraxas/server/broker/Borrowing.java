package io.abraxas.server.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers that have nothing to do here get jobs of nodes that have more than they can do.
 *
 * <p>A worker that sleeps asks one node at a time, for all its functions of which that node has
 * said that there is surplus, until it is told that nothing is left; then the node is told that
 * more is wanted. So nobody asks in vain. A job that comes is reserved for the worker, which is
 * woken. When it does not come for {@value Lending#PATIENCE_MILLIS} ms the job goes back as good as
 * new; when it was begun and not ended it goes back as one attempt. It is never queued here, so it
 * is never lent further.
 */
final class Borrowing {
  /** Most functions that one request names. */
  private static final int MAX_NAMED = 64;

  private static final long PATIENCE_NANOS = Lending.PATIENCE_MILLIS * 1_000_000L;

  private final Ledger ledger;
  private final Dispatch dispatch;
  private final BrokerClock clock;
  private final List<Session> links;
  private long lastId;

  /** Which of the links is asked first next time. */
  private int turn;

  /** Jobs that are reserved, or were, soonest to be given back first. */
  private final ArrayDeque<Reserved> reserved = new ArrayDeque<>();

  private record Reserved(Job job, long until) {}

  Borrowing(Ledger ledger, Dispatch dispatch, BrokerClock clock, List<Session> links) {
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.clock = clock;
    this.links = links;
  }

  void connected(Session link) {
    for (FunctionQueue function : ledger.functions.all()) {
      want(link, function);
    }
  }

  private void want(Session link, FunctionQueue function) {
    if (!function.workers.isEmpty() && !dispatch.isDraining()) {
      link.account.neighbour.want(function.name);
    }
  }

  /** A worker can do one function more. */
  void canDo(Ability ability) {
    if (ability.function.workers.size() == 1) {
      links.forEach(link -> want(link, ability.function));
    }
    seek(ability.session);
  }

  /** A worker cannot do a function any more. */
  void cannotDo(Ability ability) {
    FunctionQueue function = ability.function;
    Job parked = ability.session.parked;
    if (parked != null && parked.function == function) {
      giveBack(parked, false);
    }
    if (function.workers.isEmpty()) {
      for (Session link : links) {
        link.account.surplus.remove(function);
        link.account.neighbour.unwant(function.name);
      }
    }
  }

  /** Asks for a job for a worker that sleeps, where there is reason to hope for one. */
  void seek(Session worker) {
    if (!isFree(worker) || dispatch.isDraining()) {
      return;
    }
    for (int i = 0; i < links.size(); i++) {
      int at = (turn + i) % links.size();
      Account account = links.get(at).account;
      List<Account.Surplus> from = hopes(account, worker);
      if (!from.isEmpty()) {
        turn = at + 1;
        ask(account, worker, from);
        return;
      }
    }
  }

  private static boolean isFree(Session worker) {
    return worker.sleeping && !worker.closed && worker.borrow == null && worker.parked == null;
  }

  private static List<Account.Surplus> hopes(Account account, Session worker) {
    if (account.surplus.isEmpty()) {
      return List.of();
    }
    List<Account.Surplus> from = new ArrayList<>();
    for (Ability ability : worker.abilities) {
      Account.Surplus surplus = account.surplus.get(ability.function);
      if (surplus != null && surplus.asked < surplus.count && from.size() < MAX_NAMED) {
        from.add(surplus);
      }
    }
    return from;
  }

  private void ask(Account account, Session worker, List<Account.Surplus> from) {
    long id = ++lastId;
    List<byte[]> names = new ArrayList<>(from.size());
    for (Account.Surplus surplus : from) {
      surplus.asked++;
      names.add(surplus.function.name);
    }
    worker.borrow = new Borrow(worker, from);
    account.borrows.put(id, worker.borrow);
    account.neighbour.borrow(id, names);
  }

  /** A node has more of a function than it can do. */
  void surplus(Session link, FunctionQueue function, int count) {
    if (!function.workers.isEmpty() && count > 0) {
      link.account.surplus.put(function, new Account.Surplus(function, count));
      seekFor(link, function);
    }
  }

  /** Workers of the function that sleep ask for what a node has of it. */
  private void seekFor(Session link, FunctionQueue function) {
    Account.Surplus surplus = link.account.surplus.get(function);
    for (int i = 0; surplus != null && i < function.workers.size(); i++) {
      if (surplus.asked >= surplus.count || function.sleepers == 0) {
        return;
      }
      seek(function.workers.get(i).session);
    }
  }

  /** A node has nothing left of what a worker asked it for. */
  void nothing(Session link, long id) {
    Borrow borrow = link.account.borrows.remove(id);
    if (borrow == null) {
      return;
    }
    borrow.settle();
    for (Account.Surplus surplus : borrow.from) {
      left(link, surplus.function, 0);
    }
    seek(borrow.worker);
  }

  /** So many jobs of a function are left with a node; of none, it is to tell again. */
  private void left(Session link, FunctionQueue function, int count) {
    Account.Surplus surplus = link.account.surplus.get(function);
    if (count > 0 && surplus != null) {
      surplus.count = count;
    } else if (count > 0) {
      surplus(link, function, count);
    } else if (surplus != null) {
      link.account.surplus.remove(function);
      want(link, function);
    }
  }

  /**
   * A node lends a job.
   *
   * @param background whether it outlives its clients
   * @param count how many of its function are left there
   */
  void lend(Session link, long id, StoredJob lent, boolean background, int count) {
    Borrow borrow = link.account.borrows.remove(id);
    if (borrow != null) {
      borrow.settle();
    }
    FunctionQueue function = ledger.functions.find(lent.function());
    long copy = Origins.borrowed(lent.handle());
    Job running = ledger.jobs.get(copy);
    Session worker = function == null || dispatch.isDraining() ? null : taker(borrow, function);
    if (running != null) {
      // From before a link was lost: it need not run a second time.
      follow(link, running);
    } else if (worker == null) {
      link.account.neighbour.giveBack(copy, false);
    } else {
      reserve(link, worker, function, lent, background);
    }
    if (function != null) {
      left(link, function, count);
      seekFor(link, function);
    }
    if (borrow != null) {
      seek(borrow.worker);
      // Others may ask now for what this request named besides.
      borrow.from.forEach(surplus -> seekFor(link, surplus.function));
    }
  }

  /** A worker that is free for the function, the one that asked if it still is; null: none. */
  private static Session taker(Borrow borrow, FunctionQueue function) {
    if (borrow != null && isFree(borrow.worker) && borrow.worker.ability(function) != null) {
      return borrow.worker;
    }
    for (Ability ability : function.sleepers == 0 ? List.<Ability>of() : function.workers) {
      if (isFree(ability.session)) {
        return ability.session;
      }
    }
    return null;
  }

  private static void follow(Session link, Job job) {
    for (Waiter w = job.clients; w != null; w = w.nextOfJob) {
      if (w.session == link) {
        return;
      }
    }
    Waiter waiter = new Waiter(link, job, true);
    waiter.linkToClients();
    link.add(waiter);
  }

  private void reserve(
      Session link, Session worker, FunctionQueue function, StoredJob lent, boolean background) {
    Job job =
        new Job(
            Origins.borrowed(lent.handle()),
            function,
            lent.priority(),
            lent.unique(),
            lent.payload());
    job.reducer = lent.reducer();
    job.background = background;
    job.state = JobState.RESERVED;
    ledger.memory.reserve(job.cost());
    ledger.add(job);
    follow(link, job);
    job.worker = worker;
    worker.parked = job;
    reserved.add(new Reserved(job, clock.nanoTime() + PATIENCE_NANOS));
    dispatch.wake(worker);
  }

  /** Gives a borrowed job back to those who lent it, and forgets it. */
  void giveBack(Job job, boolean counted) {
    for (Waiter w = job.clients; w != null; w = w.nextOfJob) {
      w.session.account.neighbour.giveBack(job.handle, counted);
    }
    Clients.release(job);
    job.leaveReserved();
    ledger.remove(job);
  }

  /** The link is gone: what was asked for over it will not come. */
  void lost(Session link) {
    List<Borrow> open = List.copyOf(link.account.borrows.values());
    link.account.borrows.clear();
    open.forEach(Borrow::settle);
    open.forEach(borrow -> seek(borrow.worker));
  }

  /** Nanoseconds from {@code now} until {@link #advance} has something to do; none: the most. */
  long nanosToNext(long now) {
    forgetTaken();
    return reserved.isEmpty() ? Long.MAX_VALUE : reserved.peek().until - now;
  }

  private void forgetTaken() {
    while (!reserved.isEmpty() && reserved.peek().job.state != JobState.RESERVED) {
      reserved.poll();
    }
  }

  /** Gives back what nobody came for. */
  void advance(long now) {
    for (forgetTaken(); !reserved.isEmpty() && reserved.peek().until - now <= 0; forgetTaken()) {
      giveBack(reserved.poll().job, false);
    }
  }

  /** Nothing is begun here any more. */
  void drain() {
    for (forgetTaken(); !reserved.isEmpty(); forgetTaken()) {
      giveBack(reserved.poll().job, false);
    }
  }
}

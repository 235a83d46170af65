package io.abraxas.server.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * What the broker knows of one connection, which may be client and worker at once.
 *
 * <p>Outside this package it is a read-only view, and the token that says who speaks.
 */
public final class Session {
  final Peer peer;
  final long number;
  final String address;

  /** Functions it can do, in the order in which it said so. */
  final List<Ability> abilities = new ArrayList<>();

  /** Jobs it runs. */
  final JobList jobs = new JobList();

  /** Submits it is owed something for. */
  Waiter waiters;

  /** Where the next search among {@link #abilities} starts. */
  int cursor;

  /** Whether it said PRE_SLEEP and was not woken since. */
  boolean sleeping;

  /** Whether it was woken and did not grab since: a runnable job may rely on it alone. */
  boolean woken;

  /** When it was last woken, in nanoseconds of the clock; kept while there are other nodes. */
  long wokenNanos;

  /** What it asked another node for, until that is answered; null almost always. */
  Borrow borrow;

  /** The borrowed job that it was woken for and is to grab next; null almost always. */
  Job parked;

  /** What is open with the node at the other end; null: this is no link. */
  Account account;

  boolean exceptions;
  boolean streaming;
  boolean closed;

  /** Whether CANT_DO returns jobs as good as new. */
  boolean mayReturn;

  byte[] clientId = Job.NONE;

  /**
   * The job it last reported an exception for, or -1. Perl workers send WORK_FAIL right after
   * WORK_EXCEPTION, and die on the ERROR that a job no longer known would earn.
   */
  long excepted = -1;

  Session(Peer peer, long number, String address, boolean exceptions) {
    this.peer = peer;
    this.number = number;
    this.address = address;
    this.exceptions = exceptions;
  }

  /** A number that no other session of this broker has or had. */
  public long number() {
    return number;
  }

  /** The address it came from, as text. */
  public String address() {
    return address;
  }

  /** What it said with SET_CLIENT_ID, empty before; not to be changed. */
  public byte[] clientId() {
    return clientId;
  }

  /** Names of the functions it can do; not to be changed. */
  public List<byte[]> functionNames() {
    return abilities.stream().map(a -> a.function.name).toList();
  }

  /** How many jobs it runs. */
  public int running() {
    return jobs.size();
  }

  /** Whether it runs a job, or waits for the result of one. */
  public boolean isOwed() {
    return waiters != null || jobs.size() > 0;
  }

  /** Whether it gets WORK_EXCEPTION, rather than WORK_FAIL in its place. */
  public boolean hasExceptions() {
    return exceptions;
  }

  Ability ability(FunctionQueue function) {
    for (Ability ability : abilities) {
      if (ability.function == function) {
        return ability;
      }
    }
    return null;
  }

  void add(Waiter waiter) {
    waiter.nextOfSession = waiters;
    if (waiters != null) {
      waiters.previousOfSession = waiter;
    }
    waiters = waiter;
  }

  void remove(Waiter waiter) {
    if (waiter.previousOfSession == null) {
      waiters = waiter.nextOfSession;
    } else {
      waiter.previousOfSession.nextOfSession = waiter.nextOfSession;
    }
    if (waiter.nextOfSession != null) {
      waiter.nextOfSession.previousOfSession = waiter.previousOfSession;
    }
    waiter.nextOfSession = null;
    waiter.previousOfSession = null;
  }
}

package io.abraxas.server.broker;

/**
 * One submitted job. It owns its bytes and pins no network buffer.
 *
 * <p>Outside this package it is a read-only view.
 */
public sealed class Job extends Timed permits FiredJob {
  /** What a job costs in memory besides its bytes: this object, its arrays' headers, its tables. */
  static final int OVERHEAD = 160;

  static final byte[] NONE = {};

  /** The number in its handle; never used twice by a server. Another one once it is FOLLOWING. */
  long handle;

  final FunctionQueue function;
  final Priority priority;

  /** As submitted, empty when there is none. */
  final byte[] unique;

  byte[] payload;

  /** Name of the reducer, or null. */
  byte[] reducer;

  JobState state;

  /**
   * Kept when its clients leave. A foreground job becomes one when a background submit joins it.
   * While FOLLOWING: whether its home keeps it.
   */
  boolean background;

  /** Coalesced by equality of payloads: the unique id was {@code -}. */
  boolean keyedByPayload;

  /** Whether a schedule made it. */
  boolean fromSchedule;

  /** Whether the store said that it has it. */
  boolean stored;

  /** Whether the store was asked to keep it and has not answered. */
  boolean storing;

  /** Whether it owns its unique id among all servers. */
  boolean claimed;

  /** How often it was taken back from a worker. */
  int retries;

  /** Milliseconds since the Unix epoch before which it must not run; 0: at once. */
  long dueMillis;

  long numerator;
  long denominator;

  /**
   * The worker that has it while RUNNING or CANCELLED, or is to come for it; the link to its home
   * while FOLLOWING, unless that is out of touch; else null.
   */
  Session worker;

  /** Clients to be told of its results. */
  Waiter clients;

  /** Submits that wait for JOB_CREATED. Null almost always. */
  Waiter unanswered;

  // Links of the list it is in: its function's queue while QUEUED, its worker's jobs while RUNNING
  // or CANCELLED, its link's while FOLLOWING. Never in two.
  Job next;
  Job previous;

  // Links of the unique index.
  int uniqueHash;
  Job uniqueNext;

  Job(long handle, FunctionQueue function, Priority priority, byte[] unique, byte[] payload) {
    this.handle = handle;
    this.function = function;
    this.priority = priority;
    this.unique = unique;
    this.payload = payload;
  }

  /** The number in its handle. */
  @Override
  public long handle() {
    return handle;
  }

  /** The name of its function; not to be changed. */
  public byte[] functionName() {
    return function.name();
  }

  /** Its unique id as submitted, empty when it has none; not to be changed. */
  public byte[] unique() {
    return unique;
  }

  /** Whether its payload takes the place of its unique id. */
  public boolean isKeyedByPayload() {
    return keyedByPayload;
  }

  /** Its payload; not to be changed. */
  public byte[] payload() {
    return payload;
  }

  /** The name of its reducer, or null; not to be changed. */
  public byte[] reducer() {
    return reducer;
  }

  public Priority priority() {
    return priority;
  }

  /** Whether a schedule made it. */
  public boolean isFromSchedule() {
    return fromSchedule;
  }

  /** Whether it outlives its clients. */
  public boolean isBackground() {
    return background;
  }

  /** Whether a worker has it. */
  public boolean isRunning() {
    return state == JobState.RUNNING;
  }

  /** Whether a store has it. */
  public boolean isStored() {
    return stored;
  }

  /** How often it was taken back from a worker. */
  public int retries() {
    return retries;
  }

  /** When it may run, in milliseconds since the Unix epoch; 0: at once. */
  public long dueMillis() {
    return dueMillis;
  }

  /** Numerator of the last WORK_STATUS, 0 before. */
  public long numerator() {
    return numerator;
  }

  /** Denominator of the last WORK_STATUS, 0 before. */
  public long denominator() {
    return denominator;
  }

  /** How many clients wait for its result. */
  public int clientCount() {
    int n = 0;
    for (Waiter w = clients; w != null; w = w.nextOfJob) {
      n++;
    }
    return n;
  }

  /** Whether it is the copy of a job that another node has lent. */
  boolean isBorrowed() {
    return Origins.isBorrowed(handle);
  }

  /** Whether another node is its home, which alone counts it. */
  boolean isElsewhere() {
    return state == JobState.FOLLOWING || isBorrowed();
  }

  /** Whether the store has it, or was asked to keep it. */
  boolean isInStore() {
    return stored || storing;
  }

  /** Whether anybody needs it still: it outlives its clients, or has one. */
  boolean isWanted() {
    return (background && !isElsewhere()) || clients != null || unanswered != null;
  }

  /** No worker is to come for it any more. */
  void leaveReserved() {
    if (state == JobState.RESERVED) {
      worker.parked = null;
      worker = null;
    }
  }

  /** Bytes of memory it is charged with. */
  long cost() {
    return (long) OVERHEAD
        + payload.length
        + unique.length
        + (reducer == null ? 0 : reducer.length);
  }
}

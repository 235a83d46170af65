package io.abraxas.server.broker;

/**
 * The life of a job.
 *
 * <pre>
 *  submit ──▶ CLAIMING ──owner known──▶ STORING ──stored──▶ DELAYED ──due──▶ QUEUED ──grab──▶ RUNNING ──▶ GONE
 *                │                        │                   │                ▲ │               │ │
 *                └──refused──▶ GONE ◀─────┘                   │                │ │               │ │
 *                                     GONE ◀──cancel──────────┘   worker lost, │ │cancel,        │ │cancel
 *                                                                 CANT_DO,     │ │client lost    │ ▼
 *                                                                 timeout ─────┘ ▼               CANCELLED ──▶ GONE
 *                                                                       (from RUNNING)  GONE
 *  CLAIMING ──another node's──▶ FOLLOWING ──its home says so, nobody waits──▶ GONE
 *  lent by another node ──▶ RESERVED ──grab──▶ RUNNING ──▶ GONE
 *                               └──given back──▶ GONE ◀──┘
 * </pre>
 *
 * <p>A borrowed job is a copy, one that is followed a list of clients: both are queued and counted
 * at their home only.
 *
 * <p>Each wait is skipped where nobody has to be asked: without other servers CLAIMING, without a
 * store STORING, without a due time DELAYED. Only {@link Submissions}, {@link Dispatch}, {@link
 * Borrowing} and {@link Ledger} change it.
 */
enum JobState {
  /** Waits for the answer who owns its unique id. Can be coalesced onto, not assigned. */
  CLAIMING,
  /** A job of another node with the same unique id, which clients here wait for. */
  FOLLOWING,
  /** Waits for the store, or as a {@link FiredJob}. Can be coalesced onto, not assigned. */
  STORING,
  /** Accepted, not due yet. */
  DELAYED,
  /** Accepted and runnable: in its function's queue. */
  QUEUED,
  /** Borrowed from another node, for a worker that was woken and is to grab it. */
  RESERVED,
  /** A worker has it. */
  RUNNING,
  /** Cancelled while a worker had it: that worker's reports are swallowed until its last. */
  CANCELLED,
  /** Ended; in no table any more. */
  GONE;

  /** Whether it is none of this server's jobs, or not yet. */
  boolean isHidden() {
    return isUnaccepted() || this == FOLLOWING;
  }

  /** Whether JOB_CREATED may not be sent yet. */
  boolean isUnaccepted() {
    return this == CLAIMING || this == STORING;
  }
}

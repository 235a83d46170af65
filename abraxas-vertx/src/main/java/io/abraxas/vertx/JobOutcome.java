package io.abraxas.vertx;

/** What can be said of a job that did not end with a result. */
public enum JobOutcome {
  /** No byte of it left this process: it is safe to submit it again. */
  NEVER_SENT,
  /** The server refused it: it is in no queue. */
  REFUSED,
  /** A worker took it and failed it, or it was cancelled. */
  FAILED,
  /** It was sent, and nobody knows whether it ran, runs, or will run. */
  UNKNOWN
}

package io.abraxas.vertx;

import io.vertx.codegen.annotations.Nullable;

/**
 * Anything that goes wrong with a job or a command. {@link #outcome} says what became of the job,
 * if one was concerned.
 */
public abstract class GearmanException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What became of the job. */
  private final JobOutcome outcome;

  /** The job's handle, or null when it has none. */
  private final String handle;

  GearmanException(String message, Throwable cause, JobOutcome outcome, String handle) {
    // These tell of the network and of jobs, not of code: a stack would show the event loop.
    super(message, cause, true, false);
    this.outcome = outcome;
    this.handle = handle;
  }

  /** What became of the job, or of the command that failed. */
  public final JobOutcome outcome() {
    return outcome;
  }

  /** The handle of the job; null when it got none, or when no job is concerned. */
  @Nullable
  public final String handle() {
    return handle;
  }

  static String of(String handle) {
    return handle == null ? "" : " (" + handle + ")";
  }
}

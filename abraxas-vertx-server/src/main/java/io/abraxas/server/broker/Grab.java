package io.abraxas.server.broker;

/** How a worker asked for a job, which decides what it is told of it. */
public enum Grab {
  /** GRAB_JOB: handle, function, payload. */
  PLAIN,
  /** GRAB_JOB_UNIQ: the unique id as well. */
  WITH_UNIQUE,
  /** GRAB_JOB_ALL: the reducer as well, where the job has one. */
  WITH_REDUCER
}

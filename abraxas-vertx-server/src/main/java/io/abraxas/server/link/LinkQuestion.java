package io.abraxas.server.link;

/** What one node can ask another. */
enum LinkQuestion {
  /** A handle: the job's {@link io.abraxas.server.broker.JobStatus}. */
  STATUS(1),
  /** A unique id: the same. */
  UNIQUE(2),
  /** A handle: cancels the job; whether there was one. */
  CANCEL(3),
  /** Nothing: the functions with their counts. */
  COUNTS(4),
  /** Nothing: jobs, members seen, whether safe. */
  NODE(5);

  private final int code;

  LinkQuestion(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The question with this code, or null. */
  static LinkQuestion of(int code) {
    return code > 0 && code <= values().length ? values()[code - 1] : null;
  }
}

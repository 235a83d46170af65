package io.abraxas.server.broker;

/** What a worker says of a job it runs. */
public enum WorkReport {
  STATUS(false),
  DATA(false),
  WARNING(false),
  COMPLETE(true),
  FAIL(true),
  EXCEPTION(true);

  private final boolean last;

  WorkReport(boolean last) {
    this.last = last;
  }

  /** Whether it ends the job. */
  public boolean endsJob() {
    return last;
  }
}

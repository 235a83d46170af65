package io.abraxas.vertx.eventbus;

/**
 * The names and numbers that travel over the event bus. What they mean is in docs/event-bus.md; a
 * sender or consumer that has no Gearman library writes them as they are there.
 */
public final class EventBusContract {
  /** The address of jobs of any function, and, with a dot and a function's name, of its jobs. */
  public static final String JOBS = "abraxas.jobs";

  /** Request and task header: the function. */
  public static final String FUNCTION = "function";

  /** Request and task header: the unique id. */
  public static final String UNIQUE = "unique";

  /** Request header: {@code high}, {@code normal} or {@code low}. */
  public static final String PRIORITY = "priority";

  /** Request header: {@code true}: reply with the handle at once. */
  public static final String BACKGROUND = "background";

  /** Request header: when the job is due, in seconds since 1970 or ISO 8601. */
  public static final String AT = "at";

  /** Request header: when the job recurs, five fields. */
  public static final String SCHEDULE = "schedule";

  /** Request header: how long the job may take, in milliseconds; 0: for ever. */
  public static final String TIMEOUT = "timeout";

  /** Request and task header: the address that takes progress. */
  public static final String PROGRESS = "progress";

  /** Request header: in which form failures are replied. */
  public static final String FAILURES = "failures";

  /** Value of {@link #FAILURES}: {@link JobReplyException}, for senders that have its codec. */
  public static final String FAILURES_TYPED = "typed";

  /** Value of {@link #FAILURES}: what any Vert.x understands. */
  public static final String FAILURES_PLAIN = "plain";

  /** Task and progress header: the job's handle. */
  public static final String HANDLE = "handle";

  /** Task header: the function that is to reduce the results. */
  public static final String REDUCER = "reducer";

  /** Task header, which progress from a consumer names: which task it is about. */
  public static final String TASK = "task";

  /** Progress header: what the message tells. */
  public static final String KIND = "kind";

  /** Value of {@link #KIND}: the body is a piece of the result. */
  public static final String KIND_DATA = "data";

  /** Value of {@link #KIND}: the body is a warning. */
  public static final String KIND_WARNING = "warning";

  /** Value of {@link #KIND}: the body says how far the job is. */
  public static final String KIND_STATUS = "status";

  /** Key of a status: parts done. */
  public static final String NUMERATOR = "numerator";

  /** Key of a status: parts in all. */
  public static final String DENOMINATOR = "denominator";

  /** Failure, never sent: the body is of a kind that is no payload. */
  public static final int BAD_BODY = 10;

  /** Failure, never sent: a header has a value that cannot be. */
  public static final int BAD_HEADER = 11;

  /** Failure, never sent: no function is named, or not one this bridge takes. */
  public static final int NO_FUNCTION = 12;

  /** Failure, never sent: it cannot be submitted as it is. */
  public static final int NOT_SENT = 20;

  /** Failure, never sent: no server took it in time. */
  public static final int NO_SERVER = 21;

  /** Failure, never sent: too much waits for a server already. */
  public static final int QUEUE_FULL = 22;

  /** Failure, never sent: the bridge was stopped. */
  public static final int CLOSED = 23;

  /** Failure: the server answered with an error. */
  public static final int REFUSED = 30;

  /** Failure: the job failed. */
  public static final int FAILED = 40;

  /** Failure: the job failed, and the message is what its worker said. */
  public static final int THREW = 41;

  /** Failure, outcome unknown: sent, and no more is known. */
  public static final int UNKNOWN = 50;

  /** Failure, outcome unknown: no end in time. */
  public static final int TIMED_OUT = 51;

  /** Failure, outcome unknown: the connection to the server was lost. */
  public static final int CONNECTION_LOST = 52;

  /** Failure, outcome unknown: the result is longer than the client takes. */
  public static final int RESULT_TOO_LARGE = 53;

  /** Failure, outcome unknown: the bridge was stopped while the job ran. */
  public static final int CLOSED_RUNNING = 54;

  /** Failure, outcome unknown: a bug of the bridge. */
  public static final int INTERNAL_ERROR = 59;

  private EventBusContract() {}
}

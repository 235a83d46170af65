package io.abraxas.server.broker;

/** Why a request is not done: the code and text of an ERROR packet. Codes are gearmand's. */
public enum Refusal {
  QUEUE_FULL("QUEUE_ERROR", "Job queue is full"),
  OUT_OF_MEMORY("QUEUE_ERROR", "No memory left for queued jobs"),
  STORE_FAILED("QUEUE_ERROR", "Job could not be stored"),
  STORE_CLOSED("QUEUE_ERROR", "Too few servers of the cluster are in touch"),
  OWNER_UNKNOWN("QUEUE_ERROR", "Owner of the unique value could not be found"),
  SHUTTING_DOWN("QUEUE_ERROR", "Server is shutting down"),
  UNIQUE_TOO_LARGE("ARGUMENT_TOO_LARGE", "Unique value too large"),
  FUNCTION_TOO_LARGE("ARGUMENT_TOO_LARGE", "Function name too large"),
  TOO_MANY_FUNCTIONS("QUEUE_ERROR", "Too many functions"),
  STREAMING_UNIQUE(
      "INVALID_ARGUMENTS", "A foreground job in streaming mode must not have a unique value"),
  RESULT_WITHOUT_JOB("JOB_NOT_FOUND", "Job given in work result not found"),
  DATA_WITHOUT_JOB("JOB_NOT_FOUND", "Job does not exist on server"),
  EXCEPTION_WITHOUT_JOB("JOB_NOT_FOUND", "An exception was received for a job that does not exist");

  private final String code;
  private final String text;

  Refusal(String code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The code, as in the ERROR packet. */
  public String code() {
    return code;
  }

  /** The text, as in the ERROR packet. */
  public String text() {
    return text;
  }

  static Refusal jobNotFound(WorkReport report) {
    return switch (report) {
      case STATUS, COMPLETE, FAIL -> RESULT_WITHOUT_JOB;
      case DATA, WARNING -> DATA_WITHOUT_JOB;
      case EXCEPTION -> EXCEPTION_WITHOUT_JOB;
    };
  }
}

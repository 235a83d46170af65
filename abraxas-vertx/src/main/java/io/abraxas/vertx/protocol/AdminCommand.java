package io.abraxas.vertx.protocol;

import java.util.List;

/**
 * The commands of the admin text protocol, with what is answered: one line, or rows that a line
 * with a single dot ends.
 */
public enum AdminCommand {
  STATUS(Reply.ROWS, 0, "status"),
  PRIORITY_STATUS(Reply.ROWS, 0, "prioritystatus"),
  WORKERS(Reply.ROWS, 0, "workers"),
  VERSION(Reply.LINE, 0, "version"),
  GETPID(Reply.LINE, 0, "getpid"),
  VERBOSE(Reply.LINE, 0, "verbose"),
  MAXQUEUE(Reply.LINE, 1, "maxqueue"),
  CREATE_FUNCTION(Reply.LINE, 1, "create", "function"),
  DROP_FUNCTION(Reply.LINE, 1, "drop", "function"),
  SHOW_JOBS(Reply.ROWS, 0, "show", "jobs"),
  SHOW_UNIQUE_JOBS(Reply.ROWS, 0, "show", "unique", "jobs"),
  SHOW_SCHEDULES(Reply.ROWS, 0, "show", "schedules"),
  SHOW_MEMBERS(Reply.ROWS, 0, "show", "members"),
  CANCEL_JOB(Reply.LINE, 1, "cancel", "job"),
  SHUTDOWN(Reply.LINE, 0, "shutdown");

  private final Reply reply;
  private final int requiredArguments;
  private final List<String> words;

  AdminCommand(Reply reply, int requiredArguments, String... words) {
    this.reply = reply;
    this.requiredArguments = requiredArguments;
    this.words = List.of(words);
  }

  /** The shape of the answer when the command succeeds; a refusal is always one line. */
  public Reply reply() {
    return reply;
  }

  /** The words that name the command, in lower case. */
  public List<String> words() {
    return words;
  }

  /** How many words must follow those that name it. */
  public int requiredArguments() {
    return requiredArguments;
  }

  /** The shape of an answer. */
  public enum Reply {
    /** One line. */
    LINE,
    /** Any number of lines, then a line that is a single dot. */
    ROWS
  }
}

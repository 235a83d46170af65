package io.abraxas.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.FunctionQueue;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Schedule;
import io.abraxas.server.broker.Session;
import io.abraxas.vertx.protocol.AdminLine;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Answers the lines of the admin text protocol, byte for byte as gearmand does where both can. */
public final class AdminConsole {
  private static final String OK = "OK\r\n";
  private static final String END = ".\n";

  private final Broker broker;
  private final Handles handles;
  private final ServerControl server;

  public AdminConsole(Broker broker, Handles handles, ServerControl server) {
    this.broker = broker;
    this.handles = handles;
    this.server = server;
  }

  /**
   * Does what a line asks for.
   *
   * @param out the answer is appended to it
   */
  public void execute(AdminLine line, ByteBuf out) {
    if (line.command() == null) {
      refuseUnknown(line, out);
    } else if (!line.hasArguments()) {
      text(
          out,
          "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+"
              + line.words().get(0)
              + "\r\n");
    } else {
      execute(line, line.arguments(), out);
    }
  }

  private void execute(AdminLine line, List<String> arguments, ByteBuf out) {
    switch (line.command()) {
      case STATUS -> status(out);
      case PRIORITY_STATUS -> priorityStatus(out);
      case WORKERS -> workers(out);
      case VERSION -> text(out, "OK " + server.version() + "\n");
      case GETPID -> text(out, "OK " + ProcessHandle.current().pid() + "\n");
      case VERBOSE -> text(out, "OK " + server.verbosity() + "\n");
      case MAXQUEUE -> maxqueue(arguments, out);
      case CREATE_FUNCTION -> {
        broker.createFunction(arguments.get(0).getBytes(UTF_8));
        text(out, OK);
      }
      case DROP_FUNCTION -> dropFunction(arguments.get(0), out);
      case SHOW_JOBS -> jobs(out);
      case SHOW_UNIQUE_JOBS -> uniqueJobs(out);
      case SHOW_SCHEDULES -> schedules(out);
      case CANCEL_JOB -> cancel(arguments.get(0), out);
      case SHUTDOWN -> shutdown(line, arguments, out);
    }
  }

  private static void refuseUnknown(AdminLine line, ByteBuf out) {
    String word = line.words().isEmpty() ? "" : line.words().get(0);
    text(out, "ERR UNKNOWN_COMMAND Unknown+server+command" + word + "\r\n");
  }

  private void status(ByteBuf out) {
    for (FunctionQueue f : functions()) {
      out.writeBytes(printable(f.name()));
      text(out, "\t" + f.total() + "\t" + f.running() + "\t" + f.workers() + "\n");
    }
    text(out, END);
  }

  private void priorityStatus(ByteBuf out) {
    for (FunctionQueue f : functions()) {
      out.writeBytes(printable(f.name()));
      for (Priority priority : Priority.values()) {
        text(out, "\t" + f.queued(priority));
      }
      text(out, "\t" + f.workers() + "\n");
    }
    text(out, END);
  }

  private List<FunctionQueue> functions() {
    List<FunctionQueue> functions = new ArrayList<>(broker.functions());
    functions.sort(Comparator.comparing(FunctionQueue::name, Arrays::compare));
    return functions;
  }

  private void workers(ByteBuf out) {
    for (Session session : broker.sessions()) {
      text(out, session.number() + " " + session.address() + " ");
      byte[] id = session.clientId();
      out.writeBytes(id.length == 0 ? new byte[] {'-'} : word(id));
      text(out, " :");
      for (byte[] function : session.functionNames()) {
        out.writeByte(' ').writeBytes(word(function));
      }
      out.writeByte('\n');
    }
    text(out, END);
  }

  private void maxqueue(List<String> arguments, ByteBuf out) {
    int[] limits = new int[Priority.values().length];
    if (arguments.size() == 2) {
      Arrays.fill(limits, limit(arguments.get(1)));
    } else if (arguments.size() > 2) {
      for (int i = 0; i < limits.length && i + 1 < arguments.size(); i++) {
        limits[i] = limit(arguments.get(i + 1));
      }
    }
    broker.limit(arguments.get(0).getBytes(UTF_8), limits);
    text(out, OK);
  }

  /** A number that is none means no limit, as in gearmand. */
  private static int limit(String word) {
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void dropFunction(String name, ByteBuf out) {
    Broker.DropRefusal refusal = broker.dropFunction(name.getBytes(UTF_8));
    if (refusal == null) {
      text(out, OK);
    } else {
      text(
          out,
          switch (refusal) {
            case NOT_FOUND -> "ERR function not found\r\n";
            case IN_USE -> "ERR there are still connected workers or executing clients\r\n";
          });
    }
  }

  private void jobs(ByteBuf out) {
    broker.forEachJob(
        job ->
            text(
                out,
                handles.text(job.handle())
                    + "\t"
                    + job.retries()
                    + "\t"
                    + (ignored(job) ? 1 : 0)
                    + "\t"
                    + (job.isStored() ? 1 : 0)
                    + "\n"));
    text(out, END);
  }

  /** Runs although nobody waits for it any more. */
  private static boolean ignored(Job job) {
    return !job.isBackground() && job.clientCount() == 0;
  }

  private void uniqueJobs(ByteBuf out) {
    broker.forEachJob(
        job -> {
          if (job.unique().length > 0) {
            out.writeBytes(printable(job.unique())).writeByte('\n');
          }
        });
    text(out, END);
  }

  private void schedules(ByteBuf out) {
    for (Schedule schedule : broker.schedules()) {
      text(out, handles.text(schedule.handle()) + "\t");
      out.writeBytes(printable(schedule.functionName()));
      text(
          out,
          "\t" + schedule.fields() + "\t" + Instant.ofEpochMilli(schedule.nextMillis()) + "\n");
    }
    text(out, END);
  }

  private void cancel(String handle, ByteBuf out) {
    long number = handles.parse(handle);
    text(out, number >= 0 && broker.cancel(number) ? OK : "ERR UNKNOWN_JOB\r\n");
  }

  private void shutdown(AdminLine line, List<String> arguments, ByteBuf out) {
    boolean graceful = !arguments.isEmpty();
    if (graceful && !arguments.get(0).equalsIgnoreCase("graceful")) {
      refuseUnknown(line, out);
      return;
    }
    text(out, OK);
    server.shutdown(graceful);
  }

  /**
   * A name as it may stand in a row: names are opaque bytes, and those that end a column or a row
   * would let a peer forge others.
   */
  private static byte[] printable(byte[] name) {
    return without(name, (byte) (' ' - 1), (byte) '?');
  }

  /** The same for a row whose columns end with a blank. */
  private static byte[] word(byte[] name) {
    return without(name, (byte) ' ', (byte) '_');
  }

  /** The name with {@code instead} for all control characters and those up to {@code last}. */
  private static byte[] without(byte[] name, byte last, byte instead) {
    byte[] shown = null;
    for (int i = 0; i < name.length; i++) {
      if ((name[i] >= 0 && name[i] <= last) || name[i] == 127) {
        shown = shown == null ? name.clone() : shown;
        shown[i] = instead;
      }
    }
    return shown == null ? name : shown;
  }

  private static void text(ByteBuf out, String text) {
    out.writeCharSequence(text, UTF_8);
  }
}

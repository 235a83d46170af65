package io.abraxas.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Elsewhere;
import io.abraxas.server.broker.FunctionAdmin;
import io.abraxas.server.broker.FunctionCounts;
import io.abraxas.server.broker.FunctionQueue;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Schedule;
import io.abraxas.server.broker.Session;
import io.abraxas.vertx.protocol.AdminLine;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Answers the lines of the admin text protocol, byte for byte as gearmand does where both can. */
public final class AdminConsole {
  private static final String OK = "OK\r\n";
  private static final String END = ".\n";

  private final Broker broker;
  private final Handles handles;
  private final ServerControl server;

  /** What other nodes know; null: there are none. */
  private Elsewhere elsewhere;

  /** Whether {@code status} tells of all nodes unless asked otherwise. */
  private boolean statusOfAll;

  public AdminConsole(Broker broker, Handles handles, ServerControl server) {
    this.broker = broker;
    this.handles = handles;
    this.server = server;
  }

  /**
   * There are other nodes.
   *
   * @param all whether {@code status} and {@code prioritystatus} tell of all of them unless asked
   *     otherwise
   */
  public void elsewhere(Elsewhere others, boolean all) {
    elsewhere = others;
    statusOfAll = all;
  }

  /**
   * Does what a line asks for.
   *
   * @param out the answer is appended to it
   * @param later holds the place of an answer that other nodes have to give, in which case nothing
   *     is appended; what it gives is to be called once with what writes the answer
   */
  public void execute(AdminLine line, ByteBuf out, Supplier<HeldReply> later) {
    if (line.command() == null) {
      refuseUnknown(line, out);
    } else if (!line.hasArguments()) {
      text(
          out,
          "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+"
              + line.words().get(0)
              + "\r\n");
    } else {
      execute(line, line.arguments(), out, later);
    }
  }

  private void execute(
      AdminLine line, List<String> arguments, ByteBuf out, Supplier<HeldReply> later) {
    switch (line.command()) {
      case STATUS -> counts(arguments, out, later, AdminConsole::status);
      case PRIORITY_STATUS -> counts(arguments, out, later, AdminConsole::priorityStatus);
      case WORKERS -> workers(out);
      case VERSION -> text(out, "OK " + server.version() + "\n");
      case GETPID -> text(out, "OK " + ProcessHandle.current().pid() + "\n");
      case VERBOSE -> text(out, "OK " + server.verbosity() + "\n");
      case MAXQUEUE -> maxqueue(arguments, out);
      case CREATE_FUNCTION -> {
        broker.functionAdmin().create(arguments.get(0).getBytes(UTF_8));
        text(out, OK);
      }
      case DROP_FUNCTION -> dropFunction(arguments.get(0), out);
      case SHOW_JOBS -> jobs(out);
      case SHOW_UNIQUE_JOBS -> uniqueJobs(out);
      case SHOW_SCHEDULES -> schedules(out);
      case SHOW_MEMBERS -> members(out, later);
      case CANCEL_JOB -> cancel(arguments.get(0), out, later);
      case SHUTDOWN -> shutdown(line, arguments, out);
    }
  }

  private static void refuseUnknown(AdminLine line, ByteBuf out) {
    String word = line.words().isEmpty() ? "" : line.words().get(0);
    text(out, "ERR UNKNOWN_COMMAND Unknown+server+command" + word + "\r\n");
  }

  /** Tells of the functions of this node, or of all nodes. */
  private void counts(
      List<String> arguments,
      ByteBuf out,
      Supplier<HeldReply> later,
      BiConsumer<Collection<FunctionCounts>, ByteBuf> write) {
    String whose = arguments.isEmpty() ? "" : arguments.get(0).toLowerCase(Locale.ROOT);
    boolean all = whose.equals("all") || (statusOfAll && !whose.equals("own"));
    if (elsewhere == null || !all) {
      write.accept(sum(List.of()).values(), out);
      return;
    }
    HeldReply reply = later.get();
    elsewhere.counts(others -> reply.give(buffer -> write.accept(sum(others).values(), buffer)));
  }

  /** The functions of this node and those of others, by name. */
  private Map<byte[], FunctionCounts> sum(List<FunctionCounts> others) {
    Map<byte[], FunctionCounts> sum = new TreeMap<>(Arrays::compare);
    for (FunctionQueue function : broker.functions()) {
      sum.put(function.name(), FunctionCounts.of(function));
    }
    for (FunctionCounts counts : others) {
      sum.merge(counts.name(), counts, FunctionCounts::plus);
    }
    return sum;
  }

  private static void status(Collection<FunctionCounts> functions, ByteBuf out) {
    for (FunctionCounts f : functions) {
      out.writeBytes(printable(f.name()));
      text(out, "\t" + f.total() + "\t" + f.running() + "\t" + f.workers() + "\n");
    }
    text(out, END);
  }

  private static void priorityStatus(Collection<FunctionCounts> functions, ByteBuf out) {
    for (FunctionCounts f : functions) {
      out.writeBytes(printable(f.name()));
      text(out, "\t" + f.high() + "\t" + f.normal() + "\t" + f.low());
      text(out, "\t" + f.workers() + "\n");
    }
    text(out, END);
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
    broker.functionAdmin().limit(arguments.get(0).getBytes(UTF_8), limits);
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
    FunctionAdmin.DropRefusal refusal = broker.functionAdmin().drop(name.getBytes(UTF_8));
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

  private void cancel(String handle, ByteBuf out, Supplier<HeldReply> later) {
    long number = handles.parse(handle);
    boolean done = number >= 0 && broker.cancel(number);
    if (done || elsewhere == null) {
      text(out, cancelled(done));
      return;
    }
    HeldReply reply = later.get();
    elsewhere.cancel(handle, there -> reply.give(buffer -> text(buffer, cancelled(there))));
  }

  private static String cancelled(boolean done) {
    return done ? OK : "ERR UNKNOWN_JOB\r\n";
  }

  private void members(ByteBuf out, Supplier<HeldReply> later) {
    if (elsewhere == null) {
      text(out, END);
      return;
    }
    HeldReply reply = later.get();
    elsewhere.members(
        members ->
            reply.give(
                buffer -> {
                  members.forEach(member -> text(buffer, MemberRow.of(member)));
                  text(buffer, END);
                }));
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

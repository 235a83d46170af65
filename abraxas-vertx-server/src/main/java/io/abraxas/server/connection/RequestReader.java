package io.abraxas.server.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.abraxas.server.admin.HeldReply;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Elsewhere;
import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.JobStatus;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Recurrence;
import io.abraxas.server.broker.Refusal;
import io.abraxas.server.broker.Session;
import io.abraxas.server.broker.Submit;
import io.abraxas.server.broker.WorkReport;
import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketListener;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Locale;

/**
 * Packets of one peer become calls of the broker. Questions that change nothing are answered from
 * here.
 */
final class RequestReader implements PacketListener {
  /** Longest client id kept, in bytes, as in gearmand. */
  private static final int MAX_CLIENT_ID = 127;

  /** Longest time field of a schedule in bytes: all minutes as a list take 170. */
  private static final int MAX_TIME_FIELD = 200;

  private final Connections shared;
  private final ServerConnection connection;
  private final Broker broker;
  private final Handles handles;
  private final PeerWriter writer;
  private final Session session;
  private final Submit submit = new Submit();

  RequestReader(
      Connections shared, ServerConnection connection, PeerWriter writer, Session session) {
    this.shared = shared;
    this.connection = connection;
    this.broker = shared.broker();
    this.handles = shared.handles();
    this.writer = writer;
    this.session = session;
  }

  @Override
  public void packet(Packet packet) {
    PacketType type = packet.type();
    if (shared.isLeaving() && !isHeardOfLeaving(type)) {
      // The end of the connection is the answer: it sends the peer to another server.
      return;
    }
    if (packet.magic() != Magic.REQUEST) {
      writer.error("INVALID_MAGIC", "Request magic expected");
    } else if (type == null || !type.fromPeer()) {
      writer.error("INVALID_COMMAND", "Command not expected");
    } else if (!packet.isComplete() && !isReport(type)) {
      writer.error(
          "INVALID_PACKET",
          type
              + " needs "
              + type.argumentCount()
              + " arguments, and has "
              + packet.argumentsFound());
    } else {
      request(type, packet);
    }
  }

  /**
   * Whether arguments may be missing: Perl workers leave out the NUL after the handle when a result
   * is false.
   */
  private static boolean isReport(PacketType type) {
    return type.sender() == PacketType.Sender.WORKER_AND_SERVER;
  }

  /** What ends jobs or gives them back, and is not answered. */
  private static boolean isHeardOfLeaving(PacketType type) {
    return type != null
        && (isReport(type) || type == PacketType.CANT_DO || type == PacketType.RESET_ABILITIES);
  }

  private void request(PacketType type, Packet p) {
    switch (type) {
      case SUBMIT_JOB -> submit(p, Priority.NORMAL, false);
      case SUBMIT_JOB_HIGH -> submit(p, Priority.HIGH, false);
      case SUBMIT_JOB_LOW -> submit(p, Priority.LOW, false);
      case SUBMIT_JOB_BG -> submit(p, Priority.NORMAL, true);
      case SUBMIT_JOB_HIGH_BG -> submit(p, Priority.HIGH, true);
      case SUBMIT_JOB_LOW_BG -> submit(p, Priority.LOW, true);
      case SUBMIT_JOB_EPOCH -> submitEpoch(p);
      case SUBMIT_JOB_SCHED -> submitSchedule(p);
      case SUBMIT_REDUCE_JOB -> submitReduce(p, false);
      case SUBMIT_REDUCE_JOB_BACKGROUND -> submitReduce(p, true);
      case GRAB_JOB -> broker.grab(session, Grab.PLAIN);
      case GRAB_JOB_UNIQ -> broker.grab(session, Grab.WITH_UNIQUE);
      case GRAB_JOB_ALL -> broker.grab(session, Grab.WITH_REDUCER);
      case PRE_SLEEP -> broker.preSleep(session);
      case WORK_COMPLETE -> report(p, WorkReport.COMPLETE);
      case WORK_DATA -> report(p, WorkReport.DATA);
      case WORK_WARNING -> report(p, WorkReport.WARNING);
      case WORK_EXCEPTION -> report(p, WorkReport.EXCEPTION);
      case WORK_FAIL -> report(p, WorkReport.FAIL);
      case WORK_STATUS -> progress(p);
      case CAN_DO -> broker.canDo(session, p.buffer(), p.start(0), p.length(0), 0);
      case CAN_DO_TIMEOUT -> canDoTimeout(p);
      case CANT_DO -> broker.cantDo(session, p.buffer(), p.start(0), p.length(0));
      case RESET_ABILITIES -> broker.resetAbilities(session);
      case GET_STATUS -> status(p);
      case GET_STATUS_UNIQUE -> statusOfUnique(p);
      case ECHO_REQ -> writer.write(PacketType.ECHO_RES, p.buffer(), p.bodyStart(), p.bodyLength());
      case OPTION_REQ -> option(p);
      case SET_CLIENT_ID -> clientId(p);
      case ALL_YOURS -> {}
      default -> throw new IllegalStateException("not sent by peers: " + type);
    }
  }

  private void submit(Packet p, Priority priority, boolean background) {
    fill(p, priority, background).payload(p.start(2), p.length(2));
    broker.submit(session, submit);
  }

  private Submit fill(Packet p, Priority priority, boolean background) {
    return submit
        .set(p.buffer(), priority, background)
        .function(p.start(0), p.length(0))
        .unique(p.start(1), p.length(1));
  }

  private void submitReduce(Packet p, boolean background) {
    fill(p, Priority.NORMAL, background)
        .reducer(p.start(2), p.length(2))
        .payload(p.start(4), p.length(4));
    broker.submit(session, submit);
  }

  private void submitEpoch(Packet p) {
    long seconds = number(p, 2);
    fill(p, Priority.NORMAL, true)
        .payload(p.start(3), p.length(3))
        .due(Math.min(seconds, Long.MAX_VALUE / 1000) * 1000);
    broker.submit(session, submit);
  }

  private void submitSchedule(Packet p) {
    String[] fields = new String[5];
    for (int i = 0; i < fields.length; i++) {
      if (p.length(2 + i) > MAX_TIME_FIELD) {
        String name = PacketType.SUBMIT_JOB_SCHED.arguments().get(2 + i);
        writer.error(
            "INVALID_ARGUMENTS", "bad " + name + ": longer than " + MAX_TIME_FIELD + " bytes");
        return;
      }
      String field = p.text(2 + i, UTF_8).trim();
      fields[i] = field.isEmpty() ? "*" : field;
    }
    Recurrence recurrence;
    try {
      recurrence = shared.schedules().parse(fields[0], fields[1], fields[2], fields[3], fields[4]);
    } catch (IllegalArgumentException e) {
      writer.error("INVALID_ARGUMENTS", e.getMessage());
      return;
    }
    fill(p, Priority.NORMAL, true).payload(p.start(7), p.length(7));
    broker.submitSchedule(session, submit, recurrence, String.join(" ", fields));
  }

  private void report(Packet p, WorkReport report) {
    if (report == WorkReport.FAIL) {
      // Some send a NUL behind the handle although it is the last argument.
      int length = lengthOfLast(p, 0);
      long handle = handles.parse(p.buffer(), p.start(0), length);
      broker.report(session, report, handle, p.buffer(), p.bodyStart(), length);
      return;
    }
    long handle = handles.parse(p.buffer(), p.start(0), p.length(0));
    if (p.isComplete()) {
      broker.report(session, report, handle, p.buffer(), p.bodyStart(), p.bodyLength());
      return;
    }
    // Without the NUL after the handle clients would wait for it: give them one.
    ByteBuf mended = p.buffer().alloc().buffer(p.bodyLength() + 1);
    try {
      mended.writeBytes(p.buffer(), p.bodyStart(), p.bodyLength()).writeByte(0);
      broker.report(session, report, handle, mended, 0, mended.readableBytes());
    } finally {
      mended.release();
    }
  }

  private void progress(Packet p) {
    long handle = handles.parse(p.buffer(), p.start(0), p.length(0));
    broker.progress(
        session, handle, number(p, 1), number(p, 2), p.buffer(), p.bodyStart(), p.bodyLength());
  }

  private void canDoTimeout(Packet p) {
    broker.canDo(session, p.buffer(), p.start(0), p.length(0), number(p, 1));
  }

  private void status(Packet p) {
    long handle = handles.parse(p.buffer(), p.start(0), lengthOfLast(p, 0));
    Job job = broker.find(handle);
    boolean known = job != null || broker.findSchedule(handle) != null;
    Elsewhere elsewhere = known || isOwn(handle) ? null : shared.elsewhere();
    if (elsewhere == null) {
      ByteBuf out = writer.begin();
      if (out != null) {
        writeStatus(out, p.buffer().slice(p.start(0), p.length(0)), JobStatus.of(job, known));
        writer.end();
      }
      return;
    }
    byte[] named = p.bytes(0);
    HeldReply reply = writer.holdAnswer();
    elsewhere.status(
        new String(named, 0, lengthOfLast(p, 0), ISO_8859_1),
        status -> reply.give(out -> writeStatus(out, Unpooled.wrappedBuffer(named), status)));
  }

  /** Whether a job with this handle could only be known here. */
  private static boolean isOwn(long handle) {
    return handle >= 0 && Origins.index(handle) == 0;
  }

  private static void writeStatus(ByteBuf out, ByteBuf handle, JobStatus status) {
    int start = PacketEncoder.begin(out, Magic.RESPONSE, PacketType.STATUS_RES);
    out.writeBytes(handle);
    writeStatus(out, status);
    PacketEncoder.end(out, start);
  }

  private void statusOfUnique(Packet p) {
    Job job = broker.findUnique(p.buffer(), p.start(0), p.length(0));
    Elsewhere elsewhere = job != null || p.length(0) == 0 ? null : shared.elsewhere();
    if (elsewhere == null) {
      ByteBuf out = writer.begin();
      if (out != null) {
        ByteBuf unique = p.buffer().slice(p.start(0), p.length(0));
        writeStatusOfUnique(out, unique, JobStatus.of(job, false));
        writer.end();
      }
      return;
    }
    byte[] unique = p.bytes(0);
    HeldReply reply = writer.holdAnswer();
    elsewhere.statusOfUnique(
        unique,
        status ->
            reply.give(out -> writeStatusOfUnique(out, Unpooled.wrappedBuffer(unique), status)));
  }

  private static void writeStatusOfUnique(ByteBuf out, ByteBuf unique, JobStatus status) {
    int start = PacketEncoder.begin(out, Magic.RESPONSE, PacketType.STATUS_RES_UNIQUE);
    out.writeBytes(unique);
    writeStatus(out, status);
    writeNumber(out, status.clients());
    PacketEncoder.end(out, start);
  }

  private static void writeStatus(ByteBuf out, JobStatus status) {
    writeNumber(out, status.known() ? 1 : 0);
    writeNumber(out, status.running() ? 1 : 0);
    writeNumber(out, status.numerator());
    writeNumber(out, status.denominator());
  }

  private static void writeNumber(ByteBuf out, long number) {
    out.writeByte(0);
    out.writeCharSequence(Long.toString(number), UTF_8);
  }

  private void option(Packet p) {
    String option = p.buffer().toString(p.start(0), lengthOfLast(p, 0), UTF_8);
    switch (option.toLowerCase(Locale.ROOT)) {
      case "exceptions" -> broker.enableExceptions(session);
      case "streaming" -> broker.enableStreaming(session);
      case "cluster" -> {
        cluster();
        return;
      }
      default -> {
        unknownOption();
        return;
      }
    }
    writer.write(PacketType.OPTION_RES, p.buffer(), p.bodyStart(), p.bodyLength());
  }

  /** Tells which cluster this is, so that a client of several servers counts it once. */
  private void cluster() {
    if (shared.elsewhere() == null) {
      unknownOption();
      return;
    }
    ByteBuf answer = Unpooled.copiedBuffer("cluster=" + shared.elsewhere().cluster(), UTF_8);
    writer.write(PacketType.OPTION_RES, answer, 0, answer.readableBytes());
  }

  private void unknownOption() {
    writer.error("UNKNOWN_OPTION", "Server does not recognize given option");
  }

  private void clientId(Packet p) {
    byte[] id = new byte[Math.min(p.length(0), MAX_CLIENT_ID)];
    p.buffer().getBytes(p.start(0), id);
    broker.clientId(session, id);
  }

  /** Length of a packet's last argument without NULs at its end, as gearmand takes it. */
  private static int lengthOfLast(Packet p, int argument) {
    int length = p.length(argument);
    while (length > 0 && p.buffer().getByte(p.start(argument) + length - 1) == 0) {
      length--;
    }
    return length;
  }

  /** The decimal number an argument starts with; 0 when it starts with none, as in C's atol. */
  private static long number(Packet p, int argument) {
    long number = 0;
    int end = p.start(argument) + p.length(argument);
    for (int i = p.start(argument); i < end; i++) {
      int digit = p.buffer().getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      number = number > Long.MAX_VALUE / 100 ? number : number * 10 + digit;
    }
    return number;
  }

  @Override
  public void line(ByteBuf buffer, int start, int length) {
    if (shared.isLeaving()) {
      return;
    }
    connection.adminLine(buffer, start, length);
  }

  @Override
  public void discarded(PacketType type) {
    writer.refused(null, Refusal.OUT_OF_MEMORY);
  }

  @Override
  public void malformed(Malformed reason) {
    connection.malformed(reason);
  }
}

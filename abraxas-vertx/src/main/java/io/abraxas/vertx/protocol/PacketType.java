package io.abraxas.vertx.protocol;

import static io.abraxas.vertx.protocol.PacketType.Sender.CLIENT;
import static io.abraxas.vertx.protocol.PacketType.Sender.CLIENT_OR_WORKER;
import static io.abraxas.vertx.protocol.PacketType.Sender.SERVER;
import static io.abraxas.vertx.protocol.PacketType.Sender.WORKER;
import static io.abraxas.vertx.protocol.PacketType.Sender.WORKER_AND_SERVER;

import java.util.List;

/**
 * All binary packets with their number, who may send them, and the names of their arguments.
 *
 * <p>Arguments are separated by one NUL; the last one runs to the end of the packet. Source: the
 * Gearman protocol document, and gearmand 1.1.20 where the document is silent (the reduce packets
 * have five fields on the wire).
 */
public enum PacketType {
  CAN_DO(1, WORKER, "function"),
  CANT_DO(2, WORKER, "function"),
  RESET_ABILITIES(3, WORKER),
  PRE_SLEEP(4, WORKER),
  NOOP(6, SERVER),
  SUBMIT_JOB(7, CLIENT, "function", "unique", "payload"),
  JOB_CREATED(8, SERVER, "handle"),
  GRAB_JOB(9, WORKER),
  NO_JOB(10, SERVER),
  JOB_ASSIGN(11, SERVER, "handle", "function", "payload"),
  WORK_STATUS(12, WORKER_AND_SERVER, "handle", "numerator", "denominator"),
  WORK_COMPLETE(13, WORKER_AND_SERVER, "handle", "result"),
  WORK_FAIL(14, WORKER_AND_SERVER, "handle"),
  GET_STATUS(15, CLIENT, "handle"),
  ECHO_REQ(16, CLIENT_OR_WORKER, "data"),
  ECHO_RES(17, SERVER, "data"),
  SUBMIT_JOB_BG(18, CLIENT, "function", "unique", "payload"),
  ERROR(19, SERVER, "code", "text"),
  STATUS_RES(20, SERVER, "handle", "known", "running", "numerator", "denominator"),
  SUBMIT_JOB_HIGH(21, CLIENT, "function", "unique", "payload"),
  SET_CLIENT_ID(22, CLIENT_OR_WORKER, "id"),
  CAN_DO_TIMEOUT(23, WORKER, "function", "timeout"),
  ALL_YOURS(24, WORKER),
  WORK_EXCEPTION(25, WORKER_AND_SERVER, "handle", "data"),
  OPTION_REQ(26, CLIENT_OR_WORKER, "option"),
  OPTION_RES(27, SERVER, "option"),
  WORK_DATA(28, WORKER_AND_SERVER, "handle", "data"),
  WORK_WARNING(29, WORKER_AND_SERVER, "handle", "data"),
  GRAB_JOB_UNIQ(30, WORKER),
  JOB_ASSIGN_UNIQ(31, SERVER, "handle", "function", "unique", "payload"),
  SUBMIT_JOB_HIGH_BG(32, CLIENT, "function", "unique", "payload"),
  SUBMIT_JOB_LOW(33, CLIENT, "function", "unique", "payload"),
  SUBMIT_JOB_LOW_BG(34, CLIENT, "function", "unique", "payload"),
  SUBMIT_JOB_SCHED(
      35, CLIENT, "function", "unique", "minute", "hour", "day", "month", "dow", "payload"),
  SUBMIT_JOB_EPOCH(36, CLIENT, "function", "unique", "epoch", "payload"),
  SUBMIT_REDUCE_JOB(37, CLIENT, "function", "unique", "reducer", "unused", "payload"),
  SUBMIT_REDUCE_JOB_BACKGROUND(38, CLIENT, "function", "unique", "reducer", "unused", "payload"),
  GRAB_JOB_ALL(39, WORKER),
  JOB_ASSIGN_ALL(40, SERVER, "handle", "function", "unique", "reducer", "payload"),
  GET_STATUS_UNIQUE(41, CLIENT, "unique"),
  STATUS_RES_UNIQUE(
      42, SERVER, "unique", "known", "running", "numerator", "denominator", "clients");

  /** The largest packet number in use. */
  public static final int MAX_NUMBER = 42;

  /** The most arguments any packet has. */
  public static final int MAX_ARGUMENTS = 8;

  private static final PacketType[] BY_NUMBER = new PacketType[MAX_NUMBER + 1];

  static {
    for (PacketType type : values()) {
      BY_NUMBER[type.number] = type;
    }
  }

  private final int number;
  private final Sender sender;
  private final List<String> arguments;
  private final int argumentCount;
  private final boolean submit;

  PacketType(int number, Sender sender, String... arguments) {
    this.number = number;
    this.sender = sender;
    this.arguments = List.of(arguments);
    this.argumentCount = arguments.length;
    this.submit = name().startsWith("SUBMIT_");
  }

  /**
   * The type with this number, or null where there is none. The number 5 is unassigned although it
   * lies in the range.
   */
  public static PacketType of(int number) {
    return number >= 0 && number <= MAX_NUMBER ? BY_NUMBER[number] : null;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** Who sends it. */
  public Sender sender() {
    return sender;
  }

  /** Whether a client or worker may send it to a server. */
  public boolean fromPeer() {
    return sender != SERVER;
  }

  /** Whether a server may send it. */
  public boolean fromServer() {
    return sender == SERVER || sender == WORKER_AND_SERVER;
  }

  /** Whether it submits a job of any kind, and so is answered by JOB_CREATED or ERROR. */
  public boolean isSubmit() {
    return submit;
  }

  /** The names of its arguments in wire order. */
  public List<String> arguments() {
    return arguments;
  }

  /** How many arguments it has. */
  public int argumentCount() {
    return argumentCount;
  }

  /** Who may send a packet. */
  public enum Sender {
    CLIENT,
    WORKER,
    CLIENT_OR_WORKER,
    SERVER,
    /** A worker sends it to the server, which relays it to the clients of the job. */
    WORKER_AND_SERVER
  }
}

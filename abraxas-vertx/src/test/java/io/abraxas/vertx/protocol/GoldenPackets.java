package io.abraxas.vertx.protocol;

import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Every packet as the bytes on the wire, written down by hand and not by our encoder. */
final class GoldenPackets {
  /** Stands for the NUL in the bodies below. */
  private static final char NUL = '|';

  static final List<Golden> ALL =
      List.of(
          row(PacketType.CAN_DO, "00524551 00000001 00000007", "reverse"),
          row(PacketType.CANT_DO, "00524551 00000002 00000007", "reverse"),
          row(PacketType.RESET_ABILITIES, "00524551 00000003 00000000", ""),
          row(PacketType.PRE_SLEEP, "00524551 00000004 00000000", ""),
          row(PacketType.NOOP, "00524553 00000006 00000000", ""),
          row(PacketType.SUBMIT_JOB, "00524551 00000007 0000000f", "reverse|u-1|a|b"),
          row(PacketType.JOB_CREATED, "00524553 00000008 00000007", "H:lap:1"),
          row(PacketType.GRAB_JOB, "00524551 00000009 00000000", ""),
          row(PacketType.NO_JOB, "00524553 0000000a 00000000", ""),
          row(PacketType.JOB_ASSIGN, "00524553 0000000b 00000013", "H:lap:1|reverse|a|b"),
          row(PacketType.WORK_STATUS, "00524551 0000000c 0000000c", "H:lap:1|3|10"),
          row(PacketType.WORK_STATUS, "00524553 0000000c 0000000c", "H:lap:1|3|10"),
          row(PacketType.WORK_COMPLETE, "00524551 0000000d 0000000b", "H:lap:1|b|a"),
          row(PacketType.WORK_COMPLETE, "00524553 0000000d 0000000b", "H:lap:1|b|a"),
          row(PacketType.WORK_FAIL, "00524551 0000000e 00000007", "H:lap:1"),
          row(PacketType.WORK_FAIL, "00524553 0000000e 00000007", "H:lap:1"),
          row(PacketType.GET_STATUS, "00524551 0000000f 00000007", "H:lap:1"),
          row(PacketType.ECHO_REQ, "00524551 00000010 00000004", "a|b\n"),
          row(PacketType.ECHO_RES, "00524553 00000011 00000004", "a|b\n"),
          row(PacketType.SUBMIT_JOB_BG, "00524551 00000012 0000000a", "reverse||x"),
          row(PacketType.ERROR, "00524553 00000013 0000001d", "QUEUE_ERROR|Job queue is full"),
          row(PacketType.STATUS_RES, "00524553 00000014 00000010", "H:lap:1|1|0|3|10"),
          row(PacketType.SUBMIT_JOB_HIGH, "00524551 00000015 0000000c", "reverse|u-1|"),
          row(PacketType.SET_CLIENT_ID, "00524551 00000016 00000002", "me"),
          row(PacketType.CAN_DO_TIMEOUT, "00524551 00000017 0000000c", "reverse|1500"),
          row(PacketType.ALL_YOURS, "00524551 00000018 00000000", ""),
          row(PacketType.WORK_EXCEPTION, "00524551 00000019 0000000d", "H:lap:1|oh|no"),
          row(PacketType.WORK_EXCEPTION, "00524553 00000019 0000000d", "H:lap:1|oh|no"),
          row(PacketType.OPTION_REQ, "00524551 0000001a 0000000a", "exceptions"),
          row(PacketType.OPTION_RES, "00524553 0000001b 0000000a", "exceptions"),
          row(PacketType.WORK_DATA, "00524551 0000001c 0000000c", "H:lap:1|part"),
          row(PacketType.WORK_DATA, "00524553 0000001c 0000000c", "H:lap:1|part"),
          row(PacketType.WORK_WARNING, "00524551 0000001d 0000000f", "H:lap:1|careful"),
          row(PacketType.WORK_WARNING, "00524553 0000001d 0000000f", "H:lap:1|careful"),
          row(PacketType.GRAB_JOB_UNIQ, "00524551 0000001e 00000000", ""),
          row(PacketType.JOB_ASSIGN_UNIQ, "00524553 0000001f 00000015", "H:lap:1|reverse|u-1|x"),
          row(PacketType.SUBMIT_JOB_HIGH_BG, "00524551 00000020 0000000b", "reverse|-|x"),
          row(PacketType.SUBMIT_JOB_LOW, "00524551 00000021 0000000d", "reverse|u-1|x"),
          row(PacketType.SUBMIT_JOB_LOW_BG, "00524551 00000022 0000000d", "reverse|u-1|x"),
          row(
              PacketType.SUBMIT_JOB_SCHED,
              "00524551 00000023 0000001a",
              "reverse|u-1|0||1-5|*/2|6|x"),
          row(
              PacketType.SUBMIT_JOB_EPOCH,
              "00524551 00000024 00000018",
              "reverse|u-1|1800000000|x"),
          row(PacketType.SUBMIT_REDUCE_JOB, "00524551 00000025 00000011", "map|u-1|reduce||x"),
          row(
              PacketType.SUBMIT_REDUCE_JOB_BACKGROUND,
              "00524551 00000026 00000011",
              "map|u-1|reduce||x"),
          row(PacketType.GRAB_JOB_ALL, "00524551 00000027 00000000", ""),
          row(PacketType.JOB_ASSIGN_ALL, "00524553 00000028 00000018", "H:lap:1|map|u-1|reduce|x"),
          row(PacketType.GET_STATUS_UNIQUE, "00524551 00000029 00000003", "u-1"),
          row(PacketType.STATUS_RES_UNIQUE, "00524553 0000002a 0000000e", "u-1|1|0|3|10|2"));

  private GoldenPackets() {}

  /** All of them in one sequence of bytes. */
  static byte[] concatenated() {
    List<byte[]> pieces = new ArrayList<>();
    for (Golden golden : ALL) {
      pieces.add(golden.bytes());
    }
    return Bytes.join(pieces.toArray(byte[][]::new));
  }

  private static Golden row(PacketType type, String header, String body) {
    return new Golden(type, header.replace(" ", ""), body.replace(NUL, '\0'));
  }

  /**
   * A packet.
   *
   * @param header as hexadecimal digits
   * @param body as text, a character for each byte
   */
  record Golden(PacketType type, String header, String body) {
    Magic magic() {
      return header.startsWith("00524551") ? Magic.REQUEST : Magic.RESPONSE;
    }

    byte[] bytes() {
      return Bytes.join(ByteBufUtil.decodeHexDump(header), Bytes.ascii(body));
    }

    /** The arguments, cut by this class and not by our decoder. */
    byte[][] arguments() {
      int count = type.argumentCount();
      String[] texts = count == 0 ? new String[0] : body.split("\0", count);
      return Arrays.stream(texts).map(Bytes::ascii).toArray(byte[][]::new);
    }

    /** What {@link Transcript} writes when it is decoded. */
    String entry() {
      StringBuilder entry = new StringBuilder(magic() + " " + type);
      for (byte[] argument : arguments()) {
        entry.append(" [").append(Bytes.printable(argument)).append(']');
      }
      return entry.toString();
    }

    @Override
    public String toString() {
      return magic() + " " + type;
    }
  }
}

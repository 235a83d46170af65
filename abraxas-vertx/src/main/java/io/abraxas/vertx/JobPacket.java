package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** A request as the one packet of nine that says it. */
final class JobPacket {
  private JobPacket() {}

  /**
   * Rejects requests no packet can say.
   *
   * @throws IllegalArgumentException when the request contradicts itself
   */
  static void check(JobRequest request) {
    require(request.getFunction() != null && !request.getFunction().isEmpty(), "needs a function");
    require(request.getPriority() != null, "needs a priority");
    boolean at = request.getAtEpochSecond() != null;
    boolean schedule = request.getSchedule() != null;
    require(!(at && schedule), "has a time or a schedule, not both");
    require(request.getReducer() == null || !(at || schedule), "with a reducer can have no time");
    Long length = request.getPayloadLength();
    require(
        length == null || request.getPayload() == null, "with a payload has its length already");
    // The frame's size is 32 bits, and the names stand in it too.
    require(length == null || length <= Integer.MAX_VALUE - 65_536, "has too long a payload");
  }

  private static void require(boolean condition, String text) {
    if (!condition) {
      throw new IllegalArgumentException("a job request " + text);
    }
  }

  static boolean isBackground(JobRequest request) {
    return request.isBackground()
        || request.getAtEpochSecond() != null
        || request.getSchedule() != null;
  }

  static PacketType type(JobRequest request) {
    if (request.getSchedule() != null) {
      return PacketType.SUBMIT_JOB_SCHED;
    } else if (request.getAtEpochSecond() != null) {
      return PacketType.SUBMIT_JOB_EPOCH;
    } else if (request.getReducer() != null) {
      return request.isBackground()
          ? PacketType.SUBMIT_REDUCE_JOB_BACKGROUND
          : PacketType.SUBMIT_REDUCE_JOB;
    }
    boolean background = request.isBackground();
    return switch (request.getPriority()) {
      case HIGH -> background ? PacketType.SUBMIT_JOB_HIGH_BG : PacketType.SUBMIT_JOB_HIGH;
      case NORMAL -> background ? PacketType.SUBMIT_JOB_BG : PacketType.SUBMIT_JOB;
      case LOW -> background ? PacketType.SUBMIT_JOB_LOW_BG : PacketType.SUBMIT_JOB_LOW;
    };
  }

  /** Writes the whole packet. */
  static void write(ByteBuf out, JobRequest request) {
    int start = writeNames(out, request);
    Bytes.write(out, request.getPayload());
    PacketEncoder.end(out, start);
  }

  /** Writes the packet up to its payload, which is to follow and has the declared length. */
  static void writeHead(ByteBuf out, JobRequest request) {
    int start = writeNames(out, request);
    int names = out.writerIndex() - start - PacketDecoder.HEADER_LENGTH;
    out.setInt(start + 8, Math.toIntExact(names + request.getPayloadLength()));
  }

  private static int writeNames(ByteBuf out, JobRequest request) {
    int start = PacketEncoder.begin(out, Magic.REQUEST, type(request));
    field(out, request.getFunction());
    field(out, request.getUniqueId() == null ? "" : request.getUniqueId());
    if (request.getSchedule() != null) {
      for (String cron : Checks.cronFields(request.getSchedule())) {
        field(out, cron);
      }
    } else if (request.getAtEpochSecond() != null) {
      field(out, String.valueOf(request.getAtEpochSecond()));
    } else if (request.getReducer() != null) {
      field(out, request.getReducer());
      field(out, "");
    }
    return start;
  }

  private static void field(ByteBuf out, String text) {
    ByteBufUtil.writeUtf8(out, text);
    out.writeByte(0);
  }
}

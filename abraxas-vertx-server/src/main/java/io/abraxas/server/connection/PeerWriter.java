package io.abraxas.server.connection;

import static io.abraxas.vertx.protocol.Magic.RESPONSE;

import io.abraxas.server.admin.HeldReply;
import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Peer;
import io.abraxas.server.broker.Refusal;
import io.abraxas.server.broker.ReplySlot;
import io.abraxas.server.broker.WorkReport;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What the broker says to one peer, as packets in its {@link Outbound}. The connection sends them
 * at the end of the turn.
 */
final class PeerWriter implements Peer {
  private static final byte[] NOTHING = {};

  private final ServerConnection connection;
  private final Outbound out;
  private final Handles handles;

  PeerWriter(ServerConnection connection, Outbound out, Handles handles) {
    this.connection = connection;
    this.out = out;
    this.handles = handles;
  }

  @Override
  public ReplySlot holdReply() {
    return out.hold();
  }

  @Override
  public void jobCreated(ReplySlot slot, long handle) {
    ByteBuf buffer = begin(slot);
    if (buffer != null) {
      writeHandlePacket(buffer, PacketType.JOB_CREATED, handle);
      end(slot);
    }
  }

  @Override
  public void refused(ReplySlot slot, Refusal refusal) {
    error(slot, refusal.code(), refusal.text());
  }

  /** ERROR in reply to the packet being handled. */
  void error(String code, String text) {
    error(null, code, text);
  }

  private void error(ReplySlot slot, String code, String text) {
    ByteBuf buffer = begin(slot);
    if (buffer != null) {
      PacketEncoder.write(
          buffer,
          RESPONSE,
          PacketType.ERROR,
          code.getBytes(StandardCharsets.UTF_8),
          text.getBytes(StandardCharsets.UTF_8));
      end(slot);
    }
  }

  @Override
  public void assign(Job job, Grab grab) {
    ByteBuf buffer = begin(null);
    if (buffer == null) {
      return;
    }
    byte[] reducer = grab == Grab.WITH_REDUCER ? job.reducer() : null;
    PacketType type =
        reducer != null
            ? PacketType.JOB_ASSIGN_ALL
            : grab == Grab.PLAIN ? PacketType.JOB_ASSIGN : PacketType.JOB_ASSIGN_UNIQ;
    byte[] function = job.functionName();
    byte[] unique = type == PacketType.JOB_ASSIGN ? NOTHING : job.unique();
    byte[] payload = job.payload();
    buffer.ensureWritable(
        ServerConnection.PACKET_ROOM + function.length + unique.length + payload.length);
    int start = PacketEncoder.begin(buffer, RESPONSE, type);
    handles.write(buffer, job.handle());
    buffer.writeByte(0).writeBytes(function).writeByte(0);
    if (type != PacketType.JOB_ASSIGN) {
      buffer.writeBytes(unique).writeByte(0);
    }
    if (reducer != null) {
      buffer.writeBytes(reducer).writeByte(0);
    }
    buffer.writeBytes(payload);
    PacketEncoder.end(buffer, start);
    end(null);
  }

  @Override
  public void noJob() {
    writeEmpty(PacketType.NO_JOB);
  }

  @Override
  public void wake() {
    writeEmpty(PacketType.NOOP);
  }

  private void writeEmpty(PacketType type) {
    ByteBuf buffer = begin(null);
    if (buffer != null) {
      PacketEncoder.write(buffer, RESPONSE, type);
      end(null);
    }
  }

  @Override
  public void relay(WorkReport report, ByteBuf body, int start, int length) {
    write(typeOf(report), body, start, length);
  }

  /** A packet whose body lies ready in another buffer. */
  void write(PacketType type, ByteBuf body, int start, int length) {
    ByteBuf buffer = begin(null);
    if (buffer != null) {
      PacketEncoder.header(buffer, RESPONSE, type, length);
      buffer.writeBytes(body, start, length);
      connection.relayed();
    }
  }

  @Override
  public void fail(long handle) {
    ByteBuf buffer = begin(null);
    if (buffer != null) {
      writeHandlePacket(buffer, PacketType.WORK_FAIL, handle);
      end(null);
    }
  }

  private void writeHandlePacket(ByteBuf buffer, PacketType type, long handle) {
    int start = PacketEncoder.begin(buffer, RESPONSE, type);
    handles.write(buffer, handle);
    PacketEncoder.end(buffer, start);
  }

  /**
   * Reserves the place of an answer that comes later.
   *
   * @return to be called once, with what writes the answer
   */
  HeldReply holdAnswer() {
    ReplySlot slot = out.hold();
    return answer -> {
      ByteBuf buffer = begin(slot);
      if (buffer != null) {
        answer.accept(buffer);
        end(slot);
      }
    };
  }

  /** Where to write other packets and text; {@link #end()} must follow. Null: nobody is there. */
  ByteBuf begin() {
    return begin(null);
  }

  void end() {
    end(null);
  }

  private ByteBuf begin(ReplySlot slot) {
    if (!connection.mayWrite()) {
      return null;
    }
    return slot == null ? out.buffer() : out.fill(slot);
  }

  private void end(ReplySlot slot) {
    if (slot != null) {
      out.filled(slot);
    }
    connection.replied();
  }

  private static PacketType typeOf(WorkReport report) {
    return switch (report) {
      case STATUS -> PacketType.WORK_STATUS;
      case DATA -> PacketType.WORK_DATA;
      case WARNING -> PacketType.WORK_WARNING;
      case COMPLETE -> PacketType.WORK_COMPLETE;
      case FAIL -> PacketType.WORK_FAIL;
      case EXCEPTION -> PacketType.WORK_EXCEPTION;
    };
  }
}

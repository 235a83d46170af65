package io.abraxas.server.link;

import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Neighbour;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Refusal;
import io.abraxas.server.broker.ReplySlot;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.WorkReport;
import io.abraxas.server.store.JobRecord;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** What this node says to another, as frames in the connection's buffer. */
final class LinkPeer implements Neighbour {
  /** The job outlives its clients. */
  static final int BACKGROUND = 1;

  /** Ask again later: the node is not, or not yet, the home of the job. */
  private static final int LATER = 0;

  private static final int STORE_FAILED = 1;
  private static final int STORE_CLOSED = 2;

  private final LinkConnection connection;
  private final Handles handles;
  private final Origins origins;

  /** Where the reply to an ATTACH goes. */
  record Attach(long id) implements ReplySlot {}

  LinkPeer(LinkConnection connection, Handles handles, Origins origins) {
    this.connection = connection;
    this.handles = handles;
    this.origins = origins;
  }

  void hello(LinkHello hello) {
    say(LinkMessage.HELLO, hello::write);
  }

  void ping() {
    say(LinkMessage.PING, out -> {});
  }

  void question(long id, LinkQuestion kind, byte[] body) {
    say(LinkMessage.QUESTION, out -> out.writeLong(id).writeByte(kind.code()).writeBytes(body));
  }

  void answer(long id, ByteBuf body) {
    say(LinkMessage.ANSWER, out -> out.writeLong(id).writeBytes(body));
  }

  @Override
  public void want(byte[] function) {
    say(LinkMessage.WANT, out -> writeName(out, function));
  }

  @Override
  public void unwant(byte[] function) {
    say(LinkMessage.UNWANT, out -> writeName(out, function));
  }

  @Override
  public void surplus(byte[] function, int count) {
    say(LinkMessage.SURPLUS, out -> writeName(out.writeInt(count), function));
  }

  @Override
  public void borrow(long id, List<byte[]> functions) {
    say(
        LinkMessage.BORROW,
        out -> {
          out.writeLong(id).writeShort(functions.size());
          functions.forEach(function -> writeName(out, function));
        });
  }

  @Override
  public void lend(long id, Job job, int left) {
    say(
        LinkMessage.LEND,
        out -> {
          out.writeLong(id).writeByte(job.isBackground() ? BACKGROUND : 0).writeInt(left);
          writeText(out, JobRecord.key(job.handle(), origins));
          out.writeBytes(JobRecord.write(StoredJob.of(job, 0), origins));
        });
  }

  @Override
  public void nothing(long id) {
    say(LinkMessage.NOTHING, out -> out.writeLong(id));
  }

  @Override
  public void giveBack(long handle, boolean counted) {
    say(LinkMessage.GIVE_BACK, out -> handles.write(out.writeBoolean(counted), handle));
  }

  @Override
  public void attach(long id, long handle, boolean background) {
    say(
        LinkMessage.ATTACH,
        out -> {
          out.writeLong(id).writeByte(background ? BACKGROUND : 0);
          writeText(out, origins.name(Origins.index(handle)));
          writeText(out, JobRecord.key(handle, origins));
        });
  }

  @Override
  public void jobCreated(ReplySlot slot, long handle) {
    say(LinkMessage.ATTACHED, out -> out.writeLong(((Attach) slot).id));
  }

  @Override
  public void gone(ReplySlot slot) {
    say(LinkMessage.GONE, out -> out.writeLong(((Attach) slot).id));
  }

  @Override
  public void refused(ReplySlot slot, Refusal refusal) {
    // Without a slot it is about a report on a job that was taken back, or ended, while the report
    // was under way.
    if (slot instanceof Attach attach) {
      say(LinkMessage.REFUSED, out -> out.writeLong(attach.id).writeByte(code(refusal)));
    }
  }

  @Override
  public void detach(long handle) {
    say(LinkMessage.DETACH, out -> handles.write(out, handle));
  }

  @Override
  public void relay(WorkReport report, ByteBuf body, int start, int length) {
    ByteBuf out = begin(LinkMessage.REPORT);
    if (out != null) {
      int frame = out.writerIndex();
      out.writeByte(code(report)).writeBytes(body, start, length);
      end(out, frame);
      // The worker that makes them is not read while the other node takes nothing.
      connection.sentOn();
    }
  }

  @Override
  public void fail(long handle) {
    say(LinkMessage.REPORT, out -> handles.write(out.writeByte(code(WorkReport.FAIL)), handle));
  }

  private void say(LinkMessage message, Consumer<ByteBuf> body) {
    ByteBuf out = begin(message);
    if (out != null) {
      int frame = out.writerIndex();
      body.accept(out);
      end(out, frame);
      connection.sent();
    }
  }

  /** The buffer, behind the type of a new frame; null: nobody is there. */
  private ByteBuf begin(LinkMessage message) {
    ByteBuf out = connection.outbound();
    return out == null ? null : out.writeInt(0).writeByte(message.code());
  }

  /** Writes the length of the frame whose body starts there. */
  private static void end(ByteBuf out, int body) {
    out.setInt(body - 1 - Integer.BYTES, out.writerIndex() - body + 1);
  }

  static void writeText(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    out.writeByte(bytes.length).writeBytes(bytes);
  }

  static void writeName(ByteBuf out, byte[] name) {
    out.writeShort(name.length).writeBytes(name);
  }

  static int code(WorkReport report) {
    return switch (report) {
      case STATUS -> 1;
      case DATA -> 2;
      case WARNING -> 3;
      case COMPLETE -> 4;
      case FAIL -> 5;
      case EXCEPTION -> 6;
    };
  }

  private static int code(Refusal refusal) {
    return switch (refusal) {
      case STORE_FAILED -> STORE_FAILED;
      case STORE_CLOSED -> STORE_CLOSED;
      default -> LATER;
    };
  }

  static Refusal refusal(int code) {
    return switch (code) {
      case STORE_FAILED -> Refusal.STORE_FAILED;
      case STORE_CLOSED -> Refusal.STORE_CLOSED;
      default -> Refusal.OWNER_UNKNOWN;
    };
  }

  @Override
  public ReplySlot holdReply() {
    throw new IllegalStateException("what a link asks for has its place in the answer");
  }

  @Override
  public void assign(Job job, Grab grab) {
    throw new IllegalStateException("a link borrows, and does not grab");
  }

  @Override
  public void noJob() {
    throw new IllegalStateException("a link borrows, and does not grab");
  }

  @Override
  public void wake() {
    throw new IllegalStateException("a link does not sleep");
  }
}

package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.JobOutcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;

/**
 * Carries a {@link JobReplyException} to another node. It is no default codec of its class, and so
 * is used for those only that ask: Vert.x drops a reply for which the other side has no codec.
 *
 * <p>On the wire: the code as an int, then outcome, message, handle and data, each as an int length
 * and bytes, length -1 for null.
 */
final class JobReplyExceptionCodec implements MessageCodec<JobReplyException, JobReplyException> {
  static final JobReplyExceptionCodec INSTANCE = new JobReplyExceptionCodec();
  static final String NAME = "abraxas.job-failure";

  private JobReplyExceptionCodec() {}

  @Override
  public void encodeToWire(Buffer buffer, JobReplyException e) {
    buffer.appendInt(e.failureCode());
    append(buffer, bytes(e.outcome().name()));
    append(buffer, bytes(e.getMessage()));
    append(buffer, bytes(e.handle()));
    append(buffer, e.data().getBytes());
  }

  @Override
  public JobReplyException decodeFromWire(int pos, Buffer buffer) {
    Reader reader = new Reader(buffer, pos);
    int code = reader.nextInt();
    JobOutcome outcome = JobOutcome.valueOf(text(reader.next()));
    String message = text(reader.next());
    String handle = text(reader.next());
    return new JobReplyException(
        code, message, null, outcome, handle, Buffer.buffer(reader.next()));
  }

  /** An exception does not change: local receivers get the one that was sent. */
  @Override
  public JobReplyException transform(JobReplyException e) {
    return e;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private static void append(Buffer buffer, byte[] bytes) {
    if (bytes == null) {
      buffer.appendInt(-1);
    } else {
      buffer.appendInt(bytes.length).appendBytes(bytes);
    }
  }

  private static final class Reader {
    private final Buffer buffer;
    private int position;

    Reader(Buffer buffer, int position) {
      this.buffer = buffer;
      this.position = position;
    }

    int nextInt() {
      position += Integer.BYTES;
      return buffer.getInt(position - Integer.BYTES);
    }

    byte[] next() {
      int length = nextInt();
      if (length < 0) {
        return null;
      }
      position += length;
      return buffer.getBytes(position - length, position);
    }
  }
}

package io.abraxas.server.cluster;

import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A job's claim to its unique id, as {@link Maps#UNIQUES} has it.
 *
 * <p>The key is the name of the function, a NUL, and the unique id; where the payload takes the
 * place of that, two NULs and its SHA-256 in hex. Neither name nor id can hold a NUL. The value,
 * big-endian:
 *
 * <pre>
 *  1      version of the writer
 *  1      oldest version that may read it
 *  8      number of the job at its origin
 *  1 + n  incarnation of the origin
 *  1 + n  name in the handle
 * </pre>
 *
 * <p>It says nothing that ever changes, so that a claim can be told from all others by its bytes.
 */
final class UniqueEntry {
  private static final int VERSION = 1;
  private static final int OLDEST = 1;

  private UniqueEntry() {}

  static String key(Job job) {
    String function = new String(job.functionName(), StandardCharsets.ISO_8859_1);
    return job.isKeyedByPayload()
        ? function + "\0\0" + HexFormat.of().formatHex(sha256(job.payload()))
        : function + '\0' + new String(job.unique(), StandardCharsets.ISO_8859_1);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  /** The claim of a job, by its local handle. */
  static byte[] value(long handle, Origins origins) {
    int index = Origins.index(handle);
    byte[] incarnation = origins.incarnation(index).getBytes(StandardCharsets.US_ASCII);
    byte[] name = origins.name(index).getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(2 + Long.BYTES + 1 + incarnation.length + 1 + name.length)
        .put((byte) VERSION)
        .put((byte) OLDEST)
        .putLong(Origins.number(handle))
        .put((byte) incarnation.length)
        .put(incarnation)
        .put((byte) name.length)
        .put(name)
        .array();
  }

  /**
   * The local handle of the job that has a claim. Its origin becomes known by it.
   *
   * @throws IllegalArgumentException when it is none, or of a version that this one may not read
   */
  static long handle(byte[] value, Origins origins) {
    ByteBuffer in = ByteBuffer.wrap(value);
    try {
      int version = in.get();
      int oldest = in.get();
      if (version == 0 || oldest > VERSION) {
        throw new IllegalArgumentException(
            "it needs version " + oldest + " of claims, this is " + VERSION);
      }
      long number = in.getLong();
      if (number <= 0 || number > Origins.MAX_NUMBER) {
        throw new IllegalArgumentException("a job with the number " + number);
      }
      String incarnation = text(in);
      return Origins.handle(origins.enter(text(in), incarnation), number);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it is cut off", e);
    }
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.get() & 0xff];
    in.get(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

package io.abraxas.server.store;

import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.StoredJob;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A job as bytes, and the key it lies under.
 *
 * <p>The key is the incarnation of its origin, a dot, and its number there in decimal. The record,
 * big-endian:
 *
 * <pre>
 *  1      version of the writer
 *  1      oldest version that may read it
 *  1      flags: 1 made by a schedule
 *  1      priority: 0 high, 1 normal, 2 low
 *  4      retries
 *  8      accepted, or queued again, in milliseconds since the Unix epoch
 *  8      due, the same; 0: at once
 *  1 + n  name in the handle, so that the handle survives its server
 *  2 + n  function
 *  1 + n  unique id
 *  4 + n  payload
 *  ...    tags: 1 tag, 4 length, bytes. Tag 1 is the reducer; tag 2 the due time of a schedule that
 *         the job waits to be counted as done: 19 incarnation and 8 number in the schedule's handle,
 *         8 due
 * </pre>
 *
 * <p>Who reads skips tags and flags that it does not know: that is how later versions say more.
 */
public final class JobRecord {
  /** What this program writes, and the newest that it need not be told of by a record. */
  public static final int VERSION = 1;

  /** The oldest version that may read what this program writes. */
  private static final int OLDEST = 1;

  private static final int FROM_SCHEDULE = 1;
  private static final int TAG_REDUCER = 1;
  private static final int TAG_FIRING = 2;

  /** Bytes of everything but names, payload and tags. */
  private static final int FIXED = 1 + 1 + 1 + 1 + 4 + 8 + 8 + 1 + 2 + 1 + 4;

  private static final int TAG_HEADER = 1 + 4;

  private JobRecord() {}

  /** The key of a job by its local handle. */
  public static String key(long handle, Origins origins) {
    return prefix(origins.incarnation(Origins.index(handle))) + Origins.number(handle);
  }

  /** What the keys of all jobs of an origin start with, and of no other. */
  public static String prefix(String incarnation) {
    return incarnation + ".";
  }

  /** The record of a job. */
  public static byte[] write(StoredJob job, Origins origins) {
    byte[] name = origins.name(Origins.index(job.handle())).getBytes(StandardCharsets.ISO_8859_1);
    byte[] function = job.function();
    byte[] unique = job.unique();
    byte[] payload = job.payload();
    byte[] reducer = job.reducer();
    byte[] firing = job.firing() == null ? null : bytes(job.firing());
    int size = FIXED + name.length + function.length + unique.length + payload.length;
    byte[] record = new byte[size + tagSize(reducer) + tagSize(firing)];
    ByteBuffer out = ByteBuffer.wrap(record);
    out.put((byte) VERSION).put((byte) OLDEST);
    out.put((byte) (job.fromSchedule() ? FROM_SCHEDULE : 0));
    out.put(code(job.priority()));
    out.putInt(job.retries()).putLong(job.queuedMillis()).putLong(job.dueMillis());
    out.put((byte) name.length).put(name);
    out.putShort((short) function.length).put(function);
    out.put((byte) unique.length).put(unique);
    out.putInt(payload.length).put(payload);
    putTag(out, TAG_REDUCER, reducer);
    putTag(out, TAG_FIRING, firing);
    return record;
  }

  private static int tagSize(byte[] value) {
    return value == null ? 0 : TAG_HEADER + value.length;
  }

  private static void putTag(ByteBuffer out, int tag, byte[] value) {
    if (value != null) {
      out.put((byte) tag).putInt(value.length).put(value);
    }
  }

  private static byte[] bytes(Firing firing) {
    byte[] origin = firing.origin().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(origin.length + 16)
        .put(origin)
        .putLong(firing.number())
        .putLong(firing.dueMillis())
        .array();
  }

  private static Firing firing(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    String origin = new String(bytes(in, value.length - 16), StandardCharsets.US_ASCII);
    return new Firing(origin, in.getLong(), in.getLong());
  }

  /**
   * The job of a record. Its origin becomes known by it.
   *
   * @throws UnreadableRecordException when key or record are none of ours, or of a later version
   *     that this one may not read
   */
  public static StoredJob read(String key, byte[] record, Origins origins)
      throws UnreadableRecordException {
    try {
      return read(key, ByteBuffer.wrap(record), origins);
    } catch (BufferUnderflowException e) {
      throw new UnreadableRecordException("the record of " + key + " is cut off", e);
    } catch (IllegalArgumentException e) {
      throw new UnreadableRecordException(
          "the record of " + key + " makes no sense: " + e.getMessage(), e);
    }
  }

  private static StoredJob read(String key, ByteBuffer in, Origins origins)
      throws UnreadableRecordException {
    int version = in.get() & 0xff;
    int oldest = in.get() & 0xff;
    if (oldest > VERSION || version == 0) {
      throw new UnreadableRecordException(
          "the record of " + key + " needs version " + oldest + " of records, this is " + VERSION);
    }
    int flags = in.get();
    Priority priority = priority(in.get());
    int retries = in.getInt();
    if (retries < 0) {
      throw new IllegalArgumentException("retries " + retries);
    }
    long queuedMillis = in.getLong();
    long dueMillis = in.getLong();
    String name = new String(bytes(in, in.get() & 0xff), StandardCharsets.ISO_8859_1);
    byte[] function = bytes(in, in.getShort() & 0xffff);
    byte[] unique = bytes(in, in.get() & 0xff);
    byte[] payload = bytes(in, in.getInt());
    byte[] reducer = null;
    Firing firing = null;
    while (in.hasRemaining()) {
      int tag = in.get();
      byte[] value = bytes(in, in.getInt());
      if (tag == TAG_REDUCER) {
        reducer = value;
      } else if (tag == TAG_FIRING) {
        firing = firing(value);
      }
    }
    return new StoredJob(
        handle(key, name, origins),
        function,
        unique,
        (flags & FROM_SCHEDULE) != 0,
        priority,
        retries,
        queuedMillis,
        dueMillis,
        payload,
        reducer,
        firing);
  }

  private static byte code(Priority priority) {
    return switch (priority) {
      case HIGH -> 0;
      case NORMAL -> 1;
      case LOW -> 2;
    };
  }

  private static Priority priority(byte code) {
    return switch (code) {
      case 0 -> Priority.HIGH;
      case 1 -> Priority.NORMAL;
      case 2 -> Priority.LOW;
      default -> throw new IllegalArgumentException("priority " + code);
    };
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    // Before the array is made: a length that lies must not take the memory.
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static long handle(String key, String name, Origins origins) {
    long number = number(key);
    if (number < 0) {
      throw new IllegalArgumentException("its key");
    }
    return Origins.handle(origins.enter(name, incarnation(key)), number);
  }

  /** The incarnation in a key of a job; the whole text when it is none. */
  public static String incarnation(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  /** The number in a key of a job, or -1 when it is none. */
  public static long number(String key) {
    int dot = key.indexOf('.');
    int length = key.length() - dot - 1;
    if (dot < 0 || length == 0 || length > 18 || key.charAt(dot + 1) == '0') {
      return -1;
    }
    long number = 0;
    for (int i = dot + 1; i < key.length(); i++) {
      int digit = key.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number <= Origins.MAX_NUMBER ? number : -1;
  }
}

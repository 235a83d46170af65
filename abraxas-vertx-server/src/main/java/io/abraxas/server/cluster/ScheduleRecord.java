package io.abraxas.server.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Recurrence;
import io.abraxas.server.broker.Schedule;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.store.JobRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * What the cluster knows of a schedule, in the map {@link Maps#SCHEDULES}. Immutable; big-endian:
 *
 * <pre>
 *  1      version of the writer
 *  1      oldest version that may read it
 *  1      last firing: 0 none, 1 intended, 2 done
 *  8      its due time, in milliseconds since the Unix epoch
 *  1 + n  the incarnation in the handle of its job
 *  8      the number in that handle
 *  1 + n  name in the schedule's own handle
 *  1 + n  incarnation in it
 *  8      number in it
 *  2 + n  function
 *  1 + n  unique id
 *  2 + n  the five time fields, with blanks between them
 *  1 + n  time zone
 *  4 + n  payload
 *  ...    tags: 1 tag, 4 length, bytes
 * </pre>
 *
 * <p>Tags of later versions are kept as they are, so that a record loses nothing when it is fired.
 * Version 1 had none. Those of version 2 may be missing:
 *
 * <pre>
 *  1      which submit made it what it is: the key of the handle that was offered to it, an
 *         incarnation, a dot, a number. Without it: the one that the schedule has its handle from
 *  2      intents that were replaced: the keys of their jobs, with blanks between them
 * </pre>
 *
 * @param last null: it was never fired
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and never changed.
record ScheduleRecord(
    byte version,
    byte oldest,
    Last last,
    String name,
    String origin,
    long number,
    byte[] function,
    byte[] unique,
    String fields,
    String zone,
    byte[] payload,
    byte[] tags) {

  /** What this program writes. */
  static final byte VERSION = 2;

  private static final byte OLDEST = 1;
  private static final byte NEVER = 0;
  private static final byte INTENDED = 1;
  private static final byte DONE = 2;

  private static final byte MARK = 1;
  private static final byte REPLACED = 2;

  /** So many intents that were replaced are remembered: a server has one open at a time. */
  private static final int MOST_REPLACED = 16;

  /** Last firings later than this are of a clock that was wrong. */
  private static final long AHEAD_MILLIS = 3_600_000;

  /** Bytes of everything but texts, payload and tags. */
  private static final int FIXED = 1 + 1 + 1 + 8 + 1 + 8 + 1 + 1 + 8 + 2 + 1 + 2 + 1 + 4;

  /**
   * The last firing.
   *
   * @param node who fires: the incarnation in the handle of the job
   * @param job the number in that handle
   * @param done whether the job is stored, and may run
   */
  record Last(long dueMillis, String node, long job, boolean done) {
    boolean isOf(String otherNode, long otherJob) {
      return job == otherJob && node.equals(otherNode);
    }

    /** Whether it is of a server whose clock was wrong: such a one keeps nobody from firing. */
    boolean isAhead(long nowMillis) {
      return dueMillis - nowMillis > AHEAD_MILLIS;
    }

    /** Where the job's record is. */
    String jobKey() {
      return JobRecord.prefix(node) + job;
    }
  }

  /**
   * A schedule that was never fired.
   *
   * @param zone what its fields are about
   */
  static ScheduleRecord of(StoredSchedule schedule, String zone, Origins origins) {
    int index = Origins.index(schedule.handle());
    return new ScheduleRecord(
        VERSION,
        OLDEST,
        null,
        origins.name(index),
        origins.incarnation(index),
        Origins.number(schedule.handle()),
        schedule.function(),
        schedule.unique(),
        schedule.fields(),
        zone,
        schedule.payload(),
        new byte[0]);
  }

  /**
   * The record with these bytes.
   *
   * @throws IllegalArgumentException when they are none, or of a version that this one cannot read
   */
  static ScheduleRecord of(byte[] bytes) {
    try {
      return read(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it is cut off", e);
    }
  }

  /** Null when there is none, or one that this version cannot read: others have it in hand. */
  static ScheduleRecord orNull(byte[] bytes) {
    try {
      return bytes == null ? null : of(bytes);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static ScheduleRecord read(ByteBuffer in) {
    byte version = in.get();
    byte oldest = in.get();
    if (version == 0 || (oldest & 0xff) > VERSION) {
      throw new IllegalArgumentException(
          "it needs version " + (oldest & 0xff) + " of schedules, this is " + VERSION);
    }
    byte state = in.get();
    if (state < NEVER || state > DONE) {
      throw new IllegalArgumentException("firing " + state);
    }
    Last last = new Last(in.getLong(), text(in, in.get() & 0xff), in.getLong(), state == DONE);
    return new ScheduleRecord(
        version,
        oldest,
        state == NEVER ? null : last,
        new String(bytes(in, in.get() & 0xff), ISO_8859_1),
        text(in, in.get() & 0xff),
        in.getLong(),
        bytes(in, in.getShort() & 0xffff),
        bytes(in, in.get() & 0xff),
        text(in, in.getShort() & 0xffff),
        text(in, in.get() & 0xff),
        bytes(in, in.getInt()),
        bytes(in, in.remaining()));
  }

  private static String text(ByteBuffer in, int length) {
    return new String(bytes(in, length), UTF_8);
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

  /** As the map is to have it. */
  byte[] bytes() {
    String node = last == null ? "" : last.node;
    int texts = node.length() + name.length() + origin.length() + fields.length() + zone.length();
    ByteBuffer out =
        ByteBuffer.allocate(
            FIXED + texts + function.length + unique.length + payload.length + tags.length);
    out.put(version).put(oldest);
    out.put(last == null ? NEVER : last.done ? DONE : INTENDED);
    out.putLong(last == null ? 0 : last.dueMillis);
    put(out, node, US_ASCII).putLong(last == null ? 0 : last.job);
    put(out, name, ISO_8859_1);
    put(out, origin, US_ASCII).putLong(number);
    out.putShort((short) function.length).put(function);
    out.put((byte) unique.length).put(unique);
    out.putShort((short) fields.length()).put(fields.getBytes(US_ASCII));
    put(out, zone, US_ASCII);
    return out.putInt(payload.length).put(payload).put(tags).array();
  }

  private static ByteBuffer put(ByteBuffer out, String text, Charset charset) {
    return out.put((byte) text.length()).put(text.getBytes(charset));
  }

  /** Its local handle. Its origin becomes known by it. */
  long handle(Origins origins) {
    return Origins.handle(origins.enter(name, origin), number);
  }

  /**
   * The schedule for the broker.
   *
   * @param times what fields mean in a time zone
   * @throws IllegalArgumentException when handle or fields make no sense
   */
  StoredSchedule stored(Origins origins, BiFunction<String, String, Recurrence> times) {
    return new StoredSchedule(
        handle(origins), function, unique, fields, times.apply(fields, zone), payload, mark());
  }

  /**
   * The key of a schedule: its function and its unique id; or its payload, when the unique id is a
   * lone {@code -}; or its handle, when it has none of these.
   */
  String key() {
    return key(function, unique, payload, origin, number);
  }

  static String key(byte[] function, byte[] unique, byte[] payload, String origin, long number) {
    boolean byPayload = unique.length == 1 && unique[0] == '-';
    // The length keeps two functions apart of which one begins like the other.
    String prefix = function.length + ":" + new String(function, ISO_8859_1);
    if (byPayload && payload.length > 0) {
      return prefix + "-" + HexFormat.of().formatHex(sha256(payload));
    }
    return byPayload || unique.length == 0
        ? prefix + "#" + JobRecord.prefix(origin) + number
        : prefix + "=" + new String(unique, ISO_8859_1);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  /** Whether it has that handle. */
  boolean isOf(String otherOrigin, long otherNumber) {
    return number == otherNumber && origin.equals(otherOrigin);
  }

  /** Which submit made it what it is. */
  String mark() {
    byte[] mark = Tags.find(tags, MARK);
    return mark == null ? JobRecord.prefix(origin) + number : new String(mark, US_ASCII);
  }

  /** The keys of jobs that are not to run, because their intents were replaced; oldest first. */
  List<String> replaced() {
    byte[] keys = Tags.find(tags, REPLACED);
    return keys == null ? List.of() : List.of(new String(keys, US_ASCII).split(" "));
  }

  /** Whether it is what the same submit made of a schedule with its handle. */
  boolean isLike(ScheduleRecord other) {
    // Servers of version 1 replace without a mark.
    return isOf(other.origin, other.number)
        && mark().equals(other.mark())
        && fields.equals(other.fields)
        && zone.equals(other.zone)
        && Arrays.equals(payload, other.payload);
  }

  /** Whether it is that schedule as a broker has it, and not what has replaced it since. */
  boolean isLike(Schedule schedule, Origins origins) {
    long handle = schedule.handle();
    return isOf(origins.incarnation(Origins.index(handle)), Origins.number(handle))
        && mark().equals(schedule.mark())
        && fields.equals(schedule.fields())
        && Arrays.equals(payload, schedule.payload());
  }

  /** Another that was submitted in its place: with this one's handle and firings. */
  ScheduleRecord replacedBy(ScheduleRecord next) {
    byte[] nextTags = Tags.with(next.tags, MARK, next.mark().getBytes(US_ASCII));
    byte[] keys = Tags.find(tags, REPLACED);
    return new ScheduleRecord(
        next.version,
        next.oldest,
        last,
        name,
        origin,
        number,
        next.function,
        next.unique,
        next.fields,
        next.zone,
        next.payload,
        keys == null ? nextTags : Tags.with(nextTags, REPLACED, keys));
  }

  /** This one with another last firing. */
  ScheduleRecord with(Last next) {
    return with(next, tags);
  }

  /** This one, which remembers that the intents of these jobs were replaced. */
  ScheduleRecord replacing(List<String> jobKeys) {
    Set<String> all = new LinkedHashSet<>(replaced());
    if (!all.addAll(jobKeys)) {
      return this;
    }
    String kept =
        all.stream().skip(Math.max(0, all.size() - MOST_REPLACED)).collect(Collectors.joining(" "));
    return with(last, Tags.with(tags, REPLACED, kept.getBytes(US_ASCII)));
  }

  private ScheduleRecord with(Last next, byte[] nextTags) {
    return new ScheduleRecord(
        version, oldest, next, name, origin, number, function, unique, fields, zone, payload,
        nextTags);
  }
}

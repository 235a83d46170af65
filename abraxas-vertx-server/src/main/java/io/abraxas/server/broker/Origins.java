package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The starts of servers whose jobs this one knows, each with a small index; this server's own is 0.
 *
 * <p>A local handle is one number: the index of the origin in the bits from {@value #NUMBER_BITS}
 * on, below it the number of the job, and above both a mark for copies of jobs that another server
 * lent. So a job of another server is a job like all others, and {@link Handles} alone knows the
 * texts. An index means something in this process only, and is never taken back.
 *
 * <p>May be used on any thread, since records of jobs are read beside the event loop.
 */
public final class Origins {
  /** Bits of a job's number: five years at 100,000 jobs a second. */
  static final int NUMBER_BITS = 44;

  /** The highest number of a job. */
  public static final long MAX_NUMBER = (1L << NUMBER_BITS) - 1;

  /** Digits of {@link #MAX_NUMBER}. */
  static final int MAX_DIGITS = 14;

  /** Digits of every incarnation. */
  static final int INCARNATION_LENGTH = 19;

  /** Longest first part of a handle, in bytes. */
  static final int MAX_NAME = Handles.MAX_LENGTH - 1 - INCARNATION_LENGTH - MAX_DIGITS;

  private static final int MAX_ORIGINS = 1 << 18;

  private static final long BORROWED = 1L << 62;

  private static final VarHandle KNOWN;

  static {
    try {
      KNOWN = MethodHandles.lookup().findVarHandle(Origins.class, "known", Known.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Replaced, never changed, when an origin is entered. */
  private volatile Known known = new Known(new Origin[0], Map.of(), Map.of());

  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Known(
      Origin[] byIndex, Map<String, Origin> byIncarnation, Map<ByteBuf, Origin> byPrefix) {
    Known with(Origin origin) {
      Origin[] all = Arrays.copyOf(byIndex, byIndex.length + 1);
      all[origin.index] = origin;
      Map<String, Origin> incarnations = new HashMap<>(byIncarnation);
      incarnations.put(origin.incarnation, origin);
      Map<ByteBuf, Origin> prefixes = new HashMap<>(byPrefix);
      prefixes.put(origin.prefixView, origin);
      return new Known(all, incarnations, prefixes);
    }
  }

  /** One start of one server. */
  private static final class Origin {
    final int index;
    final String name;
    final String incarnation;

    /** What its handles begin with. */
    final byte[] prefix;

    /** The prefix once more, to compare eight bytes at a time. */
    final ByteBuf prefixView;

    Origin(int index, String name, String incarnation) {
      this.index = index;
      this.name = name;
      this.incarnation = incarnation;
      prefix = (name + ":" + incarnation).getBytes(StandardCharsets.US_ASCII);
      prefixView = Unpooled.wrappedBuffer(prefix);
    }
  }

  /**
   * Knows this server only.
   *
   * @param name what its handles start with, {@code H:<host>} by custom; shortened when a handle
   *     could get too long, and cleared of what a handle may not hold
   * @param incarnation this start of it, 19 digits
   */
  public Origins(String name, String incarnation) {
    String ascii = name.replaceAll("[^\\x21-\\x7e]", "_");
    String kept = ascii.length() > MAX_NAME ? ascii.substring(0, MAX_NAME) : ascii;
    enter(kept, incarnation);
  }

  /**
   * Makes an origin known, unless it is.
   *
   * @param name what its handles start with, as {@link #name} tells it there
   * @return its index
   * @throws IllegalArgumentException when no server makes such handles, or there are too many
   */
  public int enter(String name, String incarnation) {
    int index = find(incarnation);
    if (index >= 0) {
      return index;
    }
    if (!incarnation.matches("[0-9]{" + INCARNATION_LENGTH + "}")
        || !name.matches("[\\x21-\\x7e]{0," + MAX_NAME + "}")) {
      throw new IllegalArgumentException("no origin: " + name + ":" + incarnation);
    }
    while (true) {
      Known before = known;
      index = before.byIndex.length;
      if (index == MAX_ORIGINS) {
        throw new IllegalArgumentException("too many origins");
      }
      if (KNOWN.compareAndSet(this, before, before.with(new Origin(index, name, incarnation)))) {
        return index;
      }
      if (find(incarnation) >= 0) {
        return find(incarnation);
      }
    }
  }

  /** The index of an origin, or -1 when it is not known. */
  public int find(String incarnation) {
    Origin origin = known.byIncarnation.get(incarnation);
    return origin == null ? -1 : origin.index;
  }

  /** What the handles of an origin start with, before the colon and the incarnation. */
  public String name(int index) {
    return known.byIndex[index].name;
  }

  /** Which start of a server it is, 19 digits. */
  public String incarnation(int index) {
    return known.byIndex[index].incarnation;
  }

  /** How many are known; their indexes are those below. */
  public int size() {
    return known.byIndex.length;
  }

  byte[] prefix(int index) {
    return known.byIndex[index].prefix;
  }

  /** Whether these bytes are what the handles of this server begin with. */
  boolean isOwn(ByteBuf in, int start, int length) {
    ByteBuf own = known.byIndex[0].prefixView;
    return length == own.capacity() && ByteBufUtil.equals(own, 0, in, start, length);
  }

  /** The index of the origin whose handles begin like these bytes, or -1. */
  int find(ByteBuf in, int start, int length) {
    Origin origin = known.byPrefix.get(in.slice(start, length));
    return origin == null ? -1 : origin.index;
  }

  /** The local handle of a job by its origin and its number there. */
  public static long handle(int index, long number) {
    return (long) index << NUMBER_BITS | number;
  }

  /** The index of the origin of a job with this local handle. */
  public static int index(long handle) {
    return (int) ((handle & ~BORROWED) >>> NUMBER_BITS);
  }

  /** The number of a job with this local handle at its origin. */
  public static long number(long handle) {
    return handle & MAX_NUMBER;
  }

  /** The local handle of the copy of a job that another server lent. */
  public static long borrowed(long handle) {
    return handle | BORROWED;
  }

  /** Whether a job with this local handle is a copy that another server lent. */
  public static boolean isBorrowed(long handle) {
    return (handle & BORROWED) != 0;
  }
}

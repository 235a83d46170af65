package io.abraxas.vertx.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.Charset;

/**
 * A view of one packet inside the buffer it was read into.
 *
 * <p>A decoder has one instance and moves it from packet to packet: it is valid only during the
 * call that hands it over, and whoever needs bytes for longer copies them. Indexes are absolute
 * indexes of {@link #buffer()}.
 */
public final class Packet {
  private final int[] starts = new int[PacketType.MAX_ARGUMENTS];
  private final int[] ends = new int[PacketType.MAX_ARGUMENTS];
  private ByteBuf buffer;
  private Magic magic;
  private PacketType type;
  private int number;
  private int bodyStart;
  private int bodyEnd;
  private int found;

  Packet() {}

  void set(ByteBuf buffer, Magic magic, int number, int bodyStart, int bodyLength) {
    this.buffer = buffer;
    this.magic = magic;
    this.number = number;
    this.type = PacketType.of(number);
    this.bodyStart = bodyStart;
    this.bodyEnd = bodyStart + bodyLength;
    this.found = type == null ? 0 : split(type.argumentCount());
  }

  /**
   * Finds the arguments. Every argument is bounded by the declared size of the packet; those whose
   * NUL is missing are empty and do not count as found.
   */
  private int split(int count) {
    int from = bodyStart;
    for (int i = 0; i < count; i++) {
      starts[i] = from;
      int nul = i == count - 1 ? -1 : buffer.indexOf(from, bodyEnd, (byte) 0);
      if (nul < 0) {
        ends[i] = bodyEnd;
        for (int rest = i + 1; rest < count; rest++) {
          starts[rest] = bodyEnd;
          ends[rest] = bodyEnd;
        }
        return i + 1;
      }
      ends[i] = nul;
      from = nul + 1;
    }
    return 0;
  }

  void clear() {
    buffer = null;
  }

  /** The buffer that holds the packet; the reader must not release or move it. */
  public ByteBuf buffer() {
    return buffer;
  }

  /** REQUEST or RESPONSE. */
  public Magic magic() {
    return magic;
  }

  /** The type, or null for the one number inside the range that is unassigned. */
  public PacketType type() {
    return type;
  }

  /** The type's number on the wire. */
  public int number() {
    return number;
  }

  /** Where the body starts. */
  public int bodyStart() {
    return bodyStart;
  }

  /** Length of the body in bytes, all arguments with their separators. */
  public int bodyLength() {
    return bodyEnd - bodyStart;
  }

  /** Whether every argument of the type is there. An argument may be there and empty. */
  public boolean isComplete() {
    return type != null && found == type.argumentCount();
  }

  /** How many arguments are there. */
  public int argumentsFound() {
    return found;
  }

  /** Where argument {@code i}, counted from 0, starts. */
  public int start(int i) {
    return starts[i];
  }

  /** Length of argument {@code i} in bytes; 0 when it is missing. */
  public int length(int i) {
    return ends[i] - starts[i];
  }

  /** A copy of argument {@code i}. */
  public byte[] bytes(int i) {
    return ByteBufUtil.getBytes(buffer, starts[i], length(i), true);
  }

  /** Argument {@code i} decoded. */
  public String text(int i, Charset charset) {
    return buffer.toString(starts[i], length(i), charset);
  }
}

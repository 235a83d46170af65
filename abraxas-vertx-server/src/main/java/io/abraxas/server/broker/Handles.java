package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Handles as text: {@code H:<host>:<number>}, where the number is the digits of this start of the
 * server followed by the job's own number.
 *
 * <p>The first part is what keeps handles from ever repeating, see the server's incarnation; it has
 * a fixed length, so that the two parts cannot be confused.
 */
public final class Handles {
  /** Longest handle in bytes: gearmand keeps 64 with the NUL. */
  public static final int MAX_LENGTH = 63;

  /** Digits of the largest job number. */
  private static final int MAX_DIGITS = 19;

  private final byte[] prefix;

  /** The prefix once more, to compare eight bytes at a time. */
  private final ByteBuf prefixView;

  private final byte[] digits = new byte[MAX_DIGITS];

  /**
   * @param name what the handle starts with, {@code H:<host>} by custom; shortened when the whole
   *     could get too long
   * @param incarnation digits of this start of the server
   */
  public Handles(String name, String incarnation) {
    String ascii = name.replaceAll("[^\\x21-\\x7e]", "_");
    int room = MAX_LENGTH - MAX_DIGITS - incarnation.length() - 1;
    String kept = ascii.length() > room ? ascii.substring(0, room) : ascii;
    prefix = (kept + ":" + incarnation).getBytes(StandardCharsets.US_ASCII);
    prefixView = Unpooled.wrappedBuffer(prefix);
  }

  /** Writes the handle with this number. */
  public void write(ByteBuf out, long number) {
    out.writeBytes(prefix);
    int i = MAX_DIGITS;
    long rest = number;
    do {
      digits[--i] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    out.writeBytes(digits, i, MAX_DIGITS - i);
  }

  /** The handle with this number, as text. */
  public String text(long number) {
    return new String(prefix, StandardCharsets.US_ASCII) + number;
  }

  /** The number of a handle, or -1 when it is none of this server's. */
  public long parse(ByteBuf in, int start, int length) {
    int count = length - prefix.length;
    if (count <= 0 || count > MAX_DIGITS) {
      return -1;
    }
    int at = start + prefix.length;
    long number = 0;
    for (int i = 0; i < count; i++) {
      int digit = in.getByte(at + i) - '0';
      if (digit < 0 || digit > 9 || (i == 0 && digit == 0)) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number > 0 && ByteBufUtil.equals(prefixView, 0, in, start, prefix.length) ? number : -1;
  }

  /** The number of a handle, or -1 when it is none of this server's. */
  public long parse(String handle) {
    ByteBuf bytes = Unpooled.wrappedBuffer(handle.getBytes(StandardCharsets.UTF_8));
    return parse(bytes, 0, bytes.readableBytes());
  }
}

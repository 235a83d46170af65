package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Handles as text: {@code H:<host>:<number>}, where the number is the digits of the start of the
 * server that made it followed by the job's own number.
 *
 * <p>The first part is what keeps handles from ever repeating, see the server's incarnation; it has
 * a fixed length, so that the two parts cannot be confused. Inside, a handle is a number, see
 * {@link Origins}. Confined to one thread.
 */
public final class Handles {
  /** Longest handle in bytes: gearmand keeps 64 with the NUL. */
  public static final int MAX_LENGTH = 63;

  private final Origins origins;
  private final byte[] digits = new byte[Origins.MAX_DIGITS];

  /** Handles of the jobs of these origins. */
  public Handles(Origins origins) {
    this.origins = origins;
  }

  /** Writes a handle. */
  public void write(ByteBuf out, long handle) {
    out.writeBytes(origins.prefix(Origins.index(handle)));
    int i = digits.length;
    long rest = Origins.number(handle);
    do {
      digits[--i] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    out.writeBytes(digits, i, digits.length - i);
  }

  /** A handle as text. */
  public String text(long handle) {
    byte[] prefix = origins.prefix(Origins.index(handle));
    return new String(prefix, StandardCharsets.US_ASCII) + Origins.number(handle);
  }

  /** The local handle, or -1 when it is none of an origin that is known. */
  public long parse(ByteBuf in, int start, int length) {
    // Nearly all are this server's own, which are told by one comparison.
    int own = origins.prefix(0).length;
    if (length > own && origins.isOwn(in, start, own)) {
      long number = number(in, start + own, length - own);
      if (number > 0) {
        return Origins.handle(0, number);
      }
    }
    return parseAny(in, start, length);
  }

  private long parseAny(ByteBuf in, int start, int length) {
    if (length > MAX_LENGTH) {
      return -1;
    }
    int count = 0;
    while (count < length && isDigit(in.getByte(start + length - 1 - count))) {
      count++;
    }
    count -= Origins.INCARNATION_LENGTH;
    long number = number(in, start + length - count, count);
    int index = number < 0 ? -1 : origins.find(in, start, length - count);
    return index < 0 ? -1 : Origins.handle(index, number);
  }

  private static long number(ByteBuf in, int at, int count) {
    if (count <= 0 || count > Origins.MAX_DIGITS || in.getByte(at) == '0') {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < count; i++) {
      byte digit = in.getByte(at + i);
      if (!isDigit(digit)) {
        return -1;
      }
      number = number * 10 + digit - '0';
    }
    return number > Origins.MAX_NUMBER ? -1 : number;
  }

  /** The local handle, or -1 when it is none of an origin that is known. */
  public long parse(String handle) {
    ByteBuf bytes = Unpooled.wrappedBuffer(handle.getBytes(StandardCharsets.UTF_8));
    return parse(bytes, 0, bytes.readableBytes());
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}

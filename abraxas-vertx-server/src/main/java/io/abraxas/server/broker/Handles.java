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
    if (length > MAX_LENGTH) {
      return -1;
    }
    int count = 0;
    while (count < length && isDigit(in.getByte(start + length - 1 - count))) {
      count++;
    }
    count -= Origins.INCARNATION_LENGTH;
    int at = start + length - count;
    if (count <= 0 || count > Origins.MAX_DIGITS || in.getByte(at) == '0') {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < count; i++) {
      number = number * 10 + in.getByte(at + i) - '0';
    }
    if (number > Origins.MAX_NUMBER) {
      return -1;
    }
    int index = origins.find(in, start, length - count);
    return index < 0 ? -1 : Origins.handle(index, number);
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

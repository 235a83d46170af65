package io.abraxas.vertx.protocol;

import io.netty.buffer.ByteBuf;

/**
 * Writes binary packets into a buffer of the caller's.
 *
 * <p>Either in one call, {@link #write}, or piece by piece between {@link #begin} and {@link #end}:
 * the size in the header is filled in at the end, so that the pieces need no measuring first.
 */
public final class PacketEncoder {
  private PacketEncoder() {}

  /** Writes the header of a packet whose body the caller writes next. */
  public static void header(ByteBuf out, Magic magic, PacketType type, int bodyLength) {
    out.writeInt(magic.code());
    out.writeInt(type.number());
    out.writeInt(bodyLength);
  }

  /**
   * Begins a packet of yet unknown size.
   *
   * @return what {@link #end} wants to know
   */
  public static int begin(ByteBuf out, Magic magic, PacketType type) {
    int start = out.writerIndex();
    header(out, magic, type, 0);
    return start;
  }

  /** Ends the packet that {@link #begin} began: all that was written since is its body. */
  public static void end(ByteBuf out, int start) {
    out.setInt(start + 8, out.writerIndex() - start - PacketDecoder.HEADER_LENGTH);
  }

  /**
   * Writes a whole packet.
   *
   * @param arguments as many as the type has; only the last one may contain a NUL
   * @throws IllegalArgumentException when the number of arguments is wrong, or one before the last
   *     contains a NUL: the receiver would read other arguments than were meant
   */
  public static void write(ByteBuf out, Magic magic, PacketType type, byte[]... arguments) {
    if (arguments.length != type.argumentCount()) {
      throw new IllegalArgumentException(
          type + " has " + type.argumentCount() + " arguments, not " + arguments.length);
    }
    int length = Math.max(0, arguments.length - 1);
    for (int i = 0; i < arguments.length; i++) {
      length += arguments[i].length;
      if (i < arguments.length - 1) {
        requireNoNul(type, i, arguments[i]);
      }
    }
    header(out, magic, type, length);
    for (int i = 0; i < arguments.length; i++) {
      if (i > 0) {
        out.writeByte(0);
      }
      out.writeBytes(arguments[i]);
    }
  }

  /** Writes a packet without arguments. */
  public static void write(ByteBuf out, Magic magic, PacketType type) {
    header(out, magic, type, 0);
  }

  private static void requireNoNul(PacketType type, int i, byte[] argument) {
    for (byte b : argument) {
      if (b == 0) {
        throw new IllegalArgumentException(
            "the " + type.arguments().get(i) + " of " + type + " must not contain a NUL byte");
      }
    }
  }
}

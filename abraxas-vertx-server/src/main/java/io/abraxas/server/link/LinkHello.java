package io.abraxas.server.link;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What nodes say first.
 *
 * @param version what the sender speaks
 * @param oldest the oldest version that it can talk to
 * @param incarnation who it is
 * @param token that of the receiver, which only a node of the cluster can know
 */
record LinkHello(int version, int oldest, String incarnation, String token) {
  /** What this program speaks. */
  static final int VERSION = 1;

  private static final int OLDEST = 1;
  private static final int MAGIC = 0x4142524c;

  LinkHello(String incarnation, String token) {
    this(VERSION, OLDEST, incarnation, token);
  }

  void write(ByteBuf out) {
    out.writeInt(MAGIC).writeByte(version).writeByte(oldest);
    LinkPeer.writeText(out, incarnation);
    LinkPeer.writeText(out, token);
  }

  /**
   * Reads one.
   *
   * @throws IndexOutOfBoundsException when it is cut off
   * @throws IllegalArgumentException when it is none
   */
  static LinkHello read(ByteBuf in) {
    if (in.readInt() != MAGIC) {
      throw new IllegalArgumentException("no node speaks");
    }
    return new LinkHello(
        in.readUnsignedByte(),
        in.readUnsignedByte(),
        LinkReader.readText(in),
        LinkReader.readText(in));
  }

  /** Whether both sides know a version in common. */
  boolean isUnderstood() {
    return oldest <= VERSION && version >= OLDEST;
  }

  /** Compares in a time that tells nothing of where they differ. */
  boolean hasToken(String expected) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }
}

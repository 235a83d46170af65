package io.abraxas.vertx.protocol;

import io.netty.buffer.ByteBuf;

/** What a {@link PacketDecoder} finds, in the order of the bytes. It may stop the decoder. */
public interface PacketListener {
  /**
   * A whole binary packet of a known or the one unassigned number, valid during the call only. Of
   * the unassigned number the body may be missing: it is never kept until it is complete.
   */
  void packet(Packet packet);

  /**
   * A whole line of text, without its LF or CRLF.
   *
   * @param buffer holds the line; valid during the call only
   */
  void line(ByteBuf buffer, int start, int length);

  /** A packet whose body was thrown away since the {@link MemoryBudget} had no room for it. */
  void discarded(PacketType type);

  /** Bytes that are no Gearman. The decoder has stopped: it ignores all that follows. */
  void malformed(Malformed reason);
}

package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;

/** An answer that a connection owes. Exactly one of its endings is called, once. */
interface Expected {
  /** Whether a packet of this type is the answer. */
  boolean isAnsweredBy(PacketType type);

  /** Whether ERROR with this code may be the answer. */
  default boolean isRefusedBy(String code) {
    // Only OPTION_REQ is answered so.
    return !code.equals(ReplyQueue.UNKNOWN_OPTION);
  }

  /** Ending: the answer. The packet is valid during the call only. */
  void answer(Packet packet);

  /** Whether the answer is text. */
  default boolean isText() {
    return false;
  }

  /**
   * A line of the answer.
   *
   * @return true: that was the last one, which is an ending
   */
  default boolean line(String line) {
    throw new IllegalStateException("expects no text");
  }

  /** Ending: ERROR. */
  void refused(ServerErrorException refusal);

  /** Ending: there will be no answer. */
  void lost(GearmanException cause);
}

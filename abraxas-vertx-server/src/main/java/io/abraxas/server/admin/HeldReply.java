package io.abraxas.server.admin;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** A reply that comes later, whose place among the replies to a connection is kept. */
@FunctionalInterface
public interface HeldReply {
  /**
   * Gives the reply, which must be done once.
   *
   * @param reply writes it; not called when nobody is there any more
   */
  void give(Consumer<ByteBuf> reply);
}

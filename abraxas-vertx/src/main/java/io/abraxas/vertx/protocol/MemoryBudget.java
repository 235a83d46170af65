package io.abraxas.vertx.protocol;

/**
 * Who allows a decoder to keep the bytes of half-received packets. One budget may serve many
 * decoders of one thread.
 */
public interface MemoryBudget {
  /** Allows everything and counts nothing. */
  MemoryBudget UNLIMITED =
      new MemoryBudget() {
        @Override
        public boolean reserve(PacketType type, int bytes) {
          return true;
        }

        @Override
        public void release(int bytes) {}
      };

  /**
   * Asks to hold this many bytes more.
   *
   * @param type what the bytes belong to; null for a header that is not complete or a line of text,
   *     which are short and must not be refused
   * @return false to have the packet thrown away as it arrives
   */
  boolean reserve(PacketType type, int bytes);

  /** Gives back bytes that were reserved. */
  void release(int bytes);
}

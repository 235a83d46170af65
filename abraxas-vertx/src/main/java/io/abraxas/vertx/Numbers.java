package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import io.netty.buffer.ByteBuf;

/** Decimal numbers as packets and admin rows carry them. Peers may send anything: that is 0. */
final class Numbers {
  private Numbers() {}

  static long of(Packet packet, int argument) {
    ByteBuf buffer = packet.buffer();
    int start = packet.start(argument);
    long value = 0;
    for (int i = 0; i < packet.length(argument); i++) {
      int digit = buffer.getByte(start + i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      value = value * 10 + digit;
    }
    return Math.max(0, value);
  }

  static long of(String text) {
    try {
      return Long.parseLong(text.trim());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}

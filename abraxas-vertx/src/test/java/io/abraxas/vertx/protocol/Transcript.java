package io.abraxas.vertx.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a decoder finds, one line of text for each event. */
class Transcript implements PacketListener {
  final List<String> entries = new ArrayList<>();

  @Override
  public void packet(Packet packet) {
    StringBuilder entry = new StringBuilder(packet.magic() + " ");
    entry.append(packet.type() == null ? String.valueOf(packet.number()) : packet.type().name());
    for (int i = 0; i < packet.argumentsFound(); i++) {
      entry.append(" [").append(Bytes.printable(packet.bytes(i))).append(']');
    }
    if (packet.type() != null && !packet.isComplete()) {
      entry.append(" incomplete");
    }
    entries.add(entry.toString());
  }

  @Override
  public void line(ByteBuf buffer, int start, int length) {
    byte[] line = ByteBufUtil.getBytes(buffer, start, length, true);
    entries.add("line [" + Bytes.printable(line) + "]");
  }

  @Override
  public void discarded(PacketType type) {
    entries.add("discarded " + type);
  }

  @Override
  public void malformed(Malformed reason) {
    entries.add("malformed " + reason);
  }
}

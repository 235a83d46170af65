package io.abraxas.server.connection;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.MemoryBudget;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.abraxas.vertx.protocol.PacketListener;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what one connection sends and receives to the log, as packets or as raw bytes. For
 * debugging: it decodes everything a second time.
 */
final class WireLog {
  private static final Logger PACKETS = LoggerFactory.getLogger("io.abraxas.server.packets");
  private static final Logger TRAFFIC = LoggerFactory.getLogger("io.abraxas.server.traffic");

  /** Bytes of an argument that are shown. */
  private static final int MAX_SHOWN = 64;

  /** Raw bytes of one read or write that are shown. */
  private static final int MAX_DUMPED = 512;

  /** On the heap: nobody tells this log that its connection is gone. */
  private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);

  private final long number;
  private final boolean traffic;
  private final PacketDecoder received;
  private final PacketDecoder sent;

  private WireLog(long number, boolean packets, boolean traffic) {
    this.number = number;
    this.traffic = traffic;
    received = packets ? decoder("<") : null;
    sent = packets ? decoder(">") : null;
  }

  /** The log of a connection, or null when the options ask for none. */
  static WireLog create(ConnectionOptions options, long number) {
    return options.isPacketLog() || options.isTrafficLog()
        ? new WireLog(number, options.isPacketLog(), options.isTrafficLog())
        : null;
  }

  private PacketDecoder decoder(String direction) {
    return new PacketDecoder(
        new Printer(number, direction), Integer.MAX_VALUE - 64, MemoryBudget.UNLIMITED);
  }

  void received(ByteBuf bytes) {
    show("<", received, bytes);
  }

  void sent(ByteBuf bytes) {
    show(">", sent, bytes);
  }

  private void show(String direction, PacketDecoder decoder, ByteBuf bytes) {
    if (traffic) {
      int length = bytes.readableBytes();
      int shown = Math.min(length, MAX_DUMPED);
      String cut = length > shown ? "..." : "";
      String hex = ByteBufUtil.hexDump(bytes, bytes.readerIndex(), shown);
      TRAFFIC.info("{} {} {} bytes {}{}", number, direction, length, hex, cut);
    }
    if (decoder != null) {
      decoder.decode(bytes.duplicate(), ALLOCATOR);
    }
  }

  private record Printer(long number, String direction) implements PacketListener {
    @Override
    public void packet(Packet packet) {
      PacketType type = packet.type();
      StringBuilder text = new StringBuilder(type == null ? "?" + packet.number() : type.name());
      for (int i = 0; type != null && i < packet.argumentsFound(); i++) {
        text.append(' ').append(type.arguments().get(i)).append('=');
        show(text, packet.buffer(), packet.start(i), packet.length(i));
      }
      PACKETS.info("{} {} {}", number, direction, text);
    }

    @Override
    public void line(ByteBuf buffer, int start, int length) {
      StringBuilder text = new StringBuilder("text ");
      show(text, buffer, start, length);
      PACKETS.info("{} {} {}", number, direction, text);
    }

    @Override
    public void discarded(PacketType type) {}

    @Override
    public void malformed(Malformed reason) {
      PACKETS.info("{} {} {}", number, direction, reason.text());
    }

    private static void show(StringBuilder text, ByteBuf buffer, int start, int length) {
      String shown =
          buffer.toString(start, Math.min(length, MAX_SHOWN), StandardCharsets.ISO_8859_1);
      for (int i = 0; i < shown.length(); i++) {
        char c = shown.charAt(i);
        if (c > ' ' && c < 127 && c != '\\') {
          text.append(c);
        } else {
          text.append(String.format("\\x%02x", (int) c));
        }
      }
      if (length > MAX_SHOWN) {
        text.append("...(").append(length).append(" bytes)");
      }
    }
  }
}

package io.abraxas.vertx.connection;

import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.MemoryBudget;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.abraxas.vertx.protocol.PacketListener;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.charset.StandardCharsets;

/** Logs the packets or the bytes of a connection, for those who look for an error. */
final class WireLog {
  private static final Logger LOG = LoggerFactory.getLogger(WireLog.class);
  private static final int SHOWN_BYTES = 1024;

  private final String server;
  private final boolean packets;
  private final boolean traffic;

  /** What was sent is decoded again: the log costs nothing where it is off. */
  private final PacketDecoder sent;

  /** Creates a log, which is silent when both are off. */
  WireLog(String server, boolean packets, boolean traffic) {
    this.server = server;
    this.packets = packets;
    this.traffic = traffic;
    this.sent =
        packets
            ? new PacketDecoder(
                new Lines("-> ", null),
                PacketDecoder.DEFAULT_MAX_BODY_LENGTH,
                MemoryBudget.UNLIMITED)
            : null;
  }

  PacketListener received(PacketListener listener) {
    return packets ? new Lines("<- ", listener) : listener;
  }

  void received(ByteBuf in) {
    dump("<- ", in);
  }

  void sent(ByteBuf out) {
    dump("-> ", out);
    if (packets) {
      sent.decode(out.duplicate(), UnpooledByteBufAllocator.DEFAULT);
    }
  }

  private void dump(String arrow, ByteBuf bytes) {
    if (traffic) {
      int shown = Math.min(SHOWN_BYTES, bytes.readableBytes());
      LOG.info(
          server
              + " "
              + arrow
              + bytes.readableBytes()
              + " bytes\n"
              + ByteBufUtil.prettyHexDump(bytes, bytes.readerIndex(), shown));
    }
  }

  private final class Lines implements PacketListener {
    private final String arrow;
    private final PacketListener next;

    Lines(String arrow, PacketListener next) {
      this.arrow = arrow;
      this.next = next;
    }

    private void log(String text) {
      LOG.info(server + " " + arrow + text);
    }

    @Override
    public void packet(Packet packet) {
      StringBuilder text = new StringBuilder();
      text.append(packet.type() == null ? "packet " + packet.number() : packet.type());
      int shown = packet.type() == null ? 0 : packet.argumentsFound();
      for (int i = 0; i < shown; i++) {
        // Payloads are long and private; everything else is short.
        String name = packet.type().arguments().get(i);
        boolean isPayload = name.equals("payload") || name.equals("result") || name.equals("data");
        text.append(' ').append(isPayload ? "…" : packet.text(i, StandardCharsets.UTF_8));
      }
      log(text.append(" (").append(packet.bodyLength()).append(" bytes)").toString());
      if (next != null) {
        next.packet(packet);
      }
    }

    @Override
    public void line(ByteBuf buffer, int start, int length) {
      log(buffer.toString(start, length, StandardCharsets.UTF_8));
      if (next != null) {
        next.line(buffer, start, length);
      }
    }

    @Override
    public void discarded(PacketType type) {
      log(type + " discarded");
      if (next != null) {
        next.discarded(type);
      }
    }

    @Override
    public void malformed(Malformed reason) {
      log(reason.text());
      if (next != null) {
        next.malformed(reason);
      }
    }
  }
}

package io.abraxas.server.connection;

import io.abraxas.server.broker.Session;
import io.abraxas.vertx.protocol.AdminLine;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One peer's connection, a socket or a channel inside this JVM: packets and text lines are decoded
 * where they lie, and what the broker says goes out as packets.
 */
final class ServerConnection extends Wire {
  /** Room for the parts of a packet of bounded size: header, handle, separators. */
  static final int PACKET_ROOM = 128;

  private final String address;
  private final Session session;
  private final PeerWriter writer;
  private final PacketDecoder decoder;
  private final WireLog log;

  /**
   * @param local whether the peer is in this JVM
   */
  ServerConnection(Connections shared, Channel channel, boolean local) {
    super(shared, channel, shared.options().getSlowPeerTimeoutSeconds());
    address = local ? "local" : textOf(channel.remoteAddress());
    writer = new PeerWriter(this, out, shared.handles());
    session = shared.broker().connect(writer, address);
    if (local) {
      // It gives back on purpose; over a socket CANT_DO may as well come from one that failed.
      shared.broker().allowReturns(session);
    }
    decoder =
        new PacketDecoder(
            new RequestReader(shared, this, writer, session),
            shared.options().getMaxPacketSize(),
            shared.budget(session));
    log = WireLog.create(shared.options(), session.number());
  }

  private static String textOf(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "unix";
  }

  /** For logs. */
  @Override
  public String toString() {
    return "connection " + session.number() + " from " + address;
  }

  @Override
  protected void decode(ByteBuf in, ByteBufAllocator allocator) {
    if (log != null) {
      log.received(in);
    }
    decoder.decode(in, allocator);
  }

  @Override
  void sending(ByteBuf bytes) {
    if (log != null) {
      log.sent(bytes);
    }
  }

  @Override
  protected void stopDecoding() {
    decoder.stop();
  }

  void adminLine(ByteBuf buffer, int start, int length) {
    answerBeforeEnd();
    AdminLine line = AdminLine.parse(buffer, start, length);
    ByteBuf reply = writer.begin();
    if (reply == null) {
      return;
    }
    if (isHttp(line)) {
      shared.complaints().say("closing {}: it speaks HTTP", this);
      reply.writeCharSequence(
          "HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nThis is a Gearman job server.\r\n",
          StandardCharsets.US_ASCII);
      closeWhenSent();
      decoder.stop();
    } else {
      shared.console().execute(line, reply, writer::holdAnswer);
    }
    writer.end();
  }

  private static boolean isHttp(AdminLine line) {
    List<String> words = line.words();
    return words.size() == 3 && words.get(2).startsWith("HTTP/");
  }

  void malformed(Malformed reason) {
    shared.complaints().say("closing {}: {}", this, reason.text());
    if (reason == Malformed.TOO_LARGE) {
      writer.error(
          "ARGUMENT_TOO_LARGE",
          "Packet larger than " + shared.options().getMaxPacketSize() + " bytes");
      closeWhenSent();
    } else {
      close();
    }
  }

  /** A packet was added to what goes out, in reply to the peer or because of a rule. */
  void replied() {
    written(shared.reading() == this ? this : null);
  }

  /** Closes the socket as {@link #sendAndClose} does, unless the peer waits for something. */
  void closeIfOwedNothing() {
    if (!session.isOwed() && out.isSettled()) {
      sendAndClose();
    }
  }

  @Override
  protected void gone() {
    shared.closed(this);
    shared.broker().disconnect(session);
  }

  /** A peer that is done takes nothing with it; one that vanished may. */
  @Override
  protected void vanishing() {
    if (session.running() > 0) {
      shared.complaints().say("{} was lost with {} jobs running", this, session.running());
    } else if (decoder.isMidMessage()) {
      shared.complaints().say("{} was lost in the middle of a packet", this);
    }
  }
}

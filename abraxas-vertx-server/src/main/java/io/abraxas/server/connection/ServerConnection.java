package io.abraxas.server.connection;

import io.abraxas.server.broker.Session;
import io.abraxas.vertx.protocol.AdminLine;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's socket: bytes come in here and are decoded at once, bytes go out at the end of the
 * turn in one write.
 *
 * <p>A Netty handler of its own ahead of Vert.x's, since it needs the raw buffers and the end of
 * the turn, and nothing of a {@code NetSocket} but its life.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
  /** Room for the parts of a packet of bounded size: header, handle, separators. */
  static final int PACKET_ROOM = 128;

  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  private final Connections shared;
  private final Channel channel;
  private final String address;
  private final Session session;
  private final Outbound out;
  private final PeerWriter writer;
  private final PacketDecoder decoder;
  private final Congestion congestion;
  private final WireLog log;

  private boolean dirty;
  private boolean closing;
  private boolean closeWhenSent;

  ServerConnection(Connections shared, Channel channel) {
    this.shared = shared;
    this.channel = channel;
    address = textOf(channel.remoteAddress());
    out = new Outbound(channel.alloc());
    congestion = new Congestion(this, shared.options(), channel, out);
    writer = new PeerWriter(this, out, shared.handles());
    session = shared.broker().connect(writer, address);
    decoder =
        new PacketDecoder(
            new RequestReader(shared, this, writer, session),
            shared.options().getMaxPacketSize(),
            shared.budget());
    log = WireLog.create(shared.options(), session.number());
    SocketTuning.apply(channel, shared.options());
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
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (closing) {
        return;
      }
      if (log != null) {
        log.received(in);
      }
      shared.reading(this);
      decoder.decode(in, ctx.alloc());
    } catch (RuntimeException e) {
      LOG.error("closing {} after an error of the server's own", this, e);
      close();
    } finally {
      shared.reading(null);
      shared.turn().touch();
      ReferenceCountUtil.release(in);
    }
  }

  void adminLine(ByteBuf buffer, int start, int length) {
    AdminLine line = AdminLine.parse(buffer, start, length);
    ByteBuf reply = writer.begin();
    if (reply == null) {
      return;
    }
    if (isHttp(line)) {
      LOG.warn("closing {}: it speaks HTTP", this);
      reply.writeCharSequence(
          "HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nThis is a Gearman job server.\r\n",
          StandardCharsets.US_ASCII);
      closeWhenSent = true;
      decoder.stop();
    } else {
      shared.console().execute(line, reply);
    }
    writer.end();
  }

  private static boolean isHttp(AdminLine line) {
    List<String> words = line.words();
    return words.size() == 3 && words.get(2).startsWith("HTTP/");
  }

  void malformed(Malformed reason) {
    LOG.warn("closing {}: {}", this, reason.text());
    if (reason == Malformed.TOO_LARGE) {
      writer.error(
          "ARGUMENT_TOO_LARGE",
          "Packet larger than " + shared.options().getMaxPacketSize() + " bytes");
      closeWhenSent = true;
    } else {
      close();
    }
  }

  /** Whether a packet may be added to what goes out. Past the hard limit the peer is cut off. */
  boolean mayWrite() {
    if (closing) {
      return false;
    }
    if (congestion.isOverLimit()) {
      LOG.warn("closing {}: it does not read, {} bytes wait for it", this, congestion.pending());
      close();
      return false;
    }
    return true;
  }

  /** A packet was added to what goes out. */
  void written() {
    if (!dirty) {
      dirty = true;
      shared.turn().dirty(this);
    }
    congestion.written(shared.reading());
  }

  /** Sends what this turn produced. */
  void flush() {
    dirty = false;
    ByteBuf bytes = out.take();
    if (bytes == null) {
      return;
    }
    if (closing) {
      bytes.release();
      return;
    }
    if (log != null) {
      log.sent(bytes);
    }
    if (closeWhenSent) {
      closing = true;
      channel.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
    } else {
      int length = bytes.readableBytes();
      channel.writeAndFlush(bytes, channel.voidPromise());
      congestion.flushed(length);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    congestion.changed();
    ctx.fireChannelWritabilityChanged();
  }

  /** The peer does not take its bytes. */
  void stalled() {
    LOG.warn(
        "closing {}: it has read nothing for {} s, {} bytes wait for it",
        this,
        shared.options().getSlowPeerTimeoutSeconds(),
        congestion.pending());
    close();
  }

  Congestion congestion() {
    return congestion;
  }

  /** Closes the socket; the broker hears of it in a later turn, as of any loss. */
  void close() {
    if (!closing) {
      closing = true;
      decoder.stop();
      channel.eventLoop().execute(channel::close);
    }
  }

  /** Closes the socket once it took what is due to the peer. */
  void sendAndClose() {
    if (!closing) {
      flush();
      closing = true;
      decoder.stop();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Closes the socket, whatever is still due to the peer. */
  void abort() {
    closing = true;
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    decoder.stop();
    out.close();
    congestion.closed();
    shared.closed(this);
    shared.broker().disconnect(session);
    shared.turn().touch();
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // A server that stops listening tells its connections; those of a graceful stop stay.
    if (!(event instanceof ShutdownEvent)) {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("closing {}: {}", this, cause.getMessage());
    } else {
      LOG.error("closing {} after an error of the server's own", this, cause);
    }
    close();
  }
}

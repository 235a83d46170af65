package io.abraxas.server.connection;

import io.abraxas.server.broker.Session;
import io.abraxas.vertx.protocol.AdminLine;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's connection, a socket or a channel inside this JVM: bytes come in here and are decoded
 * at once, bytes go out at the end of the turn in one write.
 *
 * <p>A Netty handler of its own ahead of Vert.x's, since it needs the raw buffers and the end of
 * the turn, and nothing of a {@code NetSocket} but its life.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
  /** Room for the parts of a packet of bounded size: header, handle, separators. */
  static final int PACKET_ROOM = 128;

  /** What is collected beyond this many bytes is handed to the socket before the turn ends. */
  private static final int MAX_BUFFER = 256 * 1024;

  private static final int LINGER_MILLIS = 500;

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

  /**
   * This handler's own place in the pipeline. Closing the channel as a whole would let Vert.x,
   * further on, send first, and wait for a peer that never reads.
   */
  private ChannelHandlerContext context;

  private boolean dirty;
  private boolean closing;
  private boolean closeWhenSent;

  /**
   * @param local whether the peer is in this JVM
   */
  ServerConnection(Connections shared, Channel channel, boolean local) {
    this.shared = shared;
    this.channel = channel;
    address = local ? "local" : textOf(channel.remoteAddress());
    out = new Outbound(channel.alloc());
    congestion = new Congestion(this, shared.options(), channel, out);
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
    SocketTuning.apply(channel, shared.options());
  }

  private static String textOf(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "unix";
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
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

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // Vert.x would flush here; this connection flushes at the end of the turn.
  }

  void adminLine(ByteBuf buffer, int start, int length) {
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
    shared.complaints().say("closing {}: {}", this, reason.text());
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
      shared
          .complaints()
          .say("closing {}: it does not read, {} bytes wait for it", this, congestion.pending());
      close();
      return false;
    }
    return true;
  }

  /** A packet was added to what goes out, in reply to the peer or because of a rule. */
  void written() {
    ServerConnection source = shared.reading();
    written(source == this ? this : null);
  }

  /** A packet was added to what goes out, which the peer being read made. */
  void relayed() {
    written(shared.reading());
  }

  private void written(ServerConnection source) {
    if (!dirty) {
      dirty = true;
      shared.turn().dirty(this);
    }
    congestion.written(source);
    if (out.sendableBytes() > MAX_BUFFER && !closeWhenSent) {
      // A larger buffer would be copied again and again as it grows.
      pass(out.take());
    }
  }

  private void pass(ByteBuf bytes) {
    if (log != null) {
      log.sent(bytes);
    }
    int length = bytes.readableBytes();
    context.write(bytes, context.voidPromise());
    congestion.handed(length);
  }

  /** Sends what this turn produced. */
  void flush() {
    dirty = false;
    ByteBuf bytes = out.take();
    if (closing) {
      ReferenceCountUtil.release(bytes);
      return;
    }
    if (bytes != null) {
      pass(bytes);
    }
    if (closeWhenSent && out.isSettled()) {
      closing = true;
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> closeSoftly());
    } else {
      context.flush();
    }
    congestion.changed();
  }

  /**
   * Ends our side and goes on reading, and throwing away, for a moment: closed with bytes unread,
   * the socket would be reset, and the peer might never see the last packet.
   */
  private void closeSoftly() {
    if (!(channel instanceof DuplexChannel duplex)) {
      // What was written is read before the close is seen: only sockets need this.
      context.close();
      return;
    }
    duplex.shutdownOutput();
    channel.config().setAutoRead(true);
    channel.eventLoop().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    congestion.changed();
    ctx.fireChannelWritabilityChanged();
  }

  /** The peer does not take its bytes. */
  void stalled() {
    shared
        .complaints()
        .say(
            "closing {}: it has read next to nothing for {} s, {} bytes wait for it",
            this,
            shared.options().getSlowPeerTimeoutSeconds(),
            congestion.pending());
    abort();
  }

  Congestion congestion() {
    return congestion;
  }

  /** Closes the socket; the broker hears of it in a later turn, as of any loss. */
  void close() {
    if (!closing) {
      closing = true;
      decoder.stop();
      channel.eventLoop().execute(context::close);
    }
  }

  /** Closes the socket once it took what is due to the peer. */
  void sendAndClose() {
    if (!closing) {
      flush();
      closing = true;
      decoder.stop();
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> context.close());
    }
  }

  /** Closes the socket as {@link #sendAndClose} does, unless the peer waits for something. */
  void closeIfOwedNothing() {
    if (!session.isOwed() && out.isSettled()) {
      sendAndClose();
    }
  }

  /** Closes the socket, whatever is still due to the peer. */
  void abort() {
    closing = true;
    decoder.stop();
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!closing) {
      tellWhatIsLost();
    }
    closing = true;
    decoder.stop();
    out.close();
    congestion.closed();
    shared.closed(this);
    shared.broker().disconnect(session);
    shared.turn().touch();
    ctx.fireChannelInactive();
  }

  /** A peer that is done takes nothing with it; one that vanished may. */
  private void tellWhatIsLost() {
    if (session.running() > 0) {
      shared.complaints().say("{} was lost with {} jobs running", this, session.running());
    } else if (decoder.isMidMessage()) {
      shared.complaints().say("{} was lost in the middle of a packet", this);
    }
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
      // A reset, for one. The channel closes by itself then, and what is lost is told there.
      LOG.debug("{}: {}", this, cause.getMessage());
      channel.eventLoop().execute(context::close);
    } else {
      LOG.error("closing {} after an error of the server's own", this, cause);
      close();
    }
  }
}

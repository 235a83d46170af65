package io.abraxas.server.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket's place in the turn of the event loop: bytes come in and are decoded at once, bytes go
 * out at the end of the turn in one write. What the bytes mean is up to those who extend it.
 *
 * <p>A Netty handler of its own ahead of Vert.x's, since it needs the raw buffers and the end of
 * the turn, and nothing of a {@code NetSocket} but its life.
 */
public abstract class Wire extends ChannelInboundHandlerAdapter {
  /** What is collected beyond this many bytes is handed to the socket before the turn ends. */
  private static final int MAX_BUFFER = 256 * 1024;

  private static final int LINGER_MILLIS = 500;

  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

  final Connections shared;
  final Channel channel;
  final Outbound out;
  private final Congestion congestion;

  /**
   * This handler's own place in the pipeline. Closing the channel as a whole would let Vert.x,
   * further on, send first, and wait for a peer that never reads.
   */
  private ChannelHandlerContext context;

  private boolean dirty;
  private boolean closing;
  private boolean closeWhenSent;

  /**
   * Takes its place beside the server's other connections.
   *
   * @param slowPeerTimeoutSeconds after which a peer that does not take its bytes is closed; 0:
   *     never
   */
  protected Wire(Connections shared, Channel channel, int slowPeerTimeoutSeconds) {
    this.shared = shared;
    this.channel = channel;
    out = new Outbound(channel.alloc());
    congestion = new Congestion(this, shared.options(), channel, out, slowPeerTimeoutSeconds);
    SocketTuning.apply(channel, shared.options());
  }

  /** Handles what came; the bytes are valid during the call. */
  protected abstract void decode(ByteBuf in, ByteBufAllocator allocator);

  /** Nothing more is to be decoded. */
  protected abstract void stopDecoding();

  /** The socket goes, and this side did not close it: for a word in the log. */
  protected abstract void vanishing();

  /** The socket is gone, whoever closed it. */
  protected abstract void gone();

  /** Bytes are about to go to the socket. */
  void sending(ByteBuf bytes) {}

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (closing) {
        return;
      }
      shared.reading(this);
      decode(in, ctx.alloc());
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

  /** Whether this side has closed it, or is about to. */
  protected final boolean isClosing() {
    return closing;
  }

  /** Whether it is not read for now, because somebody does not take what it causes. */
  protected final boolean isHeld() {
    return congestion.isStopped();
  }

  /** Whether a packet may be added to what goes out. Past the hard limit the peer is cut off. */
  protected final boolean mayWrite() {
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

  /** Where the next packet is to be written, if {@link #mayWrite}; told by {@link #written}. */
  protected final ByteBuf buffer() {
    return out.buffer();
  }

  /** A packet was added to what goes out, which nobody is to be stopped for. */
  protected final void written() {
    written(null);
  }

  /** A packet was added to what goes out, which the peer being read made. */
  protected final void relayed() {
    written(shared.reading());
  }

  /** A packet was added to what goes out, because of what {@code source} sent; null: nobody. */
  final void written(Wire source) {
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
    sending(bytes);
    int length = bytes.readableBytes();
    context.write(bytes, context.voidPromise());
    congestion.handed(length);
  }

  /** Sends what this turn produced. */
  final void flush() {
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

  /** Closes the socket when the last that was written has gone out. */
  final void closeWhenSent() {
    closeWhenSent = true;
  }

  /**
   * From now on a peer that says that it will send nothing more, as {@code nc -N} does, gets what
   * is due to it before it is closed. Otherwise Netty closes it at once, before the turn ends.
   */
  final void answerBeforeEnd() {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  private void ended() {
    if (out.isSettled() && congestion.pending() == 0) {
      context.close();
    } else {
      closeWhenSent();
      if (!dirty) {
        flush();
      }
    }
  }

  /**
   * Ends our side and goes on reading, and throwing away, for a moment: closed with bytes unread,
   * the socket would be reset, and the peer might never see the last packet.
   */
  private void closeSoftly() {
    if (!(channel instanceof DuplexChannel duplex) || duplex.isInputShutdown()) {
      // Only sockets need this, and of a peer that has ended its side nothing is unread.
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
  final void stalled() {
    shared
        .complaints()
        .say(
            "closing {}: it has read next to nothing for {} s, {} bytes wait for it",
            this,
            shared.options().getSlowPeerTimeoutSeconds(),
            congestion.pending());
    abort();
  }

  final Congestion congestion() {
    return congestion;
  }

  /** Closes the socket; the broker hears of it in a later turn, as of any loss. */
  public final void close() {
    if (!closing) {
      closing = true;
      stopDecoding();
      channel.eventLoop().execute(context::close);
    }
  }

  /** Closes the socket once it took what is due to the peer. */
  public final void sendAndClose() {
    if (!closing) {
      flush();
      closing = true;
      stopDecoding();
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> context.close());
    }
  }

  /** Closes the socket, whatever is still due to the peer. */
  public final void abort() {
    closing = true;
    stopDecoding();
    context.close();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    if (!closing) {
      vanishing();
    }
    closing = true;
    stopDecoding();
    out.close();
    congestion.closed();
    gone();
    shared.turn().touch();
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      ended();
      return;
    }
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

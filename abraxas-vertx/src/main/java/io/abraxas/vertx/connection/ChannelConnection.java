package io.abraxas.vertx.connection;

import io.abraxas.vertx.protocol.MemoryBudget;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;

/** A {@link Connection} over a Netty channel, whose bytes it decodes in place. */
final class ChannelConnection extends ChannelInboundHandlerAdapter implements Connection {
  /** A batch that has grown to this many bytes is written without waiting for the turn's end. */
  private static final int FULL_BATCH = 64 * 1024;

  private static final int FIRST_CAPACITY = 2 * 1024;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private final ContextInternal loop;
  private final Channel channel;
  private final ConnectionListener listener;
  private final PacketDecoder decoder;
  private final WireLog log;

  /** What this turn has written so far; null when nothing. */
  private ByteBuf batch;

  /** Packets that wait for the end of a payload; null when nothing waits. */
  private ByteBuf held;

  private boolean inPayload;

  /** Whether a read is being delivered, after which comes a flush anyway. */
  private boolean reading;

  private boolean flushScheduled;
  private boolean closing;
  private boolean closed;
  private Throwable cause;

  ChannelConnection(
      ContextInternal loop,
      Channel channel,
      ConnectionListener listener,
      int maxPacketLength,
      WireLog log) {
    this.loop = loop;
    this.channel = channel;
    this.listener = listener;
    this.log = log;
    this.decoder =
        new PacketDecoder(log.received(listener), maxPacketLength, MemoryBudget.UNLIMITED);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
  }

  @Override
  public ByteBuf out() {
    return inPayload ? heldOut() : batchOut();
  }

  private ByteBuf heldOut() {
    if (held == null) {
      held = closed ? Unpooled.buffer() : channel.alloc().buffer(FIRST_CAPACITY);
    }
    return held;
  }

  private ByteBuf batchOut() {
    if (batch == null) {
      batch = closed ? Unpooled.buffer() : channel.alloc().buffer(FIRST_CAPACITY);
    }
    return batch;
  }

  @Override
  public void written() {
    if (!inPayload) {
      flushSoon();
    } else if (closed) {
      dropUnsent();
    }
  }

  private void flushSoon() {
    if (closed) {
      dropUnsent();
    } else if (batch != null && batch.readableBytes() >= FULL_BATCH) {
      flush();
    } else if (!reading && !flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(this::scheduledFlush);
    }
  }

  private void scheduledFlush() {
    flushScheduled = false;
    flush();
  }

  private void flush() {
    if (batch != null && !closed) {
      ByteBuf full = batch;
      batch = null;
      log.sent(full);
      channel.writeAndFlush(full, channel.voidPromise());
    }
  }

  @Override
  public boolean isWritable() {
    return !inPayload && isPayloadWritable();
  }

  @Override
  public boolean isPayloadWritable() {
    return !closing && channel.isWritable();
  }

  @Override
  public void beginPayload() {
    inPayload = true;
  }

  @Override
  public ByteBuf payloadOut() {
    return batchOut();
  }

  @Override
  public void payloadWritten() {
    flushSoon();
  }

  @Override
  public void endPayload() {
    inPayload = false;
    if (held != null) {
      batchOut().writeBytes(held);
      held.release();
      held = null;
      flushSoon();
    }
    if (isWritable()) {
      listener.drained();
    }
  }

  @Override
  public void pauseReading() {
    channel.config().setAutoRead(false);
  }

  @Override
  public void resumeReading() {
    channel.config().setAutoRead(true);
  }

  @Override
  public Future<Void> close() {
    Promise<Void> promise = loop.promise();
    closing = true;
    if (closed) {
      return loop.succeededFuture();
    }
    // Bytes after a payload that will never end would be taken for a part of it.
    flush();
    ChannelFuture flushed = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    flushed.addListener(ChannelFutureListener.CLOSE);
    channel.closeFuture().addListener(done -> promise.tryComplete());
    return promise.future();
  }

  @Override
  public void abort(Throwable cause) {
    if (this.cause == null) {
      this.cause = cause;
    }
    decoder.stop();
    closing = true;
    // From our place in the pipeline: the handler of Vert.x would flush first, and so wait for a
    // peer that may never read again.
    ChannelHandlerContext own = channel.pipeline().context(this);
    if (own != null) {
      own.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    reading = true;
    try {
      log.received(in);
      loop.dispatch(in, this::decode);
    } finally {
      in.release();
    }
  }

  private void decode(ByteBuf in) {
    try {
      decoder.decode(in, channel.alloc());
    } catch (RuntimeException e) {
      // Our bug. The state of this connection cannot be trusted any more.
      loop.reportException(e);
      abort(e);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    flush();
    context.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable() && !closing) {
      loop.dispatch(nothing -> listener.drained());
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable e) {
    abort(e);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!closed) {
      closed = true;
      closing = true;
      decoder.stop();
      dropUnsent();
      loop.dispatch(nothing -> listener.closed(cause));
    }
    context.fireChannelInactive();
  }

  private void dropUnsent() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
    if (held != null) {
      held.release();
      held = null;
    }
  }
}

package io.abraxas.vertx.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One end of a connection inside this JVM: buffers written to it are read from its peer, which may
 * live on the same event loop or on another of any kind.
 *
 * <p>It behaves as a socket does. Reading is asked for; while the peer does not read, only so much
 * is under way, and the rest waits in the outbound buffer, so that writability and progress tell
 * what they tell of a socket. A close lets the peer read what was written before.
 *
 * <p>Netty's own {@code LocalChannel} needs an {@code IoHandler} of its kind, which no event loop
 * of Vert.x has, and its queue has no bound.
 *
 * <p>Nothing of a peer is ever called from a write: it reads at the end of its loop's next turn,
 * all that is there by then, at most once a turn. So neither a flood nor a game of ping-pong
 * starves the sockets of the loop.
 */
final class PipeChannel extends AbstractChannel {
  /** Unread bytes above which the peer waits; a write may go beyond it once, by as much. */
  static final int CAPACITY = 256 * 1024;

  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final EventLoop home;
  private final SocketAddress address;
  private final Runnable turn = this::endOfTurn;
  private final Runnable reading = this::deliver;

  /** Set once, before either end is used. */
  private PipeChannel peer;

  /** What the peer has written and nobody has read yet. Its loop adds, ours takes. */
  private final Queue<ByteBuf> inbound = new ConcurrentLinkedQueue<>();

  private final AtomicInteger unread = new AtomicInteger();

  /** Whether a read is on its way. */
  private final AtomicBoolean readDue = new AtomicBoolean();

  /** Whether we wait for the peer to read. Set on our loop, reset by who wakes us. */
  private volatile boolean waiting;

  private volatile boolean open = true;

  /** Whether reading was asked for. Confined to the loop. */
  private boolean wanted;

  private PipeChannel(EventLoop home, SocketAddress address) {
    super(null);
    this.home = home;
    this.address = address;
    // Half as fast again as Netty's default, the adaptive one, with these buffers.
    config.setAllocator(PooledByteBufAllocator.DEFAULT);
  }

  /**
   * Makes both ends, neither registered; this one is ours, {@link #peer} the other.
   *
   * @param name what both ends show as their addresses
   */
  static PipeChannel between(EventLoop ours, EventLoop others, String name) {
    SocketAddress address = new Name(name);
    PipeChannel near = new PipeChannel(ours, address);
    near.peer = new PipeChannel(others, address);
    near.peer.peer = near;
    return near;
  }

  PipeChannel peer() {
    return peer;
  }

  /** Registers it with its loop, on which this is called. */
  void register() {
    home.register(this);
  }

  @Override
  protected void doBeginRead() {
    wanted = true;
    if (!inbound.isEmpty() || !peer.open) {
      readSoon();
    }
  }

  private void readSoon() {
    if (readDue.compareAndSet(false, true)) {
      home.execute(turn);
    }
  }

  /** Waits for the end of the turn, to which this task belongs. */
  private void endOfTurn() {
    if (home instanceof SingleThreadEventLoop loop) {
      loop.executeAfterEventLoopIteration(reading);
    } else {
      deliver();
    }
  }

  private void deliver() {
    // First: what is added from here on may be missed below, and asks for a turn of its own.
    readDue.set(false);
    boolean last = !peer.open;
    if (wanted && !inbound.isEmpty()) {
      wanted = false;
      deliverAll();
    }
    if (last && open && inbound.isEmpty()) {
      unsafe().close(unsafe().voidPromise());
    }
  }

  private void deliverAll() {
    ChannelPipeline pipeline = pipeline();
    int taken = 0;
    ByteBuf next = inbound.poll();
    while (next != null) {
      taken += next.readableBytes();
      pipeline.fireChannelRead(next);
      // Not for ever: the peer may go on writing.
      next = taken < CAPACITY && config.isAutoRead() ? inbound.poll() : null;
    }
    unread.addAndGet(-taken);
    if (peer.waiting) {
      peer.writeSoon();
    }
    pipeline.fireChannelReadComplete();
  }

  private void writeSoon() {
    waiting = false;
    home.execute(((PipeUnsafe) unsafe())::writeRest);
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) {
    for (ByteBuf next = (ByteBuf) out.current(); next != null; next = (ByteBuf) out.current()) {
      int length = next.readableBytes();
      if (!peer.open || length == 0) {
        // As into a socket whose other side is gone: its close is on its way here.
        out.remove();
      } else if (!peerHasRoom()) {
        return;
      } else if (length > CAPACITY) {
        peer.written(next.readRetainedSlice(CAPACITY), CAPACITY);
        out.progress(CAPACITY);
      } else {
        peer.written(next.retain(), length);
        out.remove();
      }
    }
  }

  private boolean peerHasRoom() {
    if (peer.unread.get() < CAPACITY) {
      return true;
    }
    waiting = true;
    // The peer may have read before it could see that we wait.
    return peer.unread.get() < CAPACITY || !peer.open;
  }

  /** Called on the peer's loop. */
  private void written(ByteBuf bytes, int length) {
    unread.addAndGet(length);
    inbound.add(bytes);
    if (open) {
      readSoon();
    } else {
      releaseInbound();
    }
  }

  private void releaseInbound() {
    for (ByteBuf next = inbound.poll(); next != null; next = inbound.poll()) {
      next.release();
    }
  }

  @Override
  protected void doClose() {
    if (!open) {
      return;
    }
    open = false;
    releaseInbound();
    try {
      // It reads what we wrote, then closes; what it still writes goes nowhere.
      peer.readSoon();
      peer.writeSoon();
    } catch (RejectedExecutionException e) {
      // Its loop is gone, and the other end with it.
      peer.releaseInbound();
    }
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    ReferenceCountUtil.release(message);
    throw new UnsupportedOperationException("bytes only, not " + message.getClass());
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == home;
  }

  @Override
  protected SocketAddress localAddress0() {
    return address;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return address;
  }

  @Override
  protected void doBind(SocketAddress local) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new PipeUnsafe();
  }

  private final class PipeUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException());
    }

    /** Writes what was flushed and had no room. */
    void writeRest() {
      flush0();
    }
  }

  /** An address for those who print it. */
  private static final class Name extends SocketAddress {
    private static final long serialVersionUID = 1;

    private final String text;

    Name(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

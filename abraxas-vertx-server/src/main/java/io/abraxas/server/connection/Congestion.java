package io.abraxas.server.connection;

import io.abraxas.server.ConnectionOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What happens while a peer does not take its bytes as fast as others make them.
 *
 * <p>Above the high-water mark the server stops reading from whoever caused the bytes: the workers
 * that feed a client, or the peer itself. That holds all else these connections do, which is the
 * accepted cost. Below half the mark they are read again. A peer that takes next to nothing for the
 * timeout, or for whom more than the hard limit waits, is closed. The limit is checked before a
 * packet is added, and the largest packet that waits does not count: one packet of any size never
 * trips it, nor do small ones behind it.
 */
final class Congestion {
  /** The share of the high-water mark that a peer must take within the timeout. */
  private static final int LEAST_SHARE = 16;

  private final Wire connection;
  private final Channel channel;
  private final Outbound out;
  private final int highWater;
  private final long limit;
  private final int timeoutSeconds;

  /** Those that are not read because of this peer; null almost always. */
  private Set<Wire> stopped;

  /** How many peers keep this one from being read. */
  private int stoppers;

  /** Bytes with the socket that it has not taken, as of the last flush. */
  private long unsent;

  /** The largest packet that may be among the bytes that wait. */
  private long largest;

  /** Bytes that waited here before the packet that is being added. */
  private long before;

  /** Bytes ever handed to the socket. */
  private long handed;

  private long takenAtCheck;
  private ScheduledFuture<?> check;

  /**
   * @param timeoutSeconds after which a peer that takes next to nothing is closed; 0: never
   */
  Congestion(
      Wire connection,
      ConnectionOptions options,
      Channel channel,
      Outbound out,
      int timeoutSeconds) {
    this.connection = connection;
    this.channel = channel;
    this.out = out;
    highWater = options.getHighWaterMark();
    limit = options.getMaxUnsent();
    this.timeoutSeconds = timeoutSeconds;
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(highWater / 2, highWater));
  }

  /** Bytes that wait for the peer, here and with the socket. */
  long pending() {
    return out.bytes() + unsent;
  }

  boolean isOverLimit() {
    before = out.bytes();
    return before + unsent > limit && currentUnsent() + before > limit + largest;
  }

  private long currentUnsent() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    unsent = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    return unsent;
  }

  /** Bytes were added because of what {@code source} sent, null when of nobody's. */
  void written(Wire source) {
    long waiting = out.bytes();
    largest = Math.max(largest, waiting - before);
    // The count of unsent bytes is that of the last flush: look again before somebody is stopped.
    if (source != null && waiting + unsent > highWater && waiting + currentUnsent() > highWater) {
      stopped = stopped == null ? new HashSet<>() : stopped;
      if (stopped.add(source)) {
        source.congestion().stopReading();
      }
    }
  }

  /** Whether the peer is not read for now. */
  boolean isStopped() {
    return stoppers > 0;
  }

  private void stopReading() {
    if (stoppers++ == 0) {
      channel.config().setAutoRead(false);
    }
  }

  private void readAgain() {
    if (--stoppers == 0) {
      channel.config().setAutoRead(true);
    }
  }

  /** Bytes were handed to the socket, to be flushed later. */
  void handed(int bytes) {
    handed += bytes;
    unsent += bytes;
  }

  /** The socket took bytes, or was offered some. */
  void changed() {
    // Netty tells of the way below half the mark only after the way above the mark, so a channel
    // that is writable now would never be heard of again.
    if (currentUnsent() == 0 && out.bytes() == 0) {
      largest = 0;
    }
    if (channel.isWritable()) {
      release();
    }
    if (unsent > highWater / 2 && check == null && timeoutSeconds > 0) {
      takenAtCheck = taken();
      check = channel.eventLoop().schedule(this::check, timeoutSeconds, TimeUnit.SECONDS);
    }
  }

  private void check() {
    check = null;
    boolean moving = taken() - takenAtCheck >= highWater / LEAST_SHARE;
    if (currentUnsent() > highWater / 2 && !moving) {
      connection.stalled();
    } else {
      changed();
    }
  }

  /** Bytes the socket ever took, those of a packet that is under way included. */
  private long taken() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return handed - currentUnsent() + (buffer == null ? 0 : buffer.currentProgress());
  }

  private void release() {
    if (stopped != null) {
      Set<Wire> released = stopped;
      stopped = null;
      released.forEach(source -> source.congestion().readAgain());
    }
  }

  /** The peer is gone: nobody waits for it. */
  void closed() {
    if (check != null) {
      check.cancel(false);
      check = null;
    }
    release();
  }
}

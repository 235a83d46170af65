package io.abraxas.server.connection;

import io.abraxas.server.GearmanServerOptions;
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
 * accepted cost. Below half the mark they are read again. A peer that takes nothing at all for the
 * timeout, or for whom more than the hard limit waits, is closed; one packet of any size never
 * trips that limit, since it is checked before a packet is added.
 */
final class Congestion {
  private final ServerConnection connection;
  private final Channel channel;
  private final Outbound out;
  private final int highWater;
  private final long limit;
  private final int timeoutSeconds;

  /** Those that are not read because of this peer; null almost always. */
  private Set<ServerConnection> stopped;

  /** How many peers keep this one from being read. */
  private int stoppers;

  /** Bytes with the socket that it has not taken, as of the last flush. */
  private long unsent;

  /** Bytes ever handed to the socket. */
  private long handed;

  private long takenAtCheck;
  private ScheduledFuture<?> check;

  Congestion(
      ServerConnection connection, GearmanServerOptions options, Channel channel, Outbound out) {
    this.connection = connection;
    this.channel = channel;
    this.out = out;
    highWater = options.getHighWaterMark();
    limit = options.getMaxUnsent();
    timeoutSeconds = options.getSlowPeerTimeoutSeconds();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(highWater / 2, highWater));
  }

  /** Bytes that wait for the peer, here and with the socket. */
  long pending() {
    return out.bytes() + unsent;
  }

  boolean isOverLimit() {
    return out.sendableBytes() + unsent > limit && currentUnsent() + out.bytes() > limit;
  }

  private long currentUnsent() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    unsent = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    return unsent;
  }

  /** Bytes were added because of what {@code source} sent, null when of nobody's. */
  void written(ServerConnection source) {
    if (out.sendableBytes() + unsent > highWater && source != null) {
      stopped = stopped == null ? new HashSet<>() : stopped;
      if (stopped.add(source)) {
        source.congestion().stopReading();
      }
    }
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

  /** Bytes were handed to the socket, which took what it could. */
  void flushed(int bytes) {
    handed += bytes;
    changed();
  }

  /** The socket took bytes. */
  void changed() {
    if (currentUnsent() <= highWater / 2) {
      release();
    } else if (check == null && timeoutSeconds > 0) {
      takenAtCheck = handed - unsent;
      check = channel.eventLoop().schedule(this::check, timeoutSeconds, TimeUnit.SECONDS);
    }
  }

  private void check() {
    check = null;
    long taken = handed - currentUnsent();
    if (unsent > highWater / 2 && taken == takenAtCheck) {
      connection.stalled();
    } else {
      changed();
    }
  }

  private void release() {
    if (stopped != null) {
      Set<ServerConnection> released = stopped;
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

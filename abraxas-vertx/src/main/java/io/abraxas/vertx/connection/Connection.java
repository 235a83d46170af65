package io.abraxas.vertx.connection;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;

/**
 * A connection to a server, confined to the loop.
 *
 * <p>What is written to {@link #out} during one turn of the loop leaves in one write. Between
 * {@link #beginPayload} and {@link #endPayload} one packet has the connection for itself: what is
 * written to {@link #out} meanwhile follows after it.
 */
public interface Connection {
  /** Where to append whole packets, each followed by a call of {@link #written}. */
  ByteBuf out();

  /** Says that whole packets were appended to {@link #out}. */
  void written();

  /** Whether more should be written: unsent bytes are below the high-water mark. */
  boolean isWritable();

  /** Begins a packet that is written piece by piece, over any number of turns. */
  void beginPayload();

  /** Where its pieces go, its header first; each followed by {@link #payloadWritten}. */
  ByteBuf payloadOut();

  /** Says that bytes were appended to {@link #payloadOut}. */
  void payloadWritten();

  /** Whether more of it should be written. */
  boolean isPayloadWritable();

  /** Ends the packet and lets the others follow. */
  void endPayload();

  /** Stops reading. What was read already is still delivered. */
  void pauseReading();

  /** Reads again. */
  void resumeReading();

  /** Sends what was written, then closes. */
  Future<Void> close();

  /** Closes at once. {@code cause} is what the listener gets. */
  void abort(Throwable cause);
}

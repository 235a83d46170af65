package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;

/**
 * What a client asks for: a view of a submit where it lies in the network buffer. A connection has
 * one instance and fills it anew each time; the broker copies what it keeps.
 */
public final class Submit {
  Priority priority;
  boolean background;
  ByteBuf buffer;
  int functionStart;
  int functionLength;
  int uniqueStart;
  int uniqueLength;
  int payloadStart;
  int payloadLength;
  int reducerStart;
  int reducerLength;
  long dueMillis;

  /** Begins a new one, with nothing but these. */
  public Submit set(ByteBuf newBuffer, Priority newPriority, boolean newBackground) {
    buffer = newBuffer;
    priority = newPriority;
    background = newBackground;
    reducerLength = 0;
    dueMillis = 0;
    return this;
  }

  /** Where the name of the function lies. */
  public Submit function(int start, int length) {
    functionStart = start;
    functionLength = length;
    return this;
  }

  /** Where the unique id lies; a length of 0: none. */
  public Submit unique(int start, int length) {
    uniqueStart = start;
    uniqueLength = length;
    return this;
  }

  /** Where the payload lies. */
  public Submit payload(int start, int length) {
    payloadStart = start;
    payloadLength = length;
    return this;
  }

  /** Where the name of the reducer lies; a length of 0: none. */
  public Submit reducer(int start, int length) {
    reducerStart = start;
    reducerLength = length;
    return this;
  }

  /** Not before this time, in milliseconds since the Unix epoch. */
  public Submit due(long epochMillis) {
    dueMillis = epochMillis;
    return this;
  }

  /** Whether the unique id is a lone {@code -}: the payload takes its place as the key. */
  boolean isKeyedByPayload() {
    return uniqueLength == 1 && buffer.getByte(uniqueStart) == '-';
  }

  byte[] copy(int start, int length) {
    if (length == 0) {
      return Job.NONE;
    }
    byte[] copy = new byte[length];
    buffer.getBytes(start, copy);
    return copy;
  }
}

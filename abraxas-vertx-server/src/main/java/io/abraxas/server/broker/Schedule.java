package io.abraxas.server.broker;

/** A job that is submitted anew at each of its times until it is cancelled. */
public final class Schedule extends Timed {
  final long handle;
  final FunctionQueue function;
  final byte[] unique;
  byte[] payload;
  String fields;
  Recurrence recurrence;

  /** Which submit made it what it is, for the store of several servers. */
  String mark;

  /** What the latest firing made, or null. */
  Job latest;

  Schedule(long handle, FunctionQueue function, byte[] unique) {
    this.handle = handle;
    this.function = function;
    this.unique = unique;
  }

  /** The number in its handle. */
  @Override
  public long handle() {
    return handle;
  }

  /** The name of its function; not to be changed. */
  public byte[] functionName() {
    return function.name;
  }

  /** Its time fields as submitted. */
  public String fields() {
    return fields;
  }

  /** That of the jobs it makes; not to be changed. */
  public byte[] payload() {
    return payload;
  }

  /** Which submit made it what it is, as its store knows it; null when it is in none. */
  public String mark() {
    return mark;
  }

  /** When it fires next, in milliseconds since the Unix epoch. */
  public long nextMillis() {
    return at;
  }

  /** Whether the unique id is a lone {@code -}: the payload takes its place as the key. */
  static boolean isKeyedByPayload(byte[] unique) {
    return unique.length == 1 && unique[0] == '-';
  }

  long cost() {
    return cost(unique.length, payload.length);
  }

  static long cost(int uniqueLength, int payloadLength) {
    return 2L * Job.OVERHEAD + uniqueLength + payloadLength;
  }
}

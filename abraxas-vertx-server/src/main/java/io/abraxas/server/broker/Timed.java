package io.abraxas.server.broker;

/** Something that is to happen at a time: a node of one {@link Deadlines} at most. */
abstract class Timed {
  /** When, in the unit of the {@link Deadlines} it is in. */
  long at;

  /** The number in its handle. */
  public abstract long handle();

  /** Place in the heap, -1 when it is in none. */
  int heapIndex = -1;
}

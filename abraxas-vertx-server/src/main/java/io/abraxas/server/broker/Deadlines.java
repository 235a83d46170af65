package io.abraxas.server.broker;

import java.util.Arrays;

/**
 * A heap of what is to happen, soonest first. Adding and removing cost a logarithm of its size; of
 * equal times the older handle comes first.
 */
final class Deadlines {
  private static final int FIRST_CAPACITY = 16;

  private Timed[] heap = new Timed[FIRST_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  /** The soonest, or null. */
  Timed peek() {
    return size == 0 ? null : heap[0];
  }

  void add(Timed timed, long at) {
    if (timed.heapIndex >= 0) {
      throw new IllegalStateException("already in a heap");
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    timed.at = at;
    up(size++, timed);
  }

  /** Takes it out, if it is in. */
  void remove(Timed timed) {
    int i = timed.heapIndex;
    if (i < 0) {
      return;
    }
    timed.heapIndex = -1;
    Timed last = heap[--size];
    heap[size] = null;
    if (last != timed) {
      up(i, last);
      if (heap[i] == last) {
        down(i, last);
      }
    }
    if (size < heap.length / 4 && heap.length > FIRST_CAPACITY) {
      heap = Arrays.copyOf(heap, heap.length / 2);
    }
  }

  private void up(int start, Timed timed) {
    int i = start;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!before(timed, heap[parent])) {
        break;
      }
      set(i, heap[parent]);
      i = parent;
    }
    set(i, timed);
  }

  private void down(int start, Timed timed) {
    int i = start;
    int half = size >>> 1;
    while (i < half) {
      int child = 2 * i + 1;
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], timed)) {
        break;
      }
      set(i, heap[child]);
      i = child;
    }
    set(i, timed);
  }

  private void set(int i, Timed timed) {
    heap[i] = timed;
    timed.heapIndex = i;
  }

  /** By difference, so that a wrapped nanosecond clock still compares right. */
  private static boolean before(Timed a, Timed b) {
    long difference = a.at - b.at;
    return difference < 0 || (difference == 0 && a.handle() < b.handle());
  }
}

package io.abraxas.vertx;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A hash table whose keys are looked up as bytes inside a packet, so that finding a handle or a
 * function makes no object. Open addressing, at most half full, and no graves: removing closes the
 * gap.
 */
final class ByteKeyTable<V> {
  private static final int FIRST_CAPACITY = 16;

  /** Handles differ at their end: that much of it is hashed. */
  private static final int HASHED_BYTES = 16;

  private byte[][] keys = new byte[FIRST_CAPACITY][];
  private Object[] values = new Object[FIRST_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  /** The value of the key that lies in the buffer, or null. */
  V get(ByteBuf buffer, int start, int length) {
    int i = hash(buffer, start, length) & (keys.length - 1);
    for (; keys[i] != null; i = (i + 1) & (keys.length - 1)) {
      if (equal(keys[i], buffer, start, length)) {
        return value(i);
      }
    }
    return null;
  }

  V get(byte[] key) {
    int i = find(key);
    return keys[i] == null ? null : value(i);
  }

  /** Adds or replaces. The key is kept, not copied. */
  void put(byte[] key, V value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int i = find(key);
    if (keys[i] == null) {
      size++;
    }
    keys[i] = key;
    values[i] = value;
  }

  void remove(byte[] key) {
    int hole = find(key);
    if (keys[hole] == null) {
      return;
    }
    size--;
    int mask = keys.length - 1;
    for (int i = (hole + 1) & mask; keys[i] != null; i = (i + 1) & mask) {
      int home = hash(keys[i]) & mask;
      // Invariant: between an entry's home and its place nothing is empty. It may move into the
      // hole unless its home lies between the two.
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        keys[hole] = keys[i];
        values[hole] = values[i];
        hole = i;
      }
    }
    keys[hole] = null;
    values[hole] = null;
  }

  /** Empties the table, then calls for every value that was in it. */
  void drain(Consumer<V> action) {
    Object[] all = values;
    keys = new byte[FIRST_CAPACITY][];
    values = new Object[FIRST_CAPACITY];
    size = 0;
    for (Object value : all) {
      if (value != null) {
        action.accept(cast(value));
      }
    }
  }

  private void grow() {
    byte[][] oldKeys = keys;
    Object[] oldValues = values;
    keys = new byte[2 * oldKeys.length][];
    values = new Object[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }

  /** Where the key is, or the empty place where it would be. */
  private int find(byte[] key) {
    int i = hash(key) & (keys.length - 1);
    while (keys[i] != null && !Arrays.equals(keys[i], key)) {
      i = (i + 1) & (keys.length - 1);
    }
    return i;
  }

  private V value(int i) {
    return cast(values[i]);
  }

  @SuppressWarnings("unchecked") // Only put() writes values.
  private V cast(Object value) {
    return (V) value;
  }

  private static boolean equal(byte[] key, ByteBuf buffer, int start, int length) {
    if (key.length != length) {
      return false;
    }
    for (int i = length - 1; i >= 0; i--) {
      if (key[i] != buffer.getByte(start + i)) {
        return false;
      }
    }
    return true;
  }

  private static int hash(byte[] key) {
    int hash = key.length;
    for (int i = Math.max(0, key.length - HASHED_BYTES); i < key.length; i++) {
      hash = 31 * hash + key[i];
    }
    return mix(hash);
  }

  private static int hash(ByteBuf buffer, int start, int length) {
    int hash = length;
    for (int i = start + Math.max(0, length - HASHED_BYTES); i < start + length; i++) {
      hash = 31 * hash + buffer.getByte(i);
    }
    return mix(hash);
  }

  private static int mix(int hash) {
    int h = hash * 0x9E3779B9;
    return h ^ (h >>> 16);
  }
}

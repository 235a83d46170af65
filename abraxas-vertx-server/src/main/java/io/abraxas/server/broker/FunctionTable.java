package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** All functions by name; a name is looked up where it lies in a network buffer, without a copy. */
final class FunctionTable {
  private FunctionQueue[] chains = new FunctionQueue[64];
  private int size;

  int size() {
    return size;
  }

  /** The function with this name, or null. */
  FunctionQueue find(ByteBuf bytes, int start, int length) {
    int hash = UniqueIndex.hash(bytes, start, length);
    FunctionQueue f = chains[hash & (chains.length - 1)];
    while (f != null && !(f.hash == hash && equal(f.name, bytes, start, length))) {
      f = f.chain;
    }
    return f;
  }

  /** The function with this name, or null. */
  FunctionQueue find(byte[] name) {
    return find(Unpooled.wrappedBuffer(name), 0, name.length);
  }

  /** Makes the function with this name, which must not exist. */
  FunctionQueue create(ByteBuf bytes, int start, int length) {
    if (size >= chains.length) {
      grow();
    }
    byte[] name = new byte[length];
    bytes.getBytes(start, name);
    FunctionQueue f = new FunctionQueue(name, UniqueIndex.hash(bytes, start, length));
    link(f);
    size++;
    return f;
  }

  void remove(FunctionQueue function) {
    int i = function.hash & (chains.length - 1);
    FunctionQueue before = null;
    FunctionQueue f = chains[i];
    while (f != function) {
      before = f;
      f = f.chain;
    }
    if (before == null) {
      chains[i] = f.chain;
    } else {
      before.chain = f.chain;
    }
    size--;
  }

  /** All functions, in no order to rely on. */
  List<FunctionQueue> all() {
    List<FunctionQueue> all = new ArrayList<>(size);
    for (FunctionQueue chain : chains) {
      for (FunctionQueue f = chain; f != null; f = f.chain) {
        all.add(f);
      }
    }
    return all;
  }

  private void link(FunctionQueue f) {
    int i = f.hash & (chains.length - 1);
    f.chain = chains[i];
    chains[i] = f;
  }

  private void grow() {
    List<FunctionQueue> all = all();
    chains = new FunctionQueue[chains.length * 2];
    all.forEach(this::link);
  }

  static boolean equal(byte[] key, ByteBuf bytes, int start, int length) {
    return key.length == length && startsWith(key, bytes, start);
  }

  /** Whether the bytes from {@code start} on are those of {@code key}; they must be there. */
  static boolean startsWith(byte[] key, ByteBuf bytes, int start) {
    for (int i = 0; i < key.length; i++) {
      if (key[i] != bytes.getByte(start + i)) {
        return false;
      }
    }
    return true;
  }
}

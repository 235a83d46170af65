package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import com.hazelcast.map.MapInterceptor;

/** A map that refuses some operations, as one whose members are out of reach. */
@SuppressWarnings("serial") // Members of one JVM.
abstract class MapTrouble implements MapInterceptor {
  /** What is done while there is this trouble. */
  void during(IMap<?, ?> map, Runnable action) {
    String interceptor = map.addInterceptor(this);
    try {
      action.run();
    } finally {
      map.removeInterceptor(interceptor);
    }
  }

  /** Nothing can be removed. */
  static final class NoRemoval extends MapTrouble {
    @Override
    public Object interceptRemove(Object value) {
      throw new IllegalStateException("not now");
    }
  }

  /** Records that end with this byte cannot be changed. */
  static final class NoChange extends MapTrouble {
    private final byte last;

    NoChange(char last) {
      this.last = (byte) last;
    }

    @Override
    public Object interceptPut(Object before, Object next) {
      byte[] bytes = (byte[]) before;
      if (bytes != null && bytes[bytes.length - 1] == last) {
        throw new IllegalStateException("not now");
      }
      return null;
    }
  }

  @Override
  public Object interceptGet(Object value) {
    return null;
  }

  @Override
  public void afterGet(Object value) {}

  @Override
  public Object interceptPut(Object before, Object next) {
    return null;
  }

  @Override
  public void afterPut(Object value) {}

  @Override
  public Object interceptRemove(Object value) {
    return null;
  }

  @Override
  public void afterRemove(Object before) {}
}

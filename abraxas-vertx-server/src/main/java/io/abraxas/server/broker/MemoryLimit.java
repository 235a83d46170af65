package io.abraxas.server.broker;

/** Counts bytes against a limit. Shared by queued jobs and half-received packets. */
public final class MemoryLimit {
  private final long limit;
  private long used;

  /**
   * @param limit in bytes; 0 or less: none
   */
  public MemoryLimit(long limit) {
    this.limit = limit <= 0 ? Long.MAX_VALUE : limit;
  }

  /** Takes bytes if there is room for all of them. */
  public boolean tryReserve(long bytes) {
    if (bytes > limit - used) {
      return false;
    }
    used += bytes;
    return true;
  }

  /** Takes bytes even beyond the limit. */
  public void reserve(long bytes) {
    used += bytes;
  }

  /** Gives bytes back. */
  public void release(long bytes) {
    used -= bytes;
  }

  /** Bytes taken now. */
  public long used() {
    return used;
  }
}

package io.abraxas.server.cluster;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The records of jobs by their keys, see {@code JobRecord}, as the store changes them.
 *
 * <p>Any thread may call it, and none is blocked. A stage completes on any thread; a call that
 * throws has done nothing.
 */
interface JobMap {
  /** Jobs that were numbered one after the other are kept together, so many of them. */
  int TOGETHER = 64;

  /** Whether one operation may write both. */
  static boolean isTogether(long handle, long other) {
    return handle / TOGETHER == other / TOGETHER;
  }

  CompletionStage<?> set(String key, byte[] record);

  /** Sets several that are kept together. When it fails, any of them may have been set. */
  CompletionStage<?> setAll(List<String> keys, List<byte[]> records);

  CompletionStage<?> remove(String key);
}

package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import java.util.SplittableRandom;

/**
 * Jobs by function and unique id, and by unique id alone.
 *
 * <p>A hash table whose chains run through the jobs. The hash covers the unique id and not the
 * function, so that one chain answers both questions. Of several jobs with the same key, as a
 * schedule may make, the newest is found.
 */
final class UniqueIndex {
  private static final int FIRST_CAPACITY = 64;

  private static final SplittableRandom RANDOM = new SplittableRandom();

  // They differ in each process, so that a peer cannot choose ids that share a chain.
  private static final long SEED = RANDOM.nextLong();
  private static final long SECRET = RANDOM.nextLong() | 1;

  private Job[] chains = new Job[FIRST_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  /** The newest job of the function that was submitted with these bytes as its key, or null. */
  Job find(
      FunctionQueue function, boolean byPayload, int hash, ByteBuf bytes, int start, int length) {
    for (Job job = chains[hash & (chains.length - 1)]; job != null; job = job.uniqueNext) {
      if (job.uniqueHash == hash
          && job.function == function
          && job.keyedByPayload == byPayload
          && FunctionTable.equal(byPayload ? job.payload : job.unique, bytes, start, length)) {
        return job;
      }
    }
    return null;
  }

  /** The newest accepted job with this unique id, whatever its function, or null. */
  Job findAny(ByteBuf bytes, int start, int length) {
    int hash = hash(bytes, start, length);
    for (Job job = chains[hash & (chains.length - 1)]; job != null; job = job.uniqueNext) {
      if (job.uniqueHash == hash
          && !job.keyedByPayload
          && !job.state.isHidden()
          && FunctionTable.equal(job.unique, bytes, start, length)) {
        return job;
      }
    }
    return null;
  }

  void add(Job job, int hash) {
    if (size >= chains.length) {
      resize(chains.length * 2);
    }
    job.uniqueHash = hash;
    int i = hash & (chains.length - 1);
    job.uniqueNext = chains[i];
    chains[i] = job;
    size++;
  }

  /** Takes the job out, if it is in. */
  void remove(Job job) {
    int i = job.uniqueHash & (chains.length - 1);
    Job before = null;
    for (Job j = chains[i]; j != null; before = j, j = j.uniqueNext) {
      if (j == job) {
        if (before == null) {
          chains[i] = job.uniqueNext;
        } else {
          before.uniqueNext = job.uniqueNext;
        }
        job.uniqueNext = null;
        size--;
        if (size < chains.length / 8 && chains.length > FIRST_CAPACITY) {
          resize(chains.length / 4);
        }
        return;
      }
    }
  }

  private void resize(int capacity) {
    Job[] old = chains;
    chains = new Job[Math.max(FIRST_CAPACITY, capacity)];
    for (Job chain : old) {
      // Reversed first, so that the order within a chain, newest first, survives.
      Job reversed = null;
      for (Job j = chain; j != null; ) {
        Job next = j.uniqueNext;
        j.uniqueNext = reversed;
        reversed = j;
        j = next;
      }
      for (Job j = reversed; j != null; ) {
        Job next = j.uniqueNext;
        int i = j.uniqueHash & (chains.length - 1);
        j.uniqueNext = chains[i];
        chains[i] = j;
        j = next;
      }
    }
  }

  static int hash(ByteBuf bytes, int start, int length) {
    long h = SEED ^ length;
    int i = start;
    int end = start + length;
    for (; end - i >= Long.BYTES; i += Long.BYTES) {
      h = mix(h ^ bytes.getLongLE(i));
    }
    if (i < end) {
      long rest = 0;
      for (; i < end; i++) {
        rest = rest << 8 | (bytes.getByte(i) & 0xff);
      }
      h = mix(h ^ rest);
    }
    return (int) (h ^ h >>> 32);
  }

  /** All 128 bits of a product count: what a change of the input does depends on the secret. */
  private static long mix(long value) {
    return value * SECRET ^ Math.multiplyHigh(value, SECRET);
  }
}

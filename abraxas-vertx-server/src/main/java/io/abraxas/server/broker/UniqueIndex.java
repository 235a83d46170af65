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

  /** Differs in each process, so that a peer cannot choose ids that share a chain. */
  private static final int SEED = new SplittableRandom().nextInt() | 1;

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
          && !job.state.isUnaccepted()
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
    int h = SEED;
    int i = start;
    for (int end = start + length - 3; i < end; i += 4) {
      h = (h ^ bytes.getIntLE(i)) * 0x9E3779B1;
      h ^= h >>> 15;
    }
    for (int end = start + length; i < end; i++) {
      h = (h ^ bytes.getByte(i)) * 0x01000193;
    }
    return spread(h);
  }

  private static int spread(int hash) {
    int h = hash;
    h ^= h >>> 16;
    h *= 0x85EBCA6B;
    h ^= h >>> 13;
    h *= 0xC2B2AE35;
    return h ^ (h >>> 16);
  }
}

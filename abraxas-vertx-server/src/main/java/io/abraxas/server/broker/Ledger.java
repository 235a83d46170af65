package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tables of all that exists, which always agree: a job that is in one is in every one that it
 * belongs to.
 */
final class Ledger {
  final FunctionTable functions = new FunctionTable();
  final JobTable jobs = new JobTable();
  final UniqueIndex uniques = new UniqueIndex();
  final MemoryLimit memory;
  private final JobStore store;
  private final UniqueOwners owners;
  private List<Job> puts = new ArrayList<>();
  private List<Long> removed = new ArrayList<>();
  private long lastHandle;

  /** Jobs that the store was asked to forget, until it answers and no reading is under way. */
  private final Set<Long> ended = new HashSet<>();

  /** Those of them that the store has forgotten while a reading was under way. */
  private final List<Long> answered = new ArrayList<>();

  private boolean reading;

  /** Jobs among {@link #jobs} whose home is another node. */
  private int elsewhere;

  Ledger(MemoryLimit memory, JobStore store, UniqueOwners owners) {
    this.memory = memory;
    this.store = store;
    this.owners = owners;
  }

  /** Jobs that this server is the home of. */
  int size() {
    return jobs.size() - elsewhere;
  }

  boolean hasStore() {
    return store != null;
  }

  /** Whether what has to outlive this server would. */
  boolean takesBackgroundJobs() {
    return store == null || store.isOpen();
  }

  /** The next number for a handle, of a job or a schedule. */
  long nextHandle() {
    return ++lastHandle;
  }

  FunctionQueue function(ByteBuf name, int start, int length) {
    FunctionQueue f = functions.find(name, start, length);
    return f != null ? f : functions.create(name, start, length);
  }

  /** Enters a job whose memory is reserved. Its home alone counts it. */
  void add(Job job) {
    jobs.add(job);
    if (job.isBorrowed()) {
      elsewhere++;
    } else {
      job.function.total++;
    }
  }

  /**
   * A job that claims its unique id turns out to be one of another node. What is needed to run it
   * is of no use here.
   */
  void follow(Job job, long handle) {
    long cost = job.cost();
    if (!job.keyedByPayload) {
      job.payload = Job.NONE;
    }
    job.reducer = null;
    memory.release(cost - job.cost());
    jobs.remove(job);
    job.handle = handle;
    job.state = JobState.FOLLOWING;
    job.background = false;
    jobs.add(job);
    elsewhere++;
    job.function.total--;
    job.function.following++;
  }

  /** Takes a job out of everything; it must be in no list. */
  void remove(Job job) {
    retire(job);
    job.state = JobState.GONE;
    jobs.remove(job);
  }

  /** Takes a job out of everything but the table of handles, where it is known as cancelled. */
  void retire(Job job) {
    if (job.state == JobState.CANCELLED) {
      return;
    }
    boolean followed = job.state == JobState.FOLLOWING;
    job.state = JobState.CANCELLED;
    memory.release(job.cost());
    if (job.isBorrowed()) {
      elsewhere--;
      return;
    }
    if (followed) {
      elsewhere--;
      job.function.following--;
    } else {
      job.function.total--;
    }
    if (job.unique.length > 0) {
      uniques.remove(job);
    }
    if (job.claimed) {
      owners.forget(job);
    }
    if (job.isInStore()) {
      discard(job.handle);
    }
    dropIfUnused(job.function);
  }

  /** Whether unique ids are claimed among several servers. */
  boolean sharesUniques() {
    return owners != null;
  }

  /** Makes a job known by its key; false when it has none. */
  boolean addKey(Job job) {
    boolean byPayload = Schedule.isKeyedByPayload(job.unique);
    byte[] key = byPayload ? job.payload : job.unique;
    if (key.length > 0) {
      job.keyedByPayload = byPayload;
      uniques.add(job, UniqueIndex.hash(Unpooled.wrappedBuffer(key), 0, key.length));
    }
    return key.length > 0;
  }

  /** Whether the job ended here, and a reading of the store may bring it all the same. */
  boolean hasEnded(long handle) {
    return ended.contains(handle);
  }

  void beginReading() {
    reading = true;
  }

  void endReading() {
    reading = false;
    answered.forEach(ended::remove);
    answered.clear();
  }

  /** The store has forgotten a job. */
  void forgotten(long handle) {
    if (reading) {
      answered.add(handle);
    } else {
      ended.remove(handle);
    }
  }

  /** Has the store forget a job, at the end of this turn. */
  void discard(long handle) {
    Long boxed = handle;
    removed.add(boxed);
    ended.add(boxed);
  }

  void dropIfUnused(FunctionQueue function) {
    if (function.isUnused() && function.following == 0 && function.wants == null) {
      functions.remove(function);
    }
  }

  /** Has the store write the job, at the end of this turn. */
  void store(Job job) {
    job.storing = true;
    puts.add(job);
  }

  /** Hands the store what this turn changed. */
  void endTurn() {
    if (puts.isEmpty() && removed.isEmpty()) {
      return;
    }
    List<Job> batch = puts;
    List<Long> gone = removed;
    puts = new ArrayList<>();
    removed = new ArrayList<>();
    // Those that were refused in this very turn.
    batch.removeIf(job -> job.state == JobState.GONE);
    if (!batch.isEmpty() || !gone.isEmpty()) {
      store.write(batch, gone);
    }
  }
}

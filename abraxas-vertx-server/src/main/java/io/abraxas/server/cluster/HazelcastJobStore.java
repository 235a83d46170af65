package io.abraxas.server.cluster;

import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.JobStore;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.store.JobRecord;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Background jobs in the replicated map {@link Maps#JOBS}. Confined to the event loop.
 *
 * <p>For each key one operation is under way at a time, and the newest waiting one follows: else
 * one that is tried again could overtake, and a deleted job come back. What waits, see {@link
 * WriteQueue}, is bounded by the memory that the broker lets its jobs have.
 *
 * <p>What fails, or may have failed, is done again. Puts of submits end with the store timeout;
 * then the client is told, and what they may have written is deleted. All others go on until the
 * server ends.
 *
 * <p>While the cluster is thin, see {@link Replicas}, a put may have reached fewer members than it
 * should. So the answers to submits are held until it is not thin any more.
 */
final class HazelcastJobStore implements JobStore {
  private static final long TICK_MILLIS = 50;

  /** Deadlines are looked at every so many ticks only: they are seconds. */
  private static final int TICKS_A_LOOK = 5;

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastJobStore.class);

  private final ScheduledExecutorService loop;
  private final Origins origins;
  private final long timeoutNanos;
  private final Answers answers;
  private final LongObjectMap<JobWrite> writes = new LongObjectHashMap<>();
  private final WriteQueue queue = new WriteQueue();
  private final List<JobWrite> failed = new ArrayList<>();

  /** Submits that are stored, but whose client may not know it yet. */
  private final Queue<Long> held = new ArrayDeque<>();

  private StoreAnswers broker;
  private Runnable turn;
  private BooleanSupplier thin;
  private BooleanSupplier open;

  /** Whether the cluster is thin, as of the beginning of a batch of answers. */
  private boolean holding;

  private boolean ticking;
  private int ticks;
  private final StoreTrouble trouble = new StoreTrouble(LOG, "store jobs");
  private boolean closed;

  /**
   * A store that nothing can be given to yet.
   *
   * @param timeoutMillis how long a submit may take
   */
  HazelcastJobStore(ScheduledExecutorService loop, Origins origins, long timeoutMillis) {
    this.loop = loop;
    this.origins = origins;
    timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    answers = new Answers(loop, this::beginAnswers, this::endAnswers);
  }

  /**
   * The server has joined.
   *
   * @param map of the jobs
   * @param broker gets the answers
   * @param turn run after a batch of them
   * @param thin whether answers to submits are to be held; asked once a batch
   * @param open whether there are members enough for background jobs; asked at each submit
   */
  void open(
      JobMap map, StoreAnswers broker, Runnable turn, BooleanSupplier thin, BooleanSupplier open) {
    queue.open(map);
    this.broker = broker;
    this.turn = turn;
    this.thin = thin;
    this.open = open;
  }

  private void arrived(JobWrite write, Throwable failure) {
    queue.arrived(write);
    if (closed) {
      return;
    }
    if (failure == null) {
      succeeded(write);
    } else {
      failed(write, failure);
    }
  }

  @Override
  public void write(List<Job> puts, List<Long> removed) {
    long now = System.currentTimeMillis();
    for (int i = 0; i < puts.size(); i++) {
      Job job = puts.get(i);
      put(job.handle(), JobRecord.write(StoredJob.of(job, now), origins), !job.isStored());
    }
    for (int i = 0; i < removed.size(); i++) {
      remove(removed.get(i));
    }
    issue();
  }

  private void issue() {
    if (!closed) {
      queue.issue();
    }
  }

  @Override
  public boolean isOpen() {
    return open.getAsBoolean();
  }

  /**
   * Writes a job, with the next call of {@link #write} at the latest.
   *
   * @param submit whether it fails after the store timeout
   */
  void put(long handle, byte[] record, boolean submit) {
    if (closed) {
      return;
    }
    JobWrite write = change(handle, record);
    if (submit && !write.submit) {
      write.submit = true;
      write.deadlineNanos = System.nanoTime() + timeoutNanos;
    }
  }

  private void remove(long handle) {
    if (closed) {
      return;
    }
    change(handle, null).submit = false;
  }

  private JobWrite change(long handle, byte[] record) {
    JobWrite write = writes.get(handle);
    if (write == null) {
      write = new JobWrite(answers, handle, JobRecord.key(handle, origins), this::arrived);
      write.record = record;
      writes.put(handle, write);
      queue.add(write);
      tickLater();
    } else if (write.isUnderWay) {
      write.hasNext = true;
      write.next = record;
    } else {
      // It has not begun, or has failed: this takes its place.
      write.record = record;
    }
    return write;
  }

  private void beginAnswers() {
    holding = thin.getAsBoolean();
  }

  private void endAnswers() {
    issue();
    turn.run();
  }

  private void succeeded(JobWrite write) {
    if (write.failures > 0) {
      write.failures = 0;
      trouble.recovered();
    }
    boolean superseded = write.hasNext;
    if (write.record == null) {
      if (!superseded) {
        broker.forgotten(write.handle);
      }
    } else if (!superseded || write.next != null) {
      stored(write);
    }
    if (superseded) {
      write.takeNext();
      queue.add(write);
    } else {
      writes.remove(write.handle);
    }
  }

  private void stored(JobWrite write) {
    if (write.submit && holding) {
      held.add(write.handle);
    } else {
      broker.stored(write.handle, true);
    }
    write.submit = false;
  }

  private void failed(JobWrite write, Throwable failure) {
    trouble.failed(write.failures == 0, failure);
    if (write.hasNext) {
      write.takeNext();
    }
    long pause = FIRST_PAUSE_MILLIS << Math.min(write.failures, 10);
    write.failures++;
    write.againNanos =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(pause, MAX_PAUSE_MILLIS));
    failed.add(write);
  }

  private void tickLater() {
    if (!ticking && !closed) {
      ticking = true;
      try {
        loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        closed = true;
      }
    }
  }

  private void tick() {
    ticking = false;
    if (closed || writes.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    tryAgain(now);
    if (++ticks % TICKS_A_LOOK == 0) {
      giveUp(now);
    }
    tickLater();
    turn.run();
  }

  private void tryAgain(long now) {
    failed.removeIf(
        write -> {
          if (write.againNanos - now > 0) {
            return false;
          }
          queue.add(write);
          return true;
        });
    issue();
  }

  private void giveUp(long now) {
    List<JobWrite> late = new ArrayList<>();
    for (JobWrite write : writes.values()) {
      if (write.submit && write.deadlineNanos - now <= 0) {
        late.add(write);
      }
    }
    for (JobWrite write : late) {
      // It may have been written all the same, or be so later.
      remove(write.handle);
      broker.stored(write.handle, false);
    }
  }

  /** The cluster is not thin any more: tells those who were not to know. */
  void release() {
    holding = false;
    for (Long handle = held.poll(); handle != null; handle = held.poll()) {
      broker.stored(handle, true);
    }
    turn.run();
  }

  /** Whether everything that was asked for is done. */
  boolean isIdle() {
    return writes.isEmpty();
  }

  /** Begins nothing any more. What is under way goes on, unheard. */
  void close() {
    closed = true;
    queue.clear();
    failed.clear();
    held.clear();
  }
}

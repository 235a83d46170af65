package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import io.abraxas.server.broker.Adoption;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the claims to unique ids agree with the jobs, as far as these are known here: those of this
 * server, and those of servers that are gone and whose jobs it has taken over. It removes claims
 * without a job: mostly those of foreground jobs, which ended with their server, and some that a
 * merge has brought back. It puts back claims of jobs taken over that the map lacks: it may have
 * lost them, or a server was lost between the removal of a claim and that of its job's record.
 *
 * <p>It goes through the map partition by partition, and goes on when what it found in one is
 * removed: so few claims are held at a time, few removals come before the claims of submits, and
 * the thread is free in between. It blocks while a partition is read and looked up, and is confined
 * to the cluster's thread.
 */
final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  /** So many removals are asked for at a time. */
  private static final int SLICE = 128;

  private static final long RETRY_MILLIS = 250;

  private final IMap<String, byte[]> map;
  private final String[] partitionKeys;
  private final Origins origins;
  private final BrokerLoop loop;
  private final HazelcastUniqueOwners owners;
  private final Predicate<String> isGone;
  private final ScheduledExecutorService thread;

  private boolean active;

  /** Whether it goes on when something else is done, which is under way. */
  private boolean waiting;

  /** How many partitions were read. */
  private int read;

  /** Claims without a job in the partition that was read last. */
  private final Queue<Claim> stale = new ArrayDeque<>();

  /** Jobs taken over whose claims are in the partitions that were read. */
  private LongStream.Builder kept = LongStream.builder();

  private int removed;

  /** Whether the last attempt failed, which the log has. */
  private boolean failing;

  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Claim(String key, byte[] value, long handle) {}

  /**
   * @param partitionKeys for each partition a key that lies in it
   * @param isGone whether an origin is, and all its jobs are known here; asked on any thread
   * @param thread the cluster's
   */
  Sweep(
      IMap<String, byte[]> map,
      String[] partitionKeys,
      Origins origins,
      BrokerLoop loop,
      HazelcastUniqueOwners owners,
      Predicate<String> isGone,
      ScheduledExecutorService thread) {
    this.map = map;
    this.partitionKeys = partitionKeys;
    this.origins = origins;
    this.loop = loop;
    this.owners = owners;
    this.isGone = isGone;
    this.thread = thread;
  }

  /** Goes through the map, from the beginning when it does so already. */
  void begin() {
    active = true;
    startOver();
    if (!waiting) {
      waiting = true;
      post(0);
    }
  }

  private void startOver() {
    read = 0;
    stale.clear();
    kept = LongStream.builder();
  }

  /** Goes on with nothing. What is under way is done. */
  void end() {
    active = false;
  }

  /** Whether it is done, or has ended. */
  boolean isDone() {
    return !active;
  }

  private void post(long delayMillis) {
    try {
      thread.schedule(this::goOn, delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the server ends", e);
    }
  }

  private void goOn() {
    waiting = false;
    if (!active) {
      return;
    }
    try {
      if (!stale.isEmpty()) {
        removeSome();
      } else if (read < partitionKeys.length) {
        look(partitionKeys[read]);
        read++;
        waiting = true;
        post(0);
      } else {
        putBack();
        active = false;
      }
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn("could not look through the claims to unique ids, trying again: {}", e.toString());
      }
      LOG.debug("in detail", e);
      startOver();
      waiting = true;
      post(RETRY_MILLIS);
    }
  }

  private void look(String partitionKey) {
    List<Claim> claims = new ArrayList<>();
    map.entrySet(Predicates.partitionPredicate(partitionKey, Predicates.alwaysTrue()))
        .forEach(entry -> add(entry, claims));
    if (!claims.isEmpty()) {
      Adoption adoption = loop.call(broker -> broker.adoption());
      LongStream.Builder takenOver = LongStream.builder();
      List<Claim> ended = new ArrayList<>();
      loop.forEach(
          claims,
          claim -> {
            if (!adoption.isKnown(claim.handle)) {
              ended.add(claim);
            } else if (Origins.index(claim.handle) != 0) {
              takenOver.add(claim.handle);
            }
          });
      takenOver.build().forEach(kept::add);
      stale.addAll(ended);
    }
  }

  private void add(Map.Entry<String, byte[]> entry, List<Claim> claims) {
    try {
      long handle = UniqueEntry.handle(entry.getValue(), origins);
      if (knowsAllOf(handle)) {
        claims.add(new Claim(entry.getKey(), entry.getValue(), handle));
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("left a claim where it is: {}", e.getMessage());
    }
  }

  /** Whether all jobs of a job's origin are known here. */
  private boolean knowsAllOf(long handle) {
    int index = Origins.index(handle);
    return index == 0 || isGone.test(origins.incarnation(index));
  }

  private void removeSome() {
    List<Claim> slice = new ArrayList<>();
    while (slice.size() < SLICE && !stale.isEmpty()) {
      slice.add(stale.remove());
    }
    int[] left = {slice.size()};
    Runnable end =
        () -> {
          if (--left[0] == 0) {
            post(0);
          }
        };
    waiting = true;
    removed += slice.size();
    loop.run(
        broker -> {
          for (Claim claim : slice) {
            BooleanSupplier stillStale =
                () -> knowsAllOf(claim.handle) && !broker.adoption().isKnown(claim.handle);
            // Its server may be back, or its job be found, which others have brought.
            if (stillStale.getAsBoolean()) {
              owners.remove(claim.key, claim.value, stillStale, end);
            } else {
              end.run();
            }
          }
        });
  }

  /** Claims the ids of jobs taken over again whose claims were in no partition. */
  private void putBack() {
    long[] handles = kept.build().sorted().toArray();
    List<Job> lacking = new ArrayList<>();
    loop.run(
        broker ->
            broker
                .adoption()
                .forEachClaimed(
                    job -> {
                      if (Origins.index(job.handle()) != 0
                          && knowsAllOf(job.handle())
                          && Arrays.binarySearch(handles, job.handle()) < 0) {
                        lacking.add(job);
                      }
                    }));
    loop.run(broker -> owners.restore(lacking));
    if (removed > 0 || !lacking.isEmpty()) {
      LOG.info(
          "removed {} claims to unique ids that no job has any more, put back {}",
          removed,
          lacking.size());
      removed = 0;
    }
  }
}

package io.abraxas.server.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this server do its part in the cluster as it is now, whatever happened before: one pass,
 * which may be run at any time and any number of times.
 *
 * <ol>
 *   <li>This server's own entry is made right.
 *   <li>Jobs of origins whose home is another server that serves are given up.
 *   <li>Origins whose home serves no more, and whose heir this server is, are claimed.
 *   <li>After a merge or the loss of a partition all jobs are written again, and the others are
 *       told to compare.
 *   <li>Records of the origins claimed are read and adopted.
 *   <li>Once all replicas are complete, map and broker are compared; then this server is safe.
 *       Claims to unique ids are compared after that.
 * </ol>
 *
 * <p>A pass is made when something happens, four times a second until this server is safe, and now
 * and then, since events of Hazelcast can be lost with the member that sends them.
 *
 * <p>Passes run on the cluster's thread. What tells of events may be called on any.
 */
final class Reconciliation {
  private static final long RETRY_MILLIS = 250;
  private static final long ORPHANS_MILLIS = 1000;
  private static final long PERIOD_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  private final HazelcastInstance hazelcast;
  private final Maps maps;
  private final Nodes nodes;
  private final String self;
  private final OwnEntry own;
  private final Presence presence;
  private final Orphans orphans;
  private final Takeover takeover;
  private final Settlement settlement;
  private final Replicas replicas;
  private final BooleanSupplier writesDone;
  private final Consumer<Homes> witness;
  private final ScheduledExecutorService thread;

  /** What happened so far; this server is safe when it has dealt with all. */
  private final AtomicInteger changes = new AtomicInteger(1);

  private final AtomicBoolean posted = new AtomicBoolean();

  /** Whether records may have come that were not there when they were read. */
  private volatile boolean lost;

  /** Whether the map may have lost records. */
  private volatile boolean restoring;

  /** Whether map and broker may differ for other reasons than that they change. */
  private volatile boolean uncompared = true;

  private volatile int safeFor;

  // Confined to the cluster's thread from here on.

  private Future<?> later;
  private boolean stopped;

  /** What the log was last told. */
  private String told;

  /** The epoch of each server that serves, when this was last looked at. */
  private Map<String, Long> epochs = Map.of();

  /** Which servers served no more when this was last looked at, and whether they were there. */
  private Map<String, String> gone = Map.of();

  /** Origins whose records were read, with the epoch they had then. */
  private final Map<String, Long> read = new HashMap<>();

  /** Other origins that this server may have jobs of. */
  private final Set<String> held = new HashSet<>();

  /** Origins whose records were written for another home, which is to be told when that is done. */
  private final Set<String> toTell = new HashSet<>();

  /**
   * @param writesDone whether the store has no write under way; asked on the cluster's thread
   * @param witness told of the cluster as each pass sees it
   * @param graceMillis how long a member may be silent before it is lost
   */
  Reconciliation(
      Maps maps,
      Nodes nodes,
      String self,
      OwnEntry own,
      Takeover takeover,
      Settlement settlement,
      Replicas replicas,
      BooleanSupplier writesDone,
      Consumer<Homes> witness,
      long graceMillis,
      ScheduledExecutorService thread) {
    this.maps = maps;
    hazelcast = maps.hazelcast();
    this.nodes = nodes;
    this.self = self;
    this.own = own;
    this.takeover = takeover;
    this.settlement = settlement;
    this.replicas = replicas;
    this.writesDone = writesDone;
    this.witness = witness;
    long graceNanos = TimeUnit.MILLISECONDS.toNanos(graceMillis);
    presence = new Presence(graceNanos);
    orphans = new Orphans(nodes, graceNanos);
    this.thread = thread;
  }

  /** Whether this server has dealt with all that happened, and all replicas are complete. */
  boolean isSafe() {
    return safeFor == changes.get();
  }

  /** Something happened. */
  void review() {
    changes.incrementAndGet();
    post();
  }

  /** Records are on other members now: this server compares once they are complete there. */
  void reviewRecords() {
    uncompared = true;
    review();
  }

  /** A server is gone: records may have been written until then. */
  void reviewLoss() {
    lost = true;
    reviewRecords();
  }

  /** Records may be missing in the map: after a merge, or because a partition was lost. */
  void restore() {
    restoring = true;
    reviewLoss();
  }

  /** Ends the passes; on the cluster's thread. One that runs is over then. */
  void stop() {
    stopped = true;
    settlement.stop();
    if (later != null) {
      later.cancel(false);
    }
  }

  private void post() {
    if (posted.compareAndSet(false, true)) {
      try {
        thread.execute(this::pass);
      } catch (RejectedExecutionException e) {
        LOG.debug("the server ends", e);
      }
    }
  }

  private void pass() {
    posted.set(false);
    if (stopped) {
      return;
    }
    if (later != null) {
      later.cancel(false);
    }
    int dealtWith = changes.get();
    long delay = RETRY_MILLIS;
    try {
      if (reconcile(dealtWith)) {
        delay = orphans.isEmpty() ? PERIOD_MILLIS : ORPHANS_MILLIS;
      }
    } catch (HazelcastInstanceNotActiveException e) {
      LOG.debug("the server is in no cluster any more", e);
    } catch (RuntimeException e) {
      LOG.warn("could not do its part in the cluster, trying again: {}", e.toString());
      LOG.debug("in detail", e);
    }
    if (!stopped && !thread.isShutdown()) {
      later = schedule(delay);
    }
  }

  private Future<?> schedule(long delay) {
    try {
      return thread.schedule(this::post, delay, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the server ends", e);
      return null;
    }
  }

  /**
   * The pass.
   *
   * @return whether there is nothing to do until something happens
   */
  private boolean reconcile(int dealtWith) {
    if (lost) {
      lost = false;
      forgetWhatWasRead();
    }
    own.ensure();
    Homes homes = look();
    giveUp(homes);
    if (orphans.claim(homes)) {
      homes = look();
    }
    List<String> inherited = homes.inherited();
    if (restoring) {
      restoring = false;
      restore(inherited);
    }
    adopt(inherited, homes);
    tellNewHomes();
    if (!uncompared && safeFor == dealtWith && changes.get() == dealtWith) {
      return forget(inherited, homes);
    }
    if (!toTell.isEmpty() || !replicas.check()) {
      return false;
    }
    if (uncompared) {
      compare(inherited, homes);
    }
    boolean done = forget(inherited, homes);
    safeFor = dealtWith;
    if (isSafe()) {
      tellSafe(homes.inherited().size(), serving(homes));
    }
    return isSafe() && done;
  }

  private void compare(List<String> inherited, Homes homes) {
    uncompared = false;
    try {
      takeover.compare(inherited, homes);
      settlement.sweep();
    } catch (RuntimeException e) {
      uncompared = true;
      throw e;
    }
  }

  private void tellSafe(int inherited, long serving) {
    String text = "safe: " + serving + " servers, home of the jobs of " + inherited + " others";
    if (!text.equals(told)) {
      LOG.info(text);
      told = text;
    }
  }

  private static long serving(Homes homes) {
    return homes.nodes().keySet().stream().filter(homes::isServing).count();
  }

  private Homes look() {
    Map<String, NodeEntry> entries = nodes.read();
    Set<UUID> members = new HashSet<>();
    hazelcast.getCluster().getMembers().forEach(member -> members.add(member.getUuid()));
    Homes homes = new Homes(self, entries, presence.update(members, entries, System.nanoTime()));
    witness.accept(homes);
    Map<String, String> goneNow = new HashMap<>();
    Map<String, Long> epochsNow = new HashMap<>();
    entries.forEach(
        (incarnation, entry) -> {
          if (homes.isServing(incarnation)) {
            epochsNow.put(incarnation, entry.epoch());
          } else {
            goneNow.put(incarnation, entry.state() + " " + homes.isThere(incarnation));
          }
        });
    if (!gone.entrySet().containsAll(goneNow.entrySet())) {
      // What one had running when it handed its jobs over is to be taken over as well.
      forgetWhatWasRead();
      reviewRecords();
    }
    if (!epochs.entrySet().containsAll(epochsNow.entrySet())) {
      // It has brought back records, perhaps of jobs that ended here while it did so.
      reviewRecords();
    }
    gone = goneNow;
    epochs = epochsNow;
    return homes;
  }

  private void giveUp(Homes homes) {
    for (String origin : List.copyOf(held)) {
      if (!homes.nodes().containsKey(origin)) {
        continue;
      }
      String home = homes.homeOf(origin);
      if (!home.equals(self) && homes.isServing(home)) {
        // An origin that serves knows its jobs itself.
        boolean write = !home.equals(origin);
        unread(origin);
        takeover.giveUp(origin, write);
        held.remove(origin);
        if (write) {
          toTell.add(origin);
        }
      }
    }
  }

  /** Another epoch with the same home tells it to read once more. */
  private void tellNewHomes() {
    if (!toTell.isEmpty() && writesDone.getAsBoolean()) {
      for (String origin : toTell) {
        NodeEntry entry = nodes.get(origin);
        if (entry != null) {
          nodes.replace(origin, entry, entry.claimedBy(entry.home()));
        }
      }
      toTell.clear();
    }
  }

  private void restore(List<String> inherited) {
    try {
      takeover.writeAgain(inherited);
      own.raise();
    } catch (RuntimeException e) {
      restoring = true;
      throw e;
    }
  }

  private void adopt(List<String> inherited, Homes homes) {
    Map<String, Long> unread = new HashMap<>();
    for (String origin : inherited) {
      long epoch = homes.nodes().get(origin).epoch();
      if (!Long.valueOf(epoch).equals(read.get(origin))) {
        unread.put(origin, epoch);
      }
    }
    if (!unread.isEmpty()) {
      held.addAll(unread.keySet());
      uncompared = true;
      takeover.adopt(unread.keySet(), homes);
      settlement.settle(unread.keySet(), homes);
      read.putAll(unread);
    }
  }

  private void forgetWhatWasRead() {
    read.clear();
    settlement.clear();
  }

  private void unread(String origin) {
    read.remove(origin);
    settlement.leave(origin);
  }

  /**
   * Removes what is known of lost servers of which no job is left, once the claims are compared:
   * without it nobody would look for theirs. Whether they are.
   */
  private boolean forget(List<String> inherited, Homes homes) {
    if (!settlement.isSwept()) {
      return false;
    }
    for (String origin : takeover.workedOff(inherited)) {
      boolean isHome =
          homes.nodes().entrySet().stream()
              .anyMatch(e -> !e.getKey().equals(origin) && e.getValue().home().equals(origin));
      if (!isHome && !homes.isThere(origin)) {
        maps.running().delete(origin);
        nodes.remove(origin, homes.nodes().get(origin));
        held.remove(origin);
        unread(origin);
      }
    }
    return true;
  }
}

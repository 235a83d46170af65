package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Owner;
import io.abraxas.server.broker.UniqueOwners;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unique ids in the replicated map {@link Maps#UNIQUES}: who puts its claim there first owns the
 * id. Confined to the event loop.
 *
 * <p>Every operation names the value that it expects, and a claim has a value of its own. So it is
 * harmless to do one again whose outcome is not known, and to do several for one key at once.
 *
 * <p>Claims that wait are bounded by the memory that the broker lets its jobs have, what is swept
 * up and put back by a number. A claim ends with the store timeout, a removal with the server.
 */
final class HazelcastUniqueOwners implements UniqueOwners {
  /** How often deadlines are looked at, which are seconds. */
  private static final long LOOK_MILLIS = 250;

  /** So many claims are put back at a time. */
  private static final int MAX_RESTORING = 128;

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastUniqueOwners.class);

  private final ScheduledExecutorService loop;
  private final Origins origins;
  private final long timeoutNanos;
  private final Steps steps;

  /** Claims that are not answered, oldest first. */
  private final Set<Claim> claims = new LinkedHashSet<>();

  private UniqueMap map;
  private IMap<String, byte[]> nodes;
  private OwnerAnswers broker;
  private Runnable turn;
  private Supplier<Homes> homes;
  private Predicate<String> settled;

  /** Removals that are not done. */
  private int removals;

  /** Jobs whose claims are to be put back. */
  private final Queue<Job> lacking = new ArrayDeque<>();

  /** Claims that are being put back. */
  private int restoring;

  private boolean looking;
  private boolean closed;

  /** The broker, as this needs it. On the event loop. */
  interface OwnerAnswers {
    /** Who owns the unique id of a job. */
    void ownerKnown(long handle, Owner owner);

    /** Whether a job is there and owns its unique id. */
    boolean isClaimed(long handle);
  }

  /**
   * Owners that nothing can be asked yet.
   *
   * @param timeoutMillis how long a claim may take
   */
  HazelcastUniqueOwners(ScheduledExecutorService loop, Origins origins, long timeoutMillis) {
    this.loop = loop;
    this.origins = origins;
    timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    steps = new Steps(loop, LOG, "claim unique ids");
  }

  /**
   * The server has joined.
   *
   * @param nodes the entries of all servers
   * @param turn run after a batch of answers
   * @param homes the cluster as it was last seen
   * @param settled whether all jobs of an origin are known here, of which this is the home
   */
  void open(
      UniqueMap map,
      IMap<String, byte[]> nodes,
      OwnerAnswers broker,
      Runnable turn,
      Supplier<Homes> homes,
      Predicate<String> settled) {
    this.map = map;
    this.nodes = nodes;
    this.broker = broker;
    this.turn = turn;
    steps.open(turn);
    this.homes = homes;
    this.settled = settled;
  }

  /** The question for the owner of one job, as often as it is asked. */
  private final class Claim extends Steps.Step implements Owner.Claim {
    final long handle;

    /** Null: the job is another node's. It claims nothing, and looks for its home. */
    private final String key;

    private final byte[] value;
    final long deadlineNanos = System.nanoTime() + timeoutNanos;

    /** The claim of another job, as it was found last; null: none was. */
    byte[] other;

    /** Whether that is to be replaced. */
    boolean replacing;

    /** The origin of that, which nothing is known of here; null: it is known. */
    String stranger;

    Claim(long handle, String key) {
      super(steps);
      this.handle = handle;
      this.key = key;
      value = UniqueEntry.value(handle, origins);
    }

    @Override
    CompletionStage<?> issue() {
      if (stranger != null) {
        return nodes.getAsync(stranger);
      }
      if (key == null) {
        return CompletableFuture.completedStage(null);
      }
      return replacing ? map.replace(key, other, value) : map.putIfAbsent(key, value);
    }

    @Override
    boolean isNeeded() {
      return claims.contains(this);
    }

    @Override
    void done(Object answer) {
      if (!isNeeded()) {
        withdraw();
      } else if (stranger != null) {
        lookedFor(answer != null);
      } else if (key == null) {
        locate(handle);
      } else if (replacing) {
        replaced((Boolean) answer);
      } else if (answer == null || Arrays.equals((byte[]) answer, value)) {
        answer(this, Owner.OURS);
      } else {
        found((byte[]) answer);
      }
    }

    @Override
    void abandoned() {
      withdraw();
    }

    /** Nobody needs the id any more, and what was done last may have put the claim there. */
    void withdraw() {
      if (key != null) {
        remove(key, value);
      }
    }

    private void replaced(boolean ours) {
      replacing = false;
      if (ours) {
        answer(this, Owner.OURS);
      } else {
        // Somebody was quicker, or the removal of what was to be replaced.
        steps.start(this);
      }
    }

    private void found(byte[] claim) {
      other = claim;
      long owner;
      try {
        owner = UniqueEntry.handle(claim, origins);
      } catch (IllegalArgumentException e) {
        LOG.warn("cannot read who owns a unique id: {}", e.getMessage());
        answer(this, Owner.UNKNOWN);
        return;
      }
      locate(owner);
    }

    /** Finds the home of the job that has the unique id. */
    private void locate(long owner) {
      Homes seen = homes.get();
      String origin = origins.incarnation(Origins.index(owner));
      if (!seen.nodes().containsKey(origin)) {
        stranger = origin;
        steps.start(this);
      } else {
        String home = seen.homeOf(origin);
        if (home.equals(seen.self())) {
          answer(this, Owner.here(owner, this));
        } else if (seen.isServing(home)) {
          answer(this, Owner.elsewhere(owner, home, this));
        } else {
          steps.startLater(this);
        }
      }
    }

    /**
     * An origin of which nothing is known here has just come, or its last job has ended.
     *
     * @param isThere whether the cluster knows it
     */
    private void lookedFor(boolean isThere) {
      stranger = null;
      if (isThere) {
        steps.startLater(this);
      } else if (key == null) {
        answer(this, Owner.UNKNOWN);
      } else {
        replacing = true;
        steps.start(this);
      }
    }
  }

  @Override
  public void ask(Job job) {
    begin(new Claim(job.handle(), UniqueEntry.key(job)));
  }

  @Override
  public void replace(Job job, Owner gone) {
    Claim claim = (Claim) gone.claim();
    claim.replacing = true;
    begin(claim);
  }

  @Override
  public void askLater(Job job, Owner owner) {
    Claim claim = owner == null ? new Claim(job.handle(), null) : (Claim) owner.claim();
    claims.add(claim);
    steps.startLater(claim);
    lookLater();
  }

  private void begin(Claim claim) {
    claims.add(claim);
    steps.start(claim);
    lookLater();
  }

  private void answer(Claim claim, Owner owner) {
    claims.remove(claim);
    broker.ownerKnown(claim.handle, owner);
  }

  private void lookLater() {
    if (!looking && !claims.isEmpty()) {
      looking = true;
      try {
        loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        close();
      }
    }
  }

  /** Gives up what has taken too long. */
  private void look() {
    looking = false;
    long now = System.nanoTime();
    List<Claim> late = claims.stream().filter(claim -> claim.deadlineNanos - now <= 0).toList();
    late.forEach(this::giveUp);
    lookLater();
    if (!late.isEmpty()) {
      turn.run();
    }
  }

  private void giveUp(Claim claim) {
    answer(claim, Owner.UNKNOWN);
    claim.withdraw();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Its key is worked out once more: a job has no room for it, and a table of keys would have to
   * hear of every way in which a job leaves this server.
   */
  @Override
  public void forget(Job job) {
    if (!closed) {
      remove(UniqueEntry.key(job), UniqueEntry.value(job.handle(), origins));
    }
  }

  private void remove(String key, byte[] value) {
    removals++;
    remove(key, value, () -> true, () -> removals--);
  }

  /**
   * Removes a claim that was found in the map and has no job. Nobody relies on that.
   *
   * @param needed whether this is still so, asked before it is tried again
   * @param end run when it is gone, or not needed any more
   */
  void remove(String key, byte[] value, BooleanSupplier needed, Runnable end) {
    steps.start(new ClaimRemoval(steps, map, key, value, needed, end));
  }

  /**
   * The map may have lost the claims of these jobs. A few are put back at a time, since the claims
   * of submits come behind them.
   */
  void restore(List<Job> jobs) {
    lacking.addAll(jobs);
    restoreSome();
  }

  private void restoreSome() {
    while (restoring < MAX_RESTORING && !lacking.isEmpty()) {
      Job job = lacking.remove();
      if (broker.isClaimed(job.handle())) {
        restoring++;
        restore(job);
      }
    }
  }

  private void restore(Job job) {
    long handle = job.handle();
    String key = UniqueEntry.key(job);
    byte[] value = UniqueEntry.value(handle, origins);
    steps.start(
        new Steps.Step(steps) {
          @Override
          CompletionStage<?> issue() {
            return map.putIfAbsent(key, value);
          }

          @Override
          void done(Object answer) {
            if (!broker.isClaimed(handle) && !isElsewhere(handle)) {
              // It has ended meanwhile, and its removal may have come first.
              remove(key, value);
            }
            restoring--;
            restoreSome();
          }
        });
  }

  /** Whether another server is the home of a job, and has its unique id if it goes on there. */
  private boolean isElsewhere(long handle) {
    Homes seen = homes.get();
    String origin = origins.incarnation(Origins.index(handle));
    return seen.nodes().containsKey(origin) && !seen.homeOf(origin).equals(seen.self());
  }

  @Override
  public boolean isSettled(int origin) {
    return settled.test(origins.incarnation(origin));
  }

  /** Whether nothing is under way that others rely on. */
  boolean isIdle() {
    return steps.isIdle() && removals == 0;
  }

  /** Begins nothing any more. What is under way goes on, unheard. */
  void close() {
    closed = true;
    steps.close();
    claims.clear();
    lacking.clear();
  }
}

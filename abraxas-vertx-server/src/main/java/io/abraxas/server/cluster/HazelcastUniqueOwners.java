package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Owner;
import io.abraxas.server.broker.UniqueOwners;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
 * <p>What waits is bounded by the memory that the broker lets its jobs have. A claim ends with the
 * store timeout, a removal with the server.
 */
final class HazelcastUniqueOwners implements UniqueOwners {
  /** How often deadlines are looked at, which are seconds. */
  private static final long LOOK_MILLIS = 250;

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

  /** The question for the owner of one job. */
  private final class Claim extends Steps.Step {
    private final String key;
    private final byte[] value;
    final long handle;
    final long deadlineNanos;

    /** What is to be replaced; null: the key must be free. */
    byte[] replaced;

    /** The owner that was found, or the job that is followed; 0: none. */
    long owner;

    /** The origin of that, which nothing is known of here; null: it is known. */
    String stranger;

    Claim(Job job, String key, long deadlineNanos) {
      super(steps);
      this.key = key;
      handle = job.handle();
      value = UniqueEntry.value(handle, origins);
      this.deadlineNanos = deadlineNanos;
    }

    /** Whether the job is another node's: it claims nothing, and looks for its home. */
    boolean isFollowing() {
      return key == null;
    }

    @Override
    CompletionStage<?> issue() {
      if (stranger != null) {
        return nodes.getAsync(stranger);
      }
      if (isFollowing()) {
        return CompletableFuture.completedStage(null);
      }
      return replaced == null
          ? map.putIfAbsent(key, value)
          : map.replace(key, replaced, value).thenApply(done -> done ? value : null);
    }

    @Override
    boolean isNeeded() {
      return claims.contains(this);
    }

    @Override
    void done(Object answer) {
      byte[] found = (byte[]) answer;
      if (!claims.contains(this)) {
        // Too late: what it may have written is removed.
        discard(this);
      } else if (stranger != null) {
        lookedFor(this, found != null);
      } else if (isFollowing()) {
        locate(this, handle);
      } else if (replaced != null) {
        replaced = null;
        placeTaken(this, found != null);
      } else if (found == null || Arrays.equals(found, value)) {
        answer(this, Owner.OURS);
      } else {
        locate(this, found);
      }
    }
  }

  @Override
  public void ask(Job job) {
    begin(new Claim(job, UniqueEntry.key(job), deadline()));
  }

  @Override
  public void replace(Job job, Owner gone) {
    Claim claim = new Claim(job, UniqueEntry.key(job), gone.deadline());
    claim.replaced = UniqueEntry.value(gone.handle(), origins);
    begin(claim);
  }

  @Override
  public void askLater(Job job, Owner owner) {
    boolean following = Origins.index(job.handle()) != 0;
    long deadline = owner == null ? deadline() : owner.deadline();
    Claim claim = new Claim(job, following ? null : UniqueEntry.key(job), deadline);
    claims.add(claim);
    steps.startLater(claim);
    lookLater();
  }

  private long deadline() {
    return System.nanoTime() + timeoutNanos;
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

  /**
   * An owner that was gone was to be replaced.
   *
   * @param ours false: somebody was quicker, or its removal was
   */
  private void placeTaken(Claim claim, boolean ours) {
    if (ours) {
      answer(claim, Owner.OURS);
    } else {
      steps.start(claim);
    }
  }

  private void locate(Claim claim, byte[] found) {
    long owner;
    try {
      owner = UniqueEntry.handle(found, origins);
    } catch (IllegalArgumentException e) {
      LOG.warn("cannot read who owns a unique id: {}", e.getMessage());
      answer(claim, Owner.UNKNOWN);
      return;
    }
    locate(claim, owner);
  }

  /** Finds the home of the job that has the unique id. */
  private void locate(Claim claim, long owner) {
    int index = Origins.index(owner);
    Homes seen = homes.get();
    String origin = origins.incarnation(index);
    if (index == 0) {
      answer(claim, Owner.here(owner, claim.deadlineNanos));
    } else if (!seen.nodes().containsKey(origin)) {
      claim.owner = owner;
      claim.stranger = origin;
      steps.start(claim);
    } else {
      String home = seen.homeOf(origin);
      if (home.equals(seen.self())) {
        answer(claim, Owner.here(owner, claim.deadlineNanos));
      } else if (seen.isServing(home)) {
        answer(claim, Owner.elsewhere(owner, home, claim.deadlineNanos));
      } else {
        steps.startLater(claim);
      }
    }
  }

  /**
   * An origin of which nothing is known here has just come, or its last job has ended.
   *
   * @param isThere whether the cluster knows it
   */
  private void lookedFor(Claim claim, boolean isThere) {
    claim.stranger = null;
    if (isThere) {
      steps.startLater(claim);
    } else if (claim.isFollowing()) {
      answer(claim, Owner.UNKNOWN);
    } else {
      claim.replaced = UniqueEntry.value(claim.owner, origins);
      steps.start(claim);
    }
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
    discard(claim);
  }

  private void discard(Claim claim) {
    if (!claim.isFollowing()) {
      remove(claim.key, claim.value);
    }
  }

  @Override
  public void forget(Job job) {
    if (!closed) {
      remove(UniqueEntry.key(job), UniqueEntry.value(job.handle(), origins));
    }
  }

  private void remove(String key, byte[] value) {
    removals++;
    steps.start(
        new Steps.Step(steps) {
          @Override
          CompletionStage<?> issue() {
            return map.remove(key, value);
          }

          @Override
          void done(Object answer) {
            removals--;
          }
        });
  }

  /** The map may have lost the claim of a job. */
  void restore(Job job) {
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
            if (!broker.isClaimed(handle)) {
              // It has ended meanwhile, and its removal may have come first.
              remove(key, value);
            }
          }
        });
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
  }
}

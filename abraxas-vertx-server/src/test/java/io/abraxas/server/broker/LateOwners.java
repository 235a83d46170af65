package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Owners of unique ids that answer when the test says so. */
final class LateOwners implements UniqueOwners {
  /** Handles of jobs whose owner is asked for and not known, oldest first. */
  final List<Long> pending = new ArrayList<>();

  /** Of these, the jobs that are to take the place of an owner that is gone. */
  final Map<Long, Long> replacing = new LinkedHashMap<>();

  /** Handles of jobs that were told to own their unique id and need it still. */
  final Set<Long> claimed = new HashSet<>();

  /** Other origins that this server knows all jobs of. */
  final Set<Integer> settled = new HashSet<>();

  /** Handles of jobs whose claims are not needed any more, in that order. */
  final List<Long> freed = new ArrayList<>();

  /** Hears of claims that are not needed any more. */
  Consumer<Job> forgotten = job -> {};

  private final Harness harness;

  LateOwners(Harness harness) {
    this.harness = harness;
  }

  /** What the broker is to hand back when it asks again for the same job. */
  private record Question(long handle) implements Owner.Claim {}

  @Override
  public void ask(Job job) {
    assertThat(job.state).isEqualTo(JobState.CLAIMING);
    pending.add(job.handle());
  }

  @Override
  public void replace(Job job, Owner gone) {
    assertThat(gone.claim()).isEqualTo(new Question(job.handle()));
    ask(job);
    replacing.put(job.handle(), gone.handle());
  }

  @Override
  public void askLater(Job job, Owner owner) {
    if (owner == null) {
      assertThat(job.state).isEqualTo(JobState.FOLLOWING);
    } else {
      assertThat(job.state).isIn(JobState.CLAIMING, JobState.FOLLOWING);
      assertThat(owner.claim()).isEqualTo(new Question(job.handle()));
    }
    pending.add(job.handle());
  }

  @Override
  public void forget(Job job) {
    // What was adopted was claimed by the server that accepted it.
    boolean known = claimed.remove(job.handle()) || Origins.index(job.handle()) > 0;
    assertThat(known).as("%d is claimed", job.handle()).isTrue();
    freed.add(job.handle());
    forgotten.accept(job);
  }

  @Override
  public boolean isSettled(int origin) {
    return settled.contains(origin);
  }

  void answer(long handle, Owner owner) {
    assertThat(pending.remove(handle)).as("the owner of %d is asked for", handle).isTrue();
    replacing.remove(handle);
    if (owner.kind() == Owner.Kind.OURS && harness.broker.ledger.jobs.get(handle) != null) {
      claimed.add(handle);
    }
    Owner answer = new Owner(owner.kind(), owner.handle(), owner.node(), new Question(handle));
    harness.broker.ownerKnown(handle, answer);
    harness.endTurn();
  }

  void ours(long handle) {
    answer(handle, Owner.OURS);
  }

  void unknown(long handle) {
    answer(handle, Owner.UNKNOWN);
  }
}

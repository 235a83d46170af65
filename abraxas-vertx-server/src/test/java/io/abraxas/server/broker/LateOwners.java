package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Owners of unique ids that answer when the test says so. */
final class LateOwners implements UniqueOwners {
  /** Handles of jobs whose owner is asked for and not known, oldest first. */
  final List<Long> pending = new ArrayList<>();

  private final Harness harness;

  LateOwners(Harness harness) {
    this.harness = harness;
  }

  @Override
  public void ask(Job job) {
    pending.add(job.handle());
  }

  void answer(long handle, boolean ours) {
    assertThat(pending.remove(handle)).as("the owner of %d is asked for", handle).isTrue();
    harness.broker.ownerKnown(handle, ours);
    harness.endTurn();
  }

  void ours(long handle) {
    answer(handle, true);
  }

  void notOurs(long handle) {
    answer(handle, false);
  }
}

package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A store that answers a put when the test says so, in the order and with the result it says. */
final class LateStore implements JobStore {
  /** Handles of puts that are not answered, oldest first; a job may be there twice. */
  final List<Long> pending = new ArrayList<>();

  /** Handles of jobs that would be there after a restart. */
  final Set<Long> kept = new LinkedHashSet<>();

  /** Handles of removals that are not answered, oldest first: a reading may find them. */
  final List<Long> leaving = new ArrayList<>();

  /** How many calls there were. */
  int batches;

  /** Whether it takes new jobs. */
  boolean open = true;

  private final Harness harness;

  LateStore(Harness harness) {
    this.harness = harness;
  }

  @Override
  public void write(List<Job> puts, List<Long> removed) {
    assertThat(puts.size() + removed.size()).as("an empty batch").isPositive();
    batches++;
    for (Job job : puts) {
      assertThat(leaving).as("a removal may come after a put").doesNotContain(job.handle());
      gone.remove(job.handle());
      pending.add(job.handle());
    }
    for (long handle : removed) {
      kept.remove(handle);
      gone.add(handle);
      leaving.add(handle);
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private final Set<Long> gone = new LinkedHashSet<>();

  void answer(long handle) {
    answer(handle, true);
  }

  void fail(long handle) {
    answer(handle, false);
  }

  void answer(long handle, boolean success) {
    assertThat(pending.remove(handle)).as("a put of %d is pending", handle).isTrue();
    if (!success && !kept.contains(handle)) {
      pending.removeIf(other -> other == handle);
    }
    if (success && !gone.contains(handle)) {
      kept.add(handle);
    }
    harness.broker.stored(handle, success);
    harness.endTurn();
  }

  void answerRemoval(long handle) {
    assertThat(leaving.remove(handle)).as("a removal of %d is pending", handle).isTrue();
    harness.broker.forgotten(handle);
    harness.endTurn();
  }

  void answerAll() {
    while (!pending.isEmpty()) {
      answer(pending.get(0));
    }
  }
}

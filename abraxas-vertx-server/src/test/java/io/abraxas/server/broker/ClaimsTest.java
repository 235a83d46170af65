package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which jobs own their unique id among all servers, and when they give it back. */
class ClaimsTest {
  private final Harness harness = Harness.withStoreAndOwners();
  private final int origin = harness.origins.enter("H:9", "9".repeat(19));
  private final long handle = Origins.handle(origin, 7);

  private boolean adopt(String unique, boolean fromSchedule) {
    harness.store.kept.add(handle);
    StoredJob job =
        new StoredJob(
            handle,
            Member.bytes("f"),
            Member.bytes(unique),
            fromSchedule,
            Priority.NORMAL,
            0,
            0,
            0,
            Member.bytes("p"),
            null);
    boolean adopted = harness.broker.adoption().adopt(job, false);
    harness.endTurn();
    return adopted;
  }

  private void giveUp() {
    harness.broker.adoption().forget(origin);
    harness.endTurn();
  }

  private boolean isClaimed(long job) {
    return harness.broker.adoption().isClaimed(job);
  }

  private List<Long> claimed() {
    List<Long> claimed = new ArrayList<>();
    harness.broker.adoption().forEachClaimed(job -> claimed.add(job.handle()));
    return claimed;
  }

  @Test
  void aJobOwnsItsIdFromTheAnswerOnUntilItEnds() {
    Member client = harness.connect().background("f", "u", "p");
    assertThat(claimed()).isEmpty();
    harness.owners.ours(1);
    assertThat(claimed()).as("not stored yet").containsExactly(1L);
    assertThat(isClaimed(1)).isTrue();
    harness.store.answer(1);
    client.expect("created 1");
    assertThat(claimed()).containsExactly(1L);
    harness.worker("f").grab().expect("assign 1 f p").complete(1, "r");
    assertThat(claimed()).isEmpty();
    assertThat(isClaimed(1)).isFalse();
    assertThat(harness.owners.freed).containsExactly(1L);
  }

  @Test
  void aJobWithoutAnIdOwnsNone() {
    harness.connect().submit("f", "", "p").expect("created 1");
    assertThat(claimed()).isEmpty();
    harness.cancel(1);
    assertThat(harness.owners.freed).isEmpty();
  }

  @Test
  void aJobThatIsCancelledWhileItRunsGivesItsIdBackAtOnce() {
    harness.connect().submit("f", "u", "p");
    harness.owners.ours(1);
    harness.worker("f").grab();
    harness.cancel(1);
    assertThat(harness.owners.freed).containsExactly(1L);
    assertThat(claimed()).isEmpty();
    assertThat(isClaimed(1)).isFalse();
  }

  @Test
  void aJobThatIsTakenOverHasItsIdAndGivesItBack() {
    assertThat(adopt("u", false)).isTrue();
    assertThat(claimed()).containsExactly(handle);
    harness.worker("f").grab().complete(handle, "r");
    assertThat(harness.owners.freed).containsExactly(handle);
  }

  @Test
  void aJobThatIsTakenOverWithoutAnIdOrFromAScheduleHasNone() {
    assertThat(adopt("", false)).isTrue();
    assertThat(claimed()).isEmpty();
    harness.cancel(handle);
    harness.store.answerRemoval(handle);
    assertThat(adopt("u", true)).isTrue();
    assertThat(claimed()).isEmpty();
    harness.cancel(handle);
    assertThat(harness.owners.freed).isEmpty();
  }

  @Test
  void aJobThatIsGivenUpLeavesItsIdToItsNextHome() {
    adopt("u", false);
    giveUp();
    assertThat(claimed()).isEmpty();
    assertThat(harness.owners.freed).isEmpty();
  }

  @Test
  void aJobThatRunsWhileItIsGivenUpLeavesItsIdToItsNextHome() {
    adopt("u", false);
    Member worker = harness.worker("f").grab();
    giveUp();
    assertThat(claimed()).isEmpty();
    worker.complete(handle, "r");
    assertThat(harness.owners.freed).isEmpty();
  }

  @Test
  void aJobThatIsTakenOverAgainWhileItRunsHasItsIdAgain() {
    adopt("u", false);
    Member worker = harness.worker("f").grab();
    giveUp();
    assertThat(adopt("u", false)).isFalse();
    assertThat(claimed()).containsExactly(handle);
    worker.complete(handle, "r");
    assertThat(harness.owners.freed).containsExactly(handle);
  }
}

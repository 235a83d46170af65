package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Submits of one node with a unique id that a job of another node has. */
class FollowingTest extends TwoNodes {
  @Test
  void clientsOfBothNodesGetWhatTheWorkerReports() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "other");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    Member third = node.connect().submit("f", "u", "x").expect("created " + abroad(1));
    assertThat(link.saidNow()).contains("b attach 1", "a attached");
    assertThat(node.broker.jobs()).isZero();
    assertThat(node.counts("f")).isNull();
    assertThat(node.status(abroad(1))).startsWith("0 ");
    assertThat(node.statusOfUnique("u")).startsWith("0 ");
    Member worker = home.worker("f").grab().expect("assign 1 f p");
    worker.data(1, "d").status(1, 1, 2).report(WorkReport.WARNING, 1, "w").complete(1, "r");
    link.settle();
    first.expect("data 1 d", "status 1 1 2", "warning 1 w", "complete 1 r");
    String h = "" + abroad(1);
    String[] reports = {
      "data " + h + " d", "status " + h + " 1 2", "warning " + h + " w", "complete " + h + " r"
    };
    second.expect(reports);
    third.expect(reports);
    finish();
  }

  @Test
  void theJobMayRunOnAWorkerOfTheNodeThatFollowsIt() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    Member worker = node.sleeper("f");
    link.settle();
    worker.expect("noop").grab().expect("assign " + abroad(1) + " f p");
    worker.data(abroad(1), "d").complete(abroad(1), "r");
    link.settle();
    first.expect("data 1 d", "complete 1 r");
    second.expect("data " + abroad(1) + " d", "complete " + abroad(1) + " r");
    finish();
  }

  @Test
  void aBackgroundSubmitIsAnsweredOnceTheHomeHasStoredTheJob() {
    Member first = homeClient();
    Member second = node.connect().background("f", "u", "");
    isOwnedByHome(1);
    second.expectNothing();
    assertThat(link.saidNow()).contains("b attach 1 background");
    home.store.answer(1);
    link.settle();
    second.expect("created " + abroad(1));
    first.leave();
    assertThat(home.broker.find(1)).isNotNull();
    home.worker("f").grab().expect("assign 1 f p").complete(1, "");
    link.settle();
    second.expectNothing();
    finish();
  }

  @Test
  void aBackgroundSubmitIsRefusedWhenTheHomeCannotStoreTheJob() {
    Member first = homeClient();
    Member second = node.connect().background("f", "u", "");
    Member third = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    home.store.fail(1);
    link.settle();
    second.expect("refused STORE_FAILED");
    third.expect("created " + abroad(1));
    home.worker("f").grab().complete(1, "r");
    link.settle();
    first.expect("complete 1 r");
    third.expect("complete " + abroad(1) + " r");
    finish();
  }

  @Test
  void aBackgroundSubmitIsRefusedWhenTheHomeTakesNone() {
    Member first = homeClient();
    home.store.open = false;
    Member second = node.connect().background("f", "u", "");
    isOwnedByHome(1);
    second.expect("refused STORE_CLOSED");
    assertThat(home.store.pending).isEmpty();
    first.leave();
    finish();
  }

  @Test
  void aBackgroundSubmitThatComesLaterAsksTheHomeOnce() {
    homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    link.saidNow();
    Member third = node.connect().background("f", "u", "").expectNothing();
    Member fourth = node.connect().background("f", "u", "").expectNothing();
    link.settle();
    assertThat(link.saidNow()).containsExactly("b attach 1 background");
    home.store.answer(1);
    link.settle();
    third.expect("created " + abroad(1));
    fourth.expect("created " + abroad(1));
    node.connect().background("f", "u", "").expect("created " + abroad(1));
    assertThat(link.saidNow()).containsExactly("a attached");
    second.leave();
    link.settle();
    assertThat(link.saidNow()).containsExactly("b detach 1");
    home.worker("f").grab().complete(1, "");
    finish();
  }

  @Test
  void whoComesWhileTheHomeIsAskedIsAnsweredWithTheOthers() {
    homeClient();
    Member second = node.connect().background("f", "u", "");
    node.owners.answer(1, owner(1));
    Member third = node.connect().submit("f", "u", "");
    Member fourth = node.connect().background("f", "u", "");
    link.settle();
    home.store.answer(1);
    link.settle();
    second.expect("created " + abroad(1));
    third.expect("created " + abroad(1));
    fourth.expect("created " + abroad(1));
    home.worker("f").grab().complete(1, "r");
    link.settle();
    third.expect("complete " + abroad(1) + " r");
    finish();
  }

  @Test
  void theHomeKeepsAForegroundJobAsLongAsAClientOfAnyNodeWaits() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    first.leave();
    assertThat(home.broker.find(1)).isNotNull();
    second.leave();
    link.settle();
    assertThat(home.broker.find(1)).isNull();
    finish();
  }

  @Test
  void clientsThatLeaveBeforeTheHomeHasAnsweredAreNotFollowedFor() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    node.owners.answer(1, owner(1));
    second.leave();
    link.settle();
    assertThat(link.saidNow()).contains("b attach 1", "a attached", "b detach 1");
    Member third = node.connect().submit("f", "u", "");
    third.leave();
    node.owners.answer(2, owner(1));
    link.settle();
    assertThat(link.saidNow()).isEmpty();
    first.leave();
    finish();
  }

  @Test
  void waitsForTheClaimOfTheOtherNode() {
    Member first = home.connect().submit("f", "u", "p");
    Member second = node.connect().submit("f", "u", "q");
    isOwnedByHome(1);
    second.expectNothing();
    home.owners.ours(1);
    link.settle();
    first.expect("created 1");
    second.expect("created " + abroad(1));
    home.cancel(1);
    link.settle();
    first.expect("fail 1");
    second.expect("fail " + abroad(1));
    finish();
  }

  @Test
  void asksAgainWhenTheClaimOfTheOtherNodeFailed() {
    home.connect().submit("f", "u", "p");
    Member second = node.connect().submit("f", "u", "q");
    isOwnedByHome(1);
    home.owners.unknown(1);
    link.settle();
    node.owners.ours(1);
    second.expect("created 1").leave();
    finish();
  }

  @Test
  void twoNodesThatClaimAtOnceDoNotWaitForEachOther() {
    int index = home.origins.enter("H:2", node.origins.incarnation(0));
    Member first = home.connect().submit("f", "u", "p");
    Member second = node.connect().submit("f", "u", "q");
    home.owners.answer(
        1, Owner.elsewhere(Origins.handle(index, 1), node.origins.incarnation(0), null));
    isOwnedByHome(1);
    // Each asks the other for a job that is to be another's.
    assertThat(link.saidNow()).contains("a gone", "b gone");
    home.owners.ours(1);
    isOwnedByHome(1);
    first.expect("created 1");
    second.expect("created " + abroad(1));
    home.worker("f").grab().complete(1, "r");
    link.settle();
    second.expect("complete " + abroad(1) + " r");
    finish();
  }

  @Test
  void whoWaitsForAClaimIsToldThatTheJobIsAnothersWhenItIs() {
    int index = home.origins.enter("H:2", node.origins.incarnation(0));
    Member first = home.connect().submit("f", "u", "p");
    Member second = node.connect().submit("f", "u", "q");
    Member third = node.connect().background("f", "u", "q");
    isOwnedByHome(1);
    assertThat(node.owners.pending).isEmpty();
    home.owners.answer(
        1, Owner.elsewhere(Origins.handle(index, 1), node.origins.incarnation(0), null));
    link.settle();
    assertThat(link.saidNow()).contains("a gone");
    assertThat(node.owners.replacing).containsEntry(1L, abroad(1));
    node.owners.ours(1);
    node.store.answer(1);
    link.settle();
    first.expect("created " + Origins.handle(index, 1));
    second.expect("created 1");
    third.expect("created 1");
    second.leave();
    first.leave();
    node.cancel(1);
    finish();
  }

  @Test
  void aNodeThatFollowsAJobItselfIsNotItsHome() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    link.saidNow();
    // As if the home took the node for the next one of its jobs.
    Member other = home.connect().submit("f", "v", "");
    home.owners.answer(2, Owner.elsewhere(1, node.origins.incarnation(0), null));
    link.settle();
    assertThat(link.saidNow()).contains("b refused OWNER_UNKNOWN");
    assertThat(home.owners.pending).containsExactly(2L);
    home.owners.ours(2);
    other.expect("created 2").leave();
    first.leave();
    second.leave();
    link.settle();
    finish();
  }

  @Test
  void anAnswerThatNobodyWaitsForChangesNothing() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    node.owners.answer(1, owner(1));
    node.broker.ownerKnown(1, owner(1));
    link.settle();
    second.expect("created " + abroad(1));
    node.broker.ownerKnown(abroad(1), owner(1));
    node.broker.ownerKnown(abroad(1), Owner.UNKNOWN);
    link.settle();
    assertThat(link.saidNow().stream().filter(said -> said.equals("b attach 1"))).hasSize(1);
    home.cancel(1);
    link.settle();
    first.expect("fail 1");
    second.expect("fail " + abroad(1));
    finish();
  }

  @Test
  void takesThePlaceOfAJobThatHasEnded() {
    Member client = node.connect().submit("f", "u", "p");
    isOwnedByHome(1);
    assertThat(node.owners.replacing).containsEntry(1L, abroad(1));
    node.owners.ours(1);
    client.expect("created 1");
    node.worker("f").grab().expect("assign 1 f p").complete(1, "r");
    finish();
  }

  @Test
  void aNodeThatIsNotTheHomeIsAskedAgainUntilItKnowsAllJobsOfTheOrigin() {
    int dead = node.origins.enter("H:9", "9".repeat(19));
    int deadAtHome = home.origins.enter("H:9", "9".repeat(19));
    Owner lost = Owner.elsewhere(Origins.handle(dead, 5), homeName, null);
    Member client = node.connect().submit("f", "u", "p");
    node.owners.answer(1, lost);
    link.settle();
    assertThat(link.saidNow()).contains("a refused OWNER_UNKNOWN");
    assertThat(node.owners.replacing).isEmpty();
    home.owners.settled.add(deadAtHome);
    node.owners.answer(1, lost);
    link.settle();
    assertThat(node.owners.replacing).containsEntry(1L, Origins.handle(dead, 5));
    node.owners.ours(1);
    client.expect("created 1").leave();
    finish();
  }

  @Test
  void aSubmitJoinsAJobThatWasTakenOverMeanwhile() {
    Member client = node.connect().submit("f", "u", "");
    Member other = node.connect().background("f", "u", "");
    node.connect().background("f", "u", "").leave();
    node.store.kept.add(abroad(1));
    node.broker.adoption().adopt(stored(abroad(1)), false);
    node.owners.answer(1, Owner.here(abroad(1), null));
    client.expect("created " + abroad(1));
    other.expect("created " + abroad(1));
    node.worker("f").grab().complete(abroad(1), "r");
    client.expect("complete " + abroad(1) + " r");
    Audit.checkEmpty(node);
  }

  @Test
  void aJobThatIsGivenUpKeepsItsUniqueId() {
    node.store.kept.add(abroad(1));
    node.broker.adoption().adopt(stored(abroad(1)), false);
    Member client = node.connect().submit("f", "u", "").expect("created " + abroad(1));
    node.broker.adoption().forget(homeIndex);
    node.endTurn();
    node.owners.unknown(abroad(1));
    client.expect("fail " + abroad(1));
    node.store.kept.clear();
    Audit.checkEmpty(node);
  }

  @Test
  void followsJobsThatAreKeyedByTheirPayload() {
    home.connect().submit("f", "-", "payload");
    home.owners.ours(1);
    Member second = node.connect().submit("f", "-", "payload");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    node.connect().submit("f", "-", "payload").expect("created " + abroad(1));
    node.connect().submit("f", "-", "other").expectNothing();
    assertThat(node.owners.pending).containsExactly(2L);
  }

  @Test
  void aCancelledJobIsGoneForThoseWhoComeLater() {
    homeClient();
    home.worker("f").grab();
    home.cancel(1);
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    assertThat(node.owners.replacing).containsEntry(1L, abroad(1));
    node.owners.ours(1);
    second.expect("created 1");
  }

  @Test
  void exceptionsReachClientsThatAskedForThem() {
    homeClient();
    Member second = node.connect().withExceptions().submit("f", "u", "");
    Member third = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    home.worker("f").grab().exception(1, "x");
    link.settle();
    second.expect("created " + abroad(1), "exception " + abroad(1) + " x");
    third.expect("created " + abroad(1), "fail " + abroad(1));
    finish();
  }
}

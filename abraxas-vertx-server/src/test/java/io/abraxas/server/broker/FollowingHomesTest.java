package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Clients of a job of another node, when its home or the link to it is lost. */
class FollowingHomesTest extends TwoNodes {
  @Test
  void asksLaterWithoutALink() {
    link.lose();
    Member client = node.connect().submit("f", "u", "p");
    node.owners.answer(1, owner(1));
    client.expectNothing();
    node.owners.unknown(1);
    client.expect("refused OWNER_UNKNOWN");
    finish();
  }

  @Test
  void isAttachedAgainWhenTheLinkIsBack() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    Member third = node.connect().background("f", "u", "");
    isOwnedByHome(1);
    home.store.answer(1);
    Member worker = home.worker("f").grab();
    link.settle();
    link.lose();
    worker.data(1, "unheard");
    Member fourth = node.connect().background("f", "u", "").expectNothing();
    link = new TestLink(home, node);
    node.owners.answer(abroad(1), owner(1));
    link.settle();
    worker.complete(1, "r");
    link.settle();
    first.expect("data 1 unheard", "complete 1 r");
    second.expect("created " + abroad(1), "complete " + abroad(1) + " r");
    third.expect("created " + abroad(1));
    fourth.expect("created " + abroad(1));
    finish();
  }

  @Test
  void looksForTheNextHomeWhenTheHomeLeaves() {
    homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    home.broker.leave();
    home.broker.adoption().handOver();
    home.endTurn();
    link.settle();
    Member third = node.connect().background("f", "u", "").expectNothing();
    // There is none: the job had clients of the home, too, and goes with it.
    node.owners.unknown(abroad(1));
    second.expect("fail " + abroad(1));
    third.expect("refused OWNER_UNKNOWN");
    finish();
  }

  @Test
  void failsWhenTheJobEndedWhileTheLinkWasLost() {
    homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    link.lose();
    Member third = node.connect().background("f", "u", "").expectNothing();
    home.worker("f").grab().complete(1, "r");
    link = new TestLink(home, node);
    node.owners.answer(abroad(1), owner(1));
    link.settle();
    second.expect("fail " + abroad(1));
    third.expect("refused OWNER_UNKNOWN");
    finish();
  }

  @Test
  void failsWhenNoHomeIsFound() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    link.lose();
    node.owners.unknown(abroad(1));
    second.expect("created " + abroad(1), "fail " + abroad(1));
    first.leave();
    finish();
  }

  @Test
  void losesTheLinkWhileTheHomeIsAsked() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    node.owners.answer(1, owner(1));
    link.lose();
    node.owners.ours(1);
    second.expect("created 1").leave();
    first.leave();
    finish();
  }

  @Test
  void aHomeThatLeavesSaysNeitherYesNorNo() {
    Member first = homeClient();
    home.broker.leave();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    assertThat(node.owners.pending).containsExactly(1L);
    assertThat(node.owners.replacing).isEmpty();
    node.owners.ours(1);
    second.expect("created 1").leave();
    first.leave();
    finish();
  }

  @Test
  void clientsOfAJobThatIsTakenOverHereStayItsClients() {
    homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    link.lose();
    Member third = node.connect().background("f", "u", "");
    node.store.kept.add(abroad(1));
    assertThat(node.broker.adoption().adopt(stored(abroad(1)), false)).isTrue();
    node.endTurn();
    third.expect("created " + abroad(1));
    node.owners.unknown(abroad(1));
    node.worker("f").grab().expect("assign " + abroad(1) + " f p").complete(abroad(1), "r");
    second.expect("complete " + abroad(1) + " r");
    Audit.checkEmpty(node);
  }

  private void adopt() {
    node.store.kept.add(abroad(1));
    assertThat(node.broker.adoption().adopt(stored(abroad(1)), false)).isTrue();
    node.endTurn();
  }

  private void completeHere(Member client) {
    node.worker("f").grab().expect("assign " + abroad(1) + " f p").complete(abroad(1), "r");
    client.expect("complete " + abroad(1) + " r");
    Audit.checkEmpty(node);
  }

  @Test
  void whoeverHasAskedTheOldHomeBeforeTheJobWasTakenOverLeavesIt() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    link.lose();
    link = new TestLink(home, node);
    node.owners.answer(abroad(1), owner(1));
    adopt();
    link.settle();
    assertThat(link.saidNow()).contains("b attach 1", "a attached", "b detach 1");
    completeHere(second);
    first.leave();
    finish();
  }

  @Test
  void aSubmitThatHasAskedTheOldHomeJoinsTheJobThatWasTakenOver() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    node.owners.answer(1, owner(1));
    adopt();
    link.settle();
    assertThat(link.saidNow()).contains("b attach 1", "a attached", "b detach 1");
    second.expect("created " + abroad(1));
    completeHere(second);
    first.leave();
    finish();
  }

  @Test
  void aSubmitThatHasAskedTheOldHomeAsksAgainWhenTheJobIsCancelledHere() {
    Member first = homeClient();
    Member second = node.connect().submit("f", "u", "");
    node.owners.answer(1, owner(1));
    adopt();
    Member worker = node.worker("f").grab().expect("assign " + abroad(1) + " f p");
    assertThat(node.cancel(abroad(1))).isTrue();
    link.settle();
    second.expectNothing();
    node.owners.ours(1);
    second.expect("created 1").leave();
    worker.complete(abroad(1), "r").leave();
    first.leave();
    finish();
  }

  @Test
  void clientsOfAJobThatIsNotTakenOverByItsHeirAreTold() {
    homeClient();
    Member second = node.connect().submit("f", "u", "");
    isOwnedByHome(1);
    second.expect("created " + abroad(1));
    link.lose();
    Owner here = Owner.here(abroad(1), null);
    node.owners.answer(abroad(1), here);
    second.expectNothing();
    node.owners.settled.add(homeIndex);
    node.owners.answer(abroad(1), here);
    second.expect("fail " + abroad(1));
    Audit.checkEmpty(node);
  }
}

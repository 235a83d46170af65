package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs of a lost server that two others have taken over, of which one gives them up. */
class MovedJobsTest extends TwoNodes {
  private static final String LOST = "0000000000000000009";

  private final int lostAtHome = home.origins.enter("H:9", LOST);
  private final int lostAtNode = node.origins.enter("H:9", LOST);
  private final long atHome = Origins.handle(lostAtHome, 7);
  private final long atNode = Origins.handle(lostAtNode, 7);

  @AfterEach
  void nothingIsLeft() {
    Audit.checkEmpty(home);
    Audit.check(node);
    node.broker.ledger.jobs.forEach(
        job -> {
          throw new AssertionError("left: " + job.handle);
        });
    assertThat(node.store.kept).as("kept for the home").containsExactly(atNode);
  }

  private static void adopt(Harness at, long handle) {
    at.store.kept.add(handle);
    at.broker.adoption().adopt(stored(handle), false);
    at.endTurn();
  }

  private void nodeGivesUp() {
    node.broker.adoption().forget(lostAtNode);
    node.endTurn();
    link.settle();
  }

  private void nodeFindsTheHome() {
    node.owners.answer(atNode, Owner.elsewhere(atNode, homeName, null));
    link.settle();
  }

  private void homeDoesTheJob() {
    home.worker("f").grab().expect("assign " + atHome + " f p").complete(atHome, "r");
    link.settle();
  }

  @Test
  void whoWaitsForOneFollowsItToItsHome() {
    adopt(node, atNode);
    Member client = node.connect().submit("f", "u", "").expect("created " + atNode);
    adopt(home, atHome);
    nodeGivesUp();
    client.expectNothing();
    assertThat(node.broker.jobs()).isZero();
    nodeFindsTheHome();
    Member second = node.connect().submit("f", "u", "").expect("created " + atNode);
    homeDoesTheJob();
    client.expect("complete " + atNode + " r");
    second.expect("complete " + atNode + " r");
  }

  @Test
  void clientsOfTheHomeThatFollowedItFindItThere() {
    adopt(node, atNode);
    Member client = home.connect().submit("f", "u", "");
    home.owners.answer(1, Owner.elsewhere(atHome, node.origins.incarnation(0), null));
    link.settle();
    client.expect("created " + atHome);
    adopt(home, atHome);
    nodeGivesUp();
    homeDoesTheJob();
    client.expect("complete " + atHome + " r");
  }

  @Test
  void clientsOfAnotherNodeFindOutForThemselvesWhereItIs() {
    adopt(node, atNode);
    Member client = home.connect().submit("f", "u", "");
    home.owners.answer(1, Owner.elsewhere(atHome, node.origins.incarnation(0), null));
    link.settle();
    client.expect("created " + atHome);
    nodeGivesUp();
    assertThat(home.owners.pending).as("it looks for the home").containsExactly(atHome);
    adopt(home, atHome);
    homeDoesTheJob();
    client.expect("complete " + atHome + " r");
    home.owners.unknown(atHome);
  }

  @Test
  void whoWaitsFailsWhenNoHomeIsFound() {
    adopt(node, atNode);
    Member client = node.connect().submit("f", "u", "").expect("created " + atNode);
    nodeGivesUp();
    node.owners.unknown(atNode);
    client.expect("fail " + atNode);
  }

  @Test
  void whoWaitsIsServedHereWhenTheJobComesBack() {
    adopt(node, atNode);
    Member client = node.connect().submit("f", "u", "").expect("created " + atNode);
    nodeGivesUp();
    adopt(node, atNode);
    node.owners.unknown(atNode);
    node.worker("f").grab().complete(atNode, "r");
    client.expect("complete " + atNode + " r");
    node.store.kept.add(atNode);
  }
}

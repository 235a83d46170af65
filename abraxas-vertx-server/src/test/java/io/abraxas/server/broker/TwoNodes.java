package io.abraxas.server.broker;

import org.junit.jupiter.api.AfterEach;

/**
 * Tests with two linked nodes that share unique ids, the home of a job and another one, whose
 * tables are audited in the end.
 */
abstract class TwoNodes {
  private final Harness.ManualClock clock = new Harness.ManualClock();
  final Harness home = Harness.withOwners(clock, 1, true);
  final Harness node = Harness.withOwners(clock, 2, true);
  final String homeName = home.origins.incarnation(0);
  final int homeIndex = node.origins.enter("H:1", homeName);
  TestLink link = new TestLink(home, node);

  @AfterEach
  void audit() {
    Audit.check(home);
    Audit.check(node);
  }

  /** The handle at the node of a job of the home. */
  long abroad(long number) {
    return Origins.handle(homeIndex, number);
  }

  Owner owner(long number) {
    return Owner.elsewhere(abroad(number), homeName, null);
  }

  void isOwnedByHome(long handle) {
    node.owners.answer(handle, owner(1));
    link.settle();
  }

  /** A foreground job of the home with the unique id. */
  Member homeClient() {
    Member client = home.connect().submit("f", "u", "p");
    home.owners.ours(1);
    return client.expect("created 1");
  }

  void finish() {
    Audit.checkEmpty(home);
    Audit.checkEmpty(node);
  }

  /** A job of the home, or of another node, as its record tells of it. */
  static StoredJob stored(long handle) {
    return new StoredJob(
        handle,
        Member.bytes("f"),
        Member.bytes("u"),
        false,
        Priority.NORMAL,
        0,
        0,
        0,
        Member.bytes("p"),
        null);
  }
}

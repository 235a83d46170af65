package io.abraxas.server.broker;

import java.util.List;

/** A request for one job of another node, on behalf of a worker that sleeps here. */
final class Borrow {
  final Session worker;
  final List<Account.Surplus> from;

  Borrow(Session worker, List<Account.Surplus> from) {
    this.worker = worker;
    this.from = from;
  }

  /** It is answered, or never will be. */
  void settle() {
    for (Account.Surplus surplus : from) {
      surplus.asked--;
    }
    if (worker.borrow == this) {
      worker.borrow = null;
    }
  }
}

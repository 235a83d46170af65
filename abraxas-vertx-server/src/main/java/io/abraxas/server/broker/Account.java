package io.abraxas.server.broker;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What is open between this node and one neighbour, for as long as a link lasts. */
final class Account {
  final Neighbour neighbour;

  /** Functions that it wants to hear of when there is more than can be done here. */
  final Set<FunctionQueue> wanted = new LinkedHashSet<>();

  /**
   * What it has more of than it can do.
   *
   * <p>Invariant: of a function that workers here can do, it either has surplus here, or was told
   * that it is wanted and has not answered.
   */
  final Map<FunctionQueue, Surplus> surplus = new LinkedHashMap<>();

  /** Requests that it has not answered. */
  final Map<Long, Borrow> borrows = new HashMap<>();

  /** What its jobs were asked to be joined for, and that it has not answered. */
  final Map<Long, Following.Request> attaching = new HashMap<>();

  /** Its jobs that clients here wait for. */
  final JobList following = new JobList();

  Account(Neighbour neighbour) {
    this.neighbour = neighbour;
  }

  /** Jobs of a function that the neighbour cannot do, as far as this node was told. */
  static final class Surplus {
    final FunctionQueue function;
    int count;

    /** Requests under way that name it. */
    int asked;

    Surplus(FunctionQueue function, int count) {
      this.function = function;
      this.count = count;
    }
  }
}

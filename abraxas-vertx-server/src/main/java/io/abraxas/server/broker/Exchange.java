package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What nodes lend each other: the list of all that a link can say to the broker, beside the reports
 * on jobs. There is none before the first link. The rules are in {@link Lending}, for the node that
 * has the jobs, in {@link Borrowing}, for the one that has the workers, and in {@link Following},
 * for unique ids.
 */
public final class Exchange {
  private final Ledger ledger;
  private final Dispatch dispatch;
  final Lending lending;
  final Borrowing borrowing;
  private final Following following;
  private final List<Session> links = new ArrayList<>();

  Exchange(
      Ledger ledger,
      Dispatch dispatch,
      Following following,
      BrokerClock clock,
      BrokerConfig config) {
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.following = following;
    lending = new Lending(ledger, dispatch, clock, config);
    borrowing = new Borrowing(ledger, dispatch, clock, links);
  }

  void connected(Session link) {
    links.add(link);
    borrowing.connected(link);
    following.connected(link);
  }

  void lost(Session link) {
    links.remove(link);
    lending.lost(link);
    borrowing.lost(link);
    following.lost(link);
  }

  /** The links there are. */
  List<Session> links() {
    return Collections.unmodifiableList(links);
  }

  /** The other node wants to hear of a function. */
  public void want(Session link, ByteBuf name, int start, int length) {
    if (length <= Submissions.MAX_FUNCTION) {
      lending.want(link, ledger.function(name, start, length));
    }
  }

  /** The other node does not want to hear of a function any more. */
  public void unwant(Session link, ByteBuf name, int start, int length) {
    FunctionQueue function = ledger.functions.find(name, start, length);
    if (function != null) {
      lending.unwant(link, function);
    }
  }

  /** The other node has jobs of a function that nobody there is free for. */
  public void surplus(Session link, ByteBuf name, int start, int length, int count) {
    FunctionQueue function = ledger.functions.find(name, start, length);
    if (function != null && !dispatch.isDraining()) {
      borrowing.surplus(link, function, count);
    }
  }

  /** The other node has a worker that is free for one job of these functions. */
  public void borrow(Session link, long id, List<byte[]> names) {
    List<FunctionQueue> functions = new ArrayList<>(names.size());
    for (byte[] name : names) {
      FunctionQueue function = ledger.functions.find(name);
      if (function != null) {
        functions.add(function);
      }
    }
    lending.borrow(link, id, functions);
  }

  /**
   * The other node lends a job.
   *
   * @param id of the request that it answers
   * @param lent the job, with the handle that it has here when it is none of a copy
   * @param background whether it outlives its clients
   * @param left how many jobs more of its function are to be had there
   */
  public void lend(Session link, long id, StoredJob lent, boolean background, int left) {
    borrowing.lend(link, id, lent, background, left);
  }

  /** The other node has nothing for a request. */
  public void nothing(Session link, long id) {
    borrowing.nothing(link, id);
  }

  /**
   * A job that was lent over the link comes back.
   *
   * @param counted whether a worker had it
   */
  public void givenBack(Session link, long handle, boolean counted) {
    lending.givenBack(link, handle, counted);
  }

  /**
   * The other node has submits with the unique id of a job here.
   *
   * @param slot where its reply goes
   * @param background whether the job is to outlive its clients; else the node is one from now on
   */
  public void attach(Session link, ReplySlot slot, long handle, boolean background) {
    following.attach(link, slot, handle, background);
  }

  /** The other node's job was joined. */
  public void attached(Session link, long id) {
    following.attached(link, id);
  }

  /** The other node, the home of a job, does not know it any more. */
  public void gone(Session link, long id) {
    following.gone(link, id);
  }

  /**
   * The other node's job was not joined.
   *
   * @param refusal why not; OWNER_UNKNOWN when it is not or not yet the home of that job
   */
  public void refused(Session link, long id, Refusal refusal) {
    following.refused(link, id, refusal);
  }

  /** Nobody at the other node waits for a job any more. */
  public void detach(Session link, long handle) {
    following.detach(link, handle);
  }

  void canDo(Ability ability) {
    borrowing.canDo(ability);
  }

  void cannotDo(Ability ability) {
    borrowing.cannotDo(ability);
  }

  /** A worker that was woken took something: others may have to do the rest. */
  void changed(Session worker) {
    for (Ability ability : worker.abilities) {
      lending.changed(ability.function);
    }
  }

  void drain() {
    borrowing.drain();
  }

  void endTurn() {
    lending.endTurn();
  }

  void advance(long now) {
    lending.advance(now);
    borrowing.advance(now);
  }

  /** Nanoseconds from {@code now} until {@link #advance} has something to do; none: the most. */
  long nanosToNext(long now) {
    return Math.max(0, Math.min(lending.nanosToNext(now), borrowing.nanosToNext(now)));
  }
}

package io.abraxas.server.broker;

import java.util.List;

/**
 * The other end of a link: what the broker says to another node. The link is at once a worker, to
 * which jobs are lent, and a client, for which borrowed jobs run, so reports and endings come
 * through {@link Peer}; what only nodes say is here.
 *
 * <p>Nothing needs an answer, and the order of the calls is the order in which the other node must
 * see them.
 */
public interface Neighbour extends Peer {
  /**
   * Workers here can do a function: tell when you have more of it than you can do. Used up then.
   */
  void want(byte[] function);

  /** No worker here can do a function any more. */
  void unwant(byte[] function);

  /**
   * There is work that nobody here is free for.
   *
   * @param count how many jobs of the function
   */
  void surplus(byte[] function, int count);

  /**
   * A worker here is free for one job of these functions.
   *
   * @param id names the request in its answer
   */
  void borrow(long id, List<byte[]> functions);

  /**
   * The answer to a borrow: a job, which counts as running from here on. Its bytes are valid during
   * the call.
   *
   * @param left how many jobs more of its function nobody here is free for
   */
  void lend(long id, Job job, int left);

  /** The other answer to a borrow: there is nothing left of its functions. */
  void nothing(long id);

  /**
   * A borrowed job was not done here.
   *
   * @param counted whether a worker had it, so that it counts as one attempt
   */
  void giveBack(long handle, boolean counted);

  /**
   * There are submits here with the unique id of a job there. What comes of it is told by {@link
   * #jobCreated}, {@link #refused} or {@link #gone} at the other end.
   *
   * @param id names the request in its answer
   * @param background whether the job is to outlive its clients; else this node is one
   */
  void attach(long id, long handle, boolean background);

  /** The answer to an attach: there is no such job any more. */
  void gone(ReplySlot slot);

  /** No client here waits for a job there any more. */
  void detach(long handle);
}

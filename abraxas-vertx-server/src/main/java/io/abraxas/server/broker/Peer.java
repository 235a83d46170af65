package io.abraxas.server.broker;

import io.netty.buffer.ByteBuf;

/**
 * The other end of a session: what the broker says to a connection.
 *
 * <p>Calls come on the broker's thread, in the order in which the peer is to see them. An
 * implementation never calls the broker from inside one.
 */
public interface Peer {
  /**
   * Reserves the place of the reply to the submit being handled, which is not decided yet.
   *
   * <p>Replies keep their order: whatever is said to this peer from here on reaches it after the
   * reply that fills the slot.
   */
  ReplySlot holdReply();

  /**
   * JOB_CREATED.
   *
   * @param slot where the reply was held, or null when it was not
   */
  void jobCreated(ReplySlot slot, long handle);

  /**
   * ERROR in reply to a request.
   *
   * @param slot where the reply was held, or null when it was not
   */
  void refused(ReplySlot slot, Refusal refusal);

  /** JOB_ASSIGN, JOB_ASSIGN_UNIQ or JOB_ASSIGN_ALL. The job's bytes are valid during the call. */
  void assign(Job job, Grab grab);

  /** NO_JOB. */
  void noJob();

  /** NOOP: wakes a worker that sleeps. */
  void wake();

  /**
   * Passes on what a worker reports.
   *
   * @param body holds the whole body of the packet, handle first; valid during the call only
   */
  void relay(WorkReport report, ByteBuf body, int start, int length);

  /** WORK_FAIL, on the server's own account. */
  void fail(long handle);
}

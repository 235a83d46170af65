package io.abraxas.server.link;

/**
 * What nodes say to each other.
 *
 * <p>A frame is four bytes of length, big-endian, of what follows: a byte of type and a body. Texts
 * are a byte of length and ASCII, names of functions two bytes of length and bytes. Nothing is said
 * twice, and nothing needs an answer but HELLO, QUESTION and ATTACH. A type below {@value
 * #MUST_KNOW} that a node does not know it skips; one from there on ends the link, so that a later
 * version can say what must not be missed.
 */
enum LinkMessage {
  /** Magic, version, oldest version, incarnation, token of the receiver. First, from both. */
  HELLO(1),
  /** Nothing: the link lives. */
  PING(2),
  /** Function: tell me once when you have more of it than you can do. */
  WANT(3),
  /** Function: do not. */
  UNWANT(4),
  /** Count, function: there is more than can be done here. The want is used up. */
  SURPLUS(5),
  /** Id, number of functions, functions: one worker here is free for these. */
  BORROW(6),
  /** Id, flags, how many more of the function, key, record: the job. */
  LEND(7),
  /** Id: nothing of these is left. */
  NOTHING(8),
  /** Whether counted, handle: a borrowed job that was not done. */
  GIVE_BACK(9),
  /** Kind, body of the WORK_* packet as the worker sent it. */
  REPORT(10),
  /** Id, kind, body. */
  QUESTION(11),
  /** Id, body; an empty one when the question makes no sense to the one that was asked. */
  ANSWER(12),
  /** Id, flags, name of the origin, key: let submits here join this job. */
  ATTACH(13),
  /** Id: they have joined. */
  ATTACHED(14),
  /** Id: there is no such job any more. */
  GONE(15),
  /** Id, why: they may not join, or not now. */
  REFUSED(16),
  /** Handle: no client here waits for the job any more; from its home: it gives the job away. */
  DETACH(17);

  /** Types from here on must be understood. */
  static final int MUST_KNOW = 128;

  private static final LinkMessage[] BY_CODE = new LinkMessage[18];

  static {
    for (LinkMessage message : values()) {
      BY_CODE[message.code] = message;
    }
  }

  private final int code;

  LinkMessage(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The message with this code, or null. */
  static LinkMessage of(int code) {
    return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}

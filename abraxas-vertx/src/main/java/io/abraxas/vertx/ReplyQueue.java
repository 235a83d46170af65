package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import java.util.ArrayDeque;
import java.util.function.Function;

/**
 * What a connection still owes an answer, in the order of the requests, which is the order of the
 * answers.
 */
final class ReplyQueue {
  /** A worker's report came for a job the server does not have: no answer to any request. */
  static final String JOB_NOT_FOUND = "JOB_NOT_FOUND";

  static final String UNKNOWN_OPTION = "UNKNOWN_OPTION";

  private final ArrayDeque<Expected> queue = new ArrayDeque<>();

  void expect(Expected expected) {
    queue.add(expected);
  }

  int size() {
    return queue.size();
  }

  /**
   * Gives the packet to the head.
   *
   * @return false when the head waits for something else: the two sides do not agree any more
   */
  boolean answer(Packet packet) {
    Expected head = queue.peek();
    if (head == null || !head.isAnsweredBy(packet.type())) {
      return false;
    }
    queue.remove();
    head.answer(packet);
    return true;
  }

  /** Gives a line of text to the head; false as in {@link #answer}. */
  boolean line(String line) {
    Expected head = queue.peek();
    if (head == null || !head.isText()) {
      return false;
    }
    // The head leaves before it is told that it has ended: it may cause new requests.
    queue.remove();
    if (!head.line(line)) {
      queue.addFirst(head);
    }
    return true;
  }

  /** Gives an ERROR to the head; false when it cannot be its answer. */
  boolean refuse(ServerErrorException refusal) {
    Expected head = queue.peek();
    if (head == null || !head.isRefusedBy(refusal.code())) {
      return false;
    }
    queue.remove();
    head.refused(refusal);
    return true;
  }

  /** Ends all: there is no connection any more. */
  void lose(Function<Expected, GearmanException> cause) {
    Expected[] all = queue.toArray(new Expected[0]);
    queue.clear();
    for (Expected expected : all) {
      expected.lost(cause.apply(expected));
    }
  }
}

package io.abraxas.server.link;

import io.abraxas.vertx.connection.Backoff;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls to other nodes, one at a time for each, with growing pauses between those in vain. */
final class LinkCalls {
  private static final Logger LOG = LoggerFactory.getLogger(LinkCalls.class);
  private static final int CONNECT_TIMEOUT_MILLIS = 3000;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2000;

  private final ContextInternal context;
  private final BiConsumer<LinkNode, NetSocketInternal> connected;
  private final NetClient client;
  private final SplittableRandom random = new SplittableRandom();
  private final Map<String, Call> calls = new HashMap<>();
  private boolean closed;

  /** One node that is called, or will be again. */
  private final class Call {
    final Backoff pauses = new Backoff(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS, random);
    boolean underWay;
    boolean paused;

    /** The call has come to nothing: the next one waits. */
    void failed() {
      underWay = false;
      paused = true;
      context.nettyEventLoop().schedule(() -> paused = false, pauses.next(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * @param connected gets each connection that was made, on the event loop
   */
  LinkCalls(ContextInternal context, BiConsumer<LinkNode, NetSocketInternal> connected) {
    this.context = context;
    this.connected = connected;
    client =
        context
            .owner()
            .createNetClient(
                new NetClientOptions()
                    .setTcpNoDelay(true)
                    .setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
  }

  /** Calls a node, unless it is being called, or was called in vain a moment ago. */
  void call(LinkNode node) {
    Call call = calls.computeIfAbsent(node.incarnation(), who -> new Call());
    if (closed || call.underWay || call.paused) {
      return;
    }
    call.underWay = true;
    // From the context, so that the socket is on its event loop.
    context.runOnContext(
        v -> {
          Future<NetSocketInternal> made =
              client.connect(node.port(), node.host()).map(socket -> (NetSocketInternal) socket);
          made.onComplete(
              result -> {
                if (result.succeeded()) {
                  connected.accept(node, result.result());
                } else {
                  LOG.debug("cannot reach node {}: {}", node, result.cause().getMessage());
                  ended(node.incarnation());
                }
              });
        });
  }

  /** Whether a call has not been answered yet. */
  boolean isUnderWay(String incarnation) {
    Call call = calls.get(incarnation);
    return call != null && call.underWay;
  }

  /** There is a link with the node: whoever has called, the next call need not wait. */
  void linked(String incarnation) {
    Call call = calls.get(incarnation);
    if (call != null) {
      call.underWay = false;
      call.pauses.reset();
    }
  }

  /** A connection that a call has made, or was to make, is over. */
  void ended(String incarnation) {
    Call call = calls.get(incarnation);
    if (call != null && !call.paused) {
      call.failed();
    }
  }

  /** Forgets those that are dead. */
  void retain(Collection<LinkNode> alive) {
    Set<String> there = alive.stream().map(LinkNode::incarnation).collect(Collectors.toSet());
    calls.keySet().removeIf(who -> !there.contains(who) && !isUnderWay(who));
  }

  void close() {
    closed = true;
    client.close();
  }
}

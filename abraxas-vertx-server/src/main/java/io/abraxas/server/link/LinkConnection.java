package io.abraxas.server.link;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Session;
import io.abraxas.server.connection.Connections;
import io.abraxas.server.connection.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.util.HashMap;
import java.util.Map;

/**
 * One socket between two nodes.
 *
 * <pre>
 *  GREETING ──HELLO that Links accepts──▶ OPEN ──▶ CLOSED
 *      └──refused, silent, lost──────────────────────▲
 * </pre>
 *
 * <p>While it is OPEN it is a session of the broker, client and worker at once.
 */
final class LinkConnection extends Wire {
  private final Links links;
  private final Broker broker;
  private final LinkDecoder decoder;
  private final LinkPeer peer;

  /** Whom this node has called; null: the other node has called. */
  private final LinkNode called;

  /** Questions that the other node has not answered. */
  private final Map<Long, Questions.Inquiry> asked = new HashMap<>();

  private String incarnation;
  private Session session;
  private LinkReader reader;

  /** When something last came, in nanoseconds. */
  private long heardNanos = System.nanoTime();

  LinkConnection(Links links, Connections connections, Channel channel, LinkNode called) {
    // Silence tells whether a node is lost, not how fast it takes bytes: a client that is slow
    // there keeps it from reading.
    super(connections, channel, 0);
    this.links = links;
    broker = links.broker();
    this.called = called;
    peer = new LinkPeer(this, links.handles(), links.origins());
    decoder =
        new LinkDecoder(
            new LinkDecoder.Listener() {
              @Override
              public void frame(int type, ByteBuf buffer, int start, int length) {
                heard(type, buffer.slice(start, length));
              }

              @Override
              public void malformed(String reason) {
                refuse(reason);
              }
            });
  }

  LinkNode called() {
    return called;
  }

  /** Who is at the other end; null before it has said so. */
  String incarnation() {
    return incarnation;
  }

  LinkPeer peer() {
    return peer;
  }

  Map<Long, Questions.Inquiry> asked() {
    return asked;
  }

  boolean isOpen() {
    return session != null && !isClosing();
  }

  /** For logs. */
  @Override
  public String toString() {
    String who = incarnation != null ? incarnation : called == null ? null : called.incarnation();
    return "link to " + (who == null ? "an unknown node" : "node " + who);
  }

  @Override
  protected void decode(ByteBuf in, ByteBufAllocator allocator) {
    heardNanos = System.nanoTime();
    decoder.decode(in, allocator);
  }

  private void heard(int type, ByteBuf body) {
    if (isClosing()) {
      return;
    }
    LinkMessage message = LinkMessage.of(type);
    try {
      if (session == null) {
        if (message != LinkMessage.HELLO) {
          throw new IllegalArgumentException("it does not say who it is");
        }
        links.greeted(this, LinkHello.read(body));
      } else if (message != null) {
        reader.read(message, body);
      } else if (type >= LinkMessage.MUST_KNOW) {
        throw new IllegalArgumentException(
            "it says something of type " + type + ", which a later version must explain");
      }
    } catch (IndexOutOfBoundsException e) {
      refuse("a frame of type " + type + " is cut off");
    } catch (IllegalArgumentException e) {
      refuse(e.getMessage());
    }
  }

  /** The other node is who it says: from now on the broker knows it. */
  void open(String who) {
    incarnation = who;
    decoder.trust();
    session = broker.connectNode(peer, who);
    reader = new LinkReader(links, this, session);
  }

  /** Closes the link, with a line in the log. */
  void refuse(String reason) {
    links.complain("closing the {}: {}", this, reason);
    end();
  }

  /** Closes the link now: the broker takes back what was lent before anything else happens. */
  void end() {
    forget();
    close();
  }

  private void forget() {
    if (session != null) {
      broker.disconnect(session);
    }
    links.questions().lost(this);
  }

  /** Says that this node lives, and looks whether the other one does. */
  void tick(long nanos, long timeoutNanos) {
    if (isHeld()) {
      // What it says waits in the socket, because somebody here does not take its reports.
      heardNanos = nanos;
    }
    if (nanos - heardNanos > timeoutNanos) {
      refuse("it has said nothing for " + timeoutNanos / 1_000_000 + " ms");
    } else if (isOpen()) {
      peer.ping();
    }
  }

  /**
   * Where to write; null: nobody is there. What waits is bounded without the limit of other peers:
   * reports stop the workers that make them, and a job is lent for a worker that waits for it.
   */
  ByteBuf outbound() {
    return isClosing() ? null : buffer();
  }

  /** A frame was written on this node's own account. */
  void sent() {
    written();
  }

  /** A frame was written because of what the connection said that is being read. */
  void sentOn() {
    relayed();
  }

  @Override
  protected void stopDecoding() {
    decoder.stop();
  }

  @Override
  protected void vanishing() {
    if (session != null) {
      links.complain("the {} was lost", this);
    }
  }

  @Override
  protected void gone() {
    forget();
    links.closed(this);
  }
}

package io.abraxas.server.link;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Elsewhere;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.connection.Connections;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of a node. Confined to the server's event loop, but for the constructor.
 *
 * <p>A node calls every other one that the directory tells of and that it has no link with, again
 * and again while both are members. When two call each other at once, the call of the larger
 * incarnation stays: the larger one turns away a call while its own is under way, the smaller one
 * drops its own. Who is called while it believes to have a link drops that one: the other end would
 * not call if it had not lost it.
 */
public final class Links {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);
  private static final String HANDLER = "link";

  /** Most connections that have not said who they are. */
  private static final int MAX_STRANGERS = 64;

  /** How often a silent node is told within the timeout that this one lives. */
  private static final int TICKS = 3;

  private final ContextInternal context;
  private final Connections connections;
  private final Broker broker;
  private final Handles handles;
  private final Origins origins;
  private final LinkDirectory directory;
  private final LinkSettings settings;
  private final LinkListener listener;
  private final LinkCalls calls;
  private final Questions questions;

  /** Links that are open, by the incarnation at the other end. */
  private final Map<String, LinkConnection> open = new HashMap<>();

  /** Connections that have not said who they are, those called and those that call. */
  private final Set<LinkConnection> strangers = new LinkedHashSet<>();

  private ScheduledFuture<?> ticker;
  private boolean closed;

  /**
   * Links of a server that listen nowhere yet.
   *
   * @param context that of the server's event loop
   * @param connections the server's own, with which links share the turn
   * @param directory who is in the cluster
   */
  public Links(
      ContextInternal context,
      Connections connections,
      Broker broker,
      Origins origins,
      LinkDirectory directory,
      LinkSettings settings) {
    this.context = context;
    this.connections = connections;
    this.broker = broker;
    this.origins = origins;
    this.directory = directory;
    this.settings = settings;
    handles = new Handles(origins);
    listener = new LinkListener(context, settings.host(), settings.port(), this::accept);
    calls = new LinkCalls(context, this::called);
    questions = new Questions(this, context.nettyEventLoop());
  }

  /**
   * Listens for other nodes. They can be called from here on; see {@link #review}.
   *
   * @return completes with the port
   */
  public Future<Integer> listen() {
    long millis = Math.max(1, settings.timeoutMillis() / TICKS);
    ticker =
        context
            .nettyEventLoop()
            .scheduleAtFixedRate(this::tick, millis, millis, TimeUnit.MILLISECONDS);
    return listener.open();
  }

  /** The directory may have changed: calls who is new, and ends links to who is dead. */
  public void review() {
    if (closed) {
      return;
    }
    for (LinkConnection link : List.copyOf(open.values())) {
      if (directory.find(link.incarnation()) == null) {
        LOG.info("closing the {}: it is no member any more", link);
        link.end();
      }
    }
    for (LinkNode node : directory.others()) {
      if (node.port() > 0 && !open.containsKey(node.incarnation())) {
        calls.call(node);
      }
    }
    calls.retain(directory.others());
  }

  private void tick() {
    long now = System.nanoTime();
    long timeout = TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis());
    List<LinkConnection> all = new ArrayList<>(open.values());
    all.addAll(strangers);
    all.forEach(link -> link.tick(now, timeout));
    review();
  }

  private void accept(NetSocketInternal socket) {
    if (closed || strangers.size() >= MAX_STRANGERS) {
      socket.channelHandlerContext().close();
    } else {
      connect(socket, null);
    }
  }

  /** A node that was called has answered the telephone: it is told who calls. */
  private void called(LinkNode node, NetSocketInternal socket) {
    if (closed || open.containsKey(node.incarnation())) {
      socket.channelHandlerContext().close();
    } else {
      LinkConnection connection = connect(socket, node);
      connection.peer().hello(new LinkHello(settings.incarnation(), node.token()));
    }
  }

  private LinkConnection connect(NetSocketInternal socket, LinkNode node) {
    ChannelHandlerContext last = socket.channelHandlerContext();
    Channel channel = last.channel();
    LinkConnection connection = new LinkConnection(this, connections, channel, node);
    strangers.add(connection);
    last.pipeline().addBefore(last.name(), HANDLER, connection);
    return connection;
  }

  /** A connection has said who is at the other end. */
  void greeted(LinkConnection connection, LinkHello hello) {
    LinkNode called = connection.called();
    String who = hello.incarnation();
    LinkNode known = directory.find(who);
    if (!hello.isUnderstood()) {
      connection.refuse(
          "it speaks version " + hello.version() + " of links, this is " + LinkHello.VERSION);
    } else if (called != null && !called.incarnation().equals(who)) {
      connection.refuse("node " + who + " has answered");
    } else if (known == null || who.equals(settings.incarnation())) {
      connection.refuse("node " + who + " is not known here, or dead");
    } else if (!hello.hasToken(settings.token())) {
      connection.refuse("node " + who + " has the wrong token");
    } else if (called == null
        && calls.isUnderWay(who)
        && settings.incarnation().compareTo(who) > 0) {
      LOG.debug("turning node {} away: it is being called", who);
      connection.end();
    } else {
      welcome(connection, known);
    }
  }

  private void welcome(LinkConnection connection, LinkNode node) {
    String who = node.incarnation();
    strangers.remove(connection);
    for (LinkConnection other : List.copyOf(strangers)) {
      if (other.called() != null && other.called().incarnation().equals(who)) {
        other.end();
      }
    }
    calls.linked(who);
    LinkConnection before = open.remove(who);
    if (before != null) {
      before.end();
    }
    if (connection.called() == null) {
      connection.peer().hello(new LinkHello(settings.incarnation(), node.token()));
    }
    open.put(who, connection);
    connection.open(who);
    LOG.info("linked with node {}", who);
  }

  void closed(LinkConnection connection) {
    String who = connection.incarnation();
    boolean replaced =
        !strangers.remove(connection) && !(who != null && open.remove(who, connection));
    if (connection.called() != null && !replaced) {
      calls.ended(connection.called().incarnation());
    }
    review();
  }

  /**
   * Ends all links, and calls nobody any more. Jobs that were lent are taken back.
   *
   * @return completes when nobody can call any more
   */
  public Future<Void> close() {
    closed = true;
    if (ticker != null) {
      ticker.cancel(false);
    }
    calls.close();
    List<LinkConnection> all = new ArrayList<>(open.values());
    all.addAll(strangers);
    open.clear();
    all.forEach(LinkConnection::end);
    return listener.close();
  }

  /** What the other nodes know. */
  public Elsewhere elsewhere() {
    return questions;
  }

  /** How many nodes this one is linked with. */
  public int size() {
    return open.size();
  }

  /** Links that are open. */
  List<LinkConnection> all() {
    return open.values().stream().filter(LinkConnection::isOpen).toList();
  }

  Broker broker() {
    return broker;
  }

  Handles handles() {
    return handles;
  }

  Origins origins() {
    return origins;
  }

  LinkDirectory directory() {
    return directory;
  }

  Questions questions() {
    return questions;
  }

  void complain(String format, Object... arguments) {
    connections.complain(format, arguments);
  }
}

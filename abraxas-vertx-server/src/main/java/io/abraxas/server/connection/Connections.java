package io.abraxas.server.connection;

import io.abraxas.server.ConnectionOptions;
import io.abraxas.server.admin.AdminConsole;
import io.abraxas.server.admin.ServerControl;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Elsewhere;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Session;
import io.abraxas.vertx.protocol.MemoryBudget;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.vertx.core.internal.net.NetSocketInternal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connections of a server, and what they share. Confined to the server's event loop. */
public final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final String HANDLER = "gearman";

  private final Broker broker;
  private final Handles handles;
  private final ConnectionOptions options;
  private final ScheduleFields schedules;
  private final MemoryLimit memory;
  private final Complaints complaints = new Complaints();
  private final AdminConsole console;
  private final LoopTurn turn;
  private final Set<ServerConnection> open = new LinkedHashSet<>();

  /** The connection whose bytes are being handled, or null. */
  private Wire reading;

  /** What other nodes know; null: there are none. */
  private Elsewhere elsewhere;

  private boolean refusing;
  private boolean leaving;

  /**
   * @param memory bounds queued jobs and half-received packets together
   * @param server what an operator can do to the server through any connection
   */
  public Connections(
      EventLoop loop,
      Broker broker,
      Handles handles,
      MemoryLimit memory,
      ConnectionOptions options,
      ScheduleFields schedules,
      ServerControl server) {
    this.broker = broker;
    this.handles = handles;
    this.options = options;
    this.schedules = schedules;
    this.memory = memory;
    console = new AdminConsole(broker, handles, server);
    turn = new LoopTurn(loop, broker);
  }

  /**
   * What a connection may hold of half-received packets. The results of workers are taken in any
   * case: they end jobs, which makes room.
   */
  private record ConnectionBudget(MemoryLimit memory, Session session) implements MemoryBudget {
    @Override
    public boolean reserve(PacketType type, int bytes) {
      boolean result =
          type != null
              && type.sender() == PacketType.Sender.WORKER_AND_SERVER
              && session.running() > 0;
      if (type != null && !result) {
        return memory.tryReserve(bytes);
      }
      memory.reserve(bytes);
      return true;
    }

    @Override
    public void release(int bytes) {
      memory.release(bytes);
    }
  }

  /** Takes over a socket that was just accepted. */
  public void accept(NetSocketInternal socket) {
    ChannelHandlerContext last = socket.channelHandlerContext();
    ServerConnection connection = admit(last.channel(), false);
    if (connection == null) {
      last.close();
    } else {
      // Before Vert.x's own handler: bytes are taken here, its view of the socket's life goes on.
      last.pipeline().addBefore(last.name(), HANDLER, connection);
    }
  }

  /** Takes over the server's end of a connection inside this JVM. */
  public void acceptLocal(Channel channel) {
    ServerConnection connection = admit(channel, true);
    if (connection == null) {
      channel.close();
    } else {
      channel.pipeline().addLast(HANDLER, connection);
    }
  }

  /** The new connection, or null when there are too many. */
  private ServerConnection admit(Channel channel, boolean local) {
    int limit = options.getMaxConnections();
    if (limit > 0 && open.size() >= limit) {
      if (!refusing) {
        LOG.warn("refusing connections: there are {}, the limit", limit);
        refusing = true;
      }
      return null;
    }
    ServerConnection connection = new ServerConnection(this, channel, local);
    open.add(connection);
    return connection;
  }

  void closed(ServerConnection connection) {
    open.remove(connection);
    // Well below the limit only, or it would be logged with each connection that comes and goes.
    if (open.size() < options.getMaxConnections() * 9L / 10) {
      refusing = false;
    }
  }

  /** Runs the action at the end of each turn of the event loop from now on. */
  public void afterTurn(Runnable action) {
    turn.afterTurn(action);
  }

  /** Something was said to the broker from elsewhere: what follows from it goes out. */
  public void touch() {
    turn.touch();
  }

  /**
   * The server is about to leave its cluster. From now on only what workers report is heard, and
   * connections are closed once nothing is owed to them, so that their peers go elsewhere.
   */
  public void leave() {
    leaving = true;
    turn.afterTurn(() -> List.copyOf(open).forEach(ServerConnection::closeIfOwedNothing));
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Sends every peer what is due to it, then closes its connection. */
  public void closeAll() {
    turn.afterTurn(() -> {});
    turn.stop();
    List.copyOf(open).forEach(ServerConnection::sendAndClose);
  }

  /** Closes every connection that is left. */
  public void abort() {
    List.copyOf(open).forEach(ServerConnection::abort);
  }

  /** How many connections there are. */
  public int size() {
    return open.size();
  }

  Broker broker() {
    return broker;
  }

  Handles handles() {
    return handles;
  }

  ConnectionOptions options() {
    return options;
  }

  ScheduleFields schedules() {
    return schedules;
  }

  MemoryBudget budget(Session session) {
    return new ConnectionBudget(memory, session);
  }

  /**
   * There are other nodes: what is not known here may be known there.
   *
   * @param statusOfAll whether {@code status} tells of all nodes unless asked otherwise
   */
  public void elsewhere(Elsewhere others, boolean statusOfAll) {
    elsewhere = others;
    console.elsewhere(others, statusOfAll);
  }

  /** Null: there are no other nodes. */
  Elsewhere elsewhere() {
    return elsewhere;
  }

  /** Logs a line about a peer, unless there were too many in this second. */
  public void complain(String format, Object... arguments) {
    complaints.say(format, arguments);
  }

  Complaints complaints() {
    return complaints;
  }

  AdminConsole console() {
    return console;
  }

  LoopTurn turn() {
    return turn;
  }

  Wire reading() {
    return reading;
  }

  void reading(Wire connection) {
    reading = connection;
  }
}

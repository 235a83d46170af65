package io.abraxas.server.connection;

import io.abraxas.server.broker.Broker;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of each turn of the event loop: all that the turn produced goes out in one write for each
 * connection and one call for the store.
 *
 * <p>Netty runs tasks after the sockets that were ready, so a task queued by the first write of a
 * turn runs when all packets of the turn are handled.
 */
final class LoopTurn {
  /** Due times are wall clock times, and that clock may jump: look again at least this often. */
  private static final long MAX_WAIT_MILLIS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(LoopTurn.class);

  private final EventLoop loop;
  private final Broker broker;
  private final Runnable end = this::end;
  private List<Wire> dirty = new ArrayList<>();
  private List<Wire> spare = new ArrayList<>();
  private boolean ending;
  private boolean stopped;
  private Runnable afterTurn = () -> {};
  private ScheduledFuture<?> timer;
  private long timerAtNanos;

  LoopTurn(EventLoop loop, Broker broker) {
    this.loop = loop;
    this.broker = broker;
  }

  /** The connection has something to send at the end of this turn. */
  void dirty(Wire connection) {
    dirty.add(connection);
    touch();
  }

  /** The broker was called in this turn. */
  void touch() {
    if (!ending) {
      ending = true;
      loop.execute(end);
    }
  }

  private void end() {
    ending = false;
    broker.endTurn();
    List<Wire> sending = dirty;
    dirty = spare;
    for (int i = 0; i < sending.size(); i++) {
      flush(sending.get(i));
    }
    sending.clear();
    spare = sending;
    setTimer();
    afterTurn.run();
  }

  private static void flush(Wire connection) {
    try {
      connection.flush();
    } catch (RuntimeException e) {
      // Its own fault alone: the other connections of this turn still get theirs.
      LOG.error("closing {} after an error of the server's own", connection, e);
      connection.close();
    }
  }

  /** To be run at the end of each turn from now on. */
  void afterTurn(Runnable action) {
    afterTurn = action;
    touch();
  }

  private void setTimer() {
    long millis = broker.millisToNext();
    if (millis < 0 || stopped) {
      return;
    }
    millis = Math.min(millis, MAX_WAIT_MILLIS);
    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    if (timer != null) {
      if (timerAtNanos - at <= 0) {
        return;
      }
      timer.cancel(false);
    }
    timerAtNanos = at;
    timer = loop.schedule(this::advance, millis, TimeUnit.MILLISECONDS);
  }

  private void advance() {
    timer = null;
    broker.advance();
    touch();
  }

  /** Nothing happens by itself from now on. */
  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}

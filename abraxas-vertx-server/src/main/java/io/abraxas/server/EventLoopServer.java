package io.abraxas.server;

import io.abraxas.server.admin.ServerControl;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.BrokerClock;
import io.abraxas.server.broker.BrokerConfig;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.cluster.ClusterMembership;
import io.abraxas.server.cluster.ClusterNode;
import io.abraxas.server.cluster.ClusteredVertx;
import io.abraxas.server.connection.Connections;
import io.abraxas.server.link.LinkDirectory;
import io.abraxas.server.link.Links;
import io.abraxas.server.schedule.CronFields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server: puts broker, connections and listeners together on one event loop and ends them.
 *
 * <pre>
 *  NEW ──listen──▶ LISTENING ──drain──▶ DRAINING ──nothing runs──▶ STOPPING ──▶ CLOSED
 *   │                  └────────close────────┴────close──────────────▲           ▲
 *   └───────────────────────────close / listen failed────────────────────────────┘
 * </pre>
 *
 * <p>In a cluster it leaves while it is DRAINING, and a first close is a drain, too.
 */
final class EventLoopServer implements GearmanServer {
  private static final Logger LOG = LoggerFactory.getLogger(GearmanServer.class);

  /** How long a peer may take its last bytes when the server stops. */
  private static final long STOP_GRACE_MILLIS = 1000;

  /** The same after a graceful stop. */
  private static final long DRAINED_GRACE_MILLIS = 30_000;

  private enum State {
    NEW,
    LISTENING,
    DRAINING,
    STOPPING,
    CLOSED
  }

  private final ContextInternal context;
  private final GearmanServerOptions options;
  private final Promise<Void> closed = Promise.promise();
  private final Origins origins;
  private final Broker broker;
  private final Connections connections;
  private final Listeners listeners;

  /** Null: it is in no cluster. */
  private final ClusterMembership membership;

  /** Confined to the event loop. */
  private State state = State.NEW;

  /** Null before it has joined a cluster. */
  private Links links;

  /** Why it stopped by itself, or null. */
  private Throwable failure;

  EventLoopServer(Vertx vertx, GearmanServerOptions options) {
    this.options = new GearmanServerOptions(options);
    context = eventLoopContext((VertxInternal) vertx);
    MemoryLimit memory = new MemoryLimit(this.options.effectiveMaxMemory());
    origins = new Origins(handlePrefix(this.options), incarnation(this.options));
    membership = this.options.isCluster() ? membership() : null;
    broker =
        new Broker(
            new SystemClock(),
            config(this.options),
            memory,
            membership == null ? null : membership.store(),
            membership == null ? null : membership.owners());
    Handles handles = new Handles(origins);
    ZoneId zone = ZoneId.of(this.options.getTimeZone());
    connections =
        new Connections(
            context.nettyEventLoop(),
            broker,
            handles,
            memory,
            this.options.getConnectionOptions(),
            (minute, hour, day, month, dayOfWeek) ->
                CronFields.parse(minute, hour, day, month, dayOfWeek, zone),
            new Control());
    listeners = new Listeners(vertx, this.options, connections::accept, local(vertx));
  }

  /** The one place that knows of Hazelcast, which an application need not have. */
  private ClusterMembership membership() {
    try {
      return ClusterNode.create(context.owner(), context, options, origins);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException("cluster needs vertx-hazelcast on the class path", e);
    }
  }

  private LocalListener local(Vertx vertx) {
    String name = options.getLocal();
    return name == null
        ? null
        : new LocalListener(vertx, context.nettyEventLoop(), name, connections::acceptLocal);
  }

  private static ContextInternal eventLoopContext(VertxInternal vertx) {
    ContextInternal current = vertx.getOrCreateContext();
    return current.isEventLoopContext() ? current : vertx.createEventLoopContext();
  }

  private static BrokerConfig config(GearmanServerOptions options) {
    return new BrokerConfig(
        options.getJobRetries(),
        options.isRoundRobin(),
        options.getWorkerWakeup(),
        options.isExceptions());
  }

  private static String handlePrefix(GearmanServerOptions options) {
    String prefix = options.getJobHandlePrefix();
    return prefix != null && !prefix.isEmpty() ? prefix : "H:" + HostName.find();
  }

  private static String incarnation(GearmanServerOptions options) {
    long now = System.currentTimeMillis();
    return options.isCluster()
        ? Incarnation.nextOfCluster(now)
        : Incarnation.next(now, ProcessHandle.current().pid());
  }

  private static final class SystemClock implements BrokerClock {
    @Override
    public long epochMillis() {
      return System.currentTimeMillis();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  }

  /** What an operator at the admin console can do to the server. */
  private final class Control implements ServerControl {
    @Override
    public String version() {
      return Version.current();
    }

    @Override
    public String verbosity() {
      if (LOG.isDebugEnabled()) {
        return "DEBUG";
      }
      return LOG.isInfoEnabled() ? "INFO" : LOG.isWarnEnabled() ? "WARNING" : "ERROR";
    }

    @Override
    public void shutdown(boolean graceful) {
      // In a later turn: this one still has to send the answer.
      context.runOnContext(v -> (graceful ? drain() : close()).onFailure(EventLoopServer::report));
    }
  }

  private static void report(Throwable cause) {
    LOG.error("the server did not stop in good order", cause);
  }

  @Override
  public Future<GearmanServer> listen() {
    Promise<GearmanServer> promise = context.promise();
    context.runOnContext(
        v -> {
          if (state != State.NEW) {
            promise.fail(new IllegalStateException("this server was started before"));
            return;
          }
          state = State.LISTENING;
          join()
              .compose(joined -> open())
              .onSuccess(done -> promise.complete(this))
              .onFailure(cause -> closeMembership().onComplete(left -> endFailed(promise, cause)));
        });
    return promise.future();
  }

  private Future<Void> join() {
    if (membership == null) {
      return Future.succeededFuture();
    }
    if (ClusteredVertx.isMadeByOthers(context.owner())) {
      try {
        OptionsJson.checkClusteredByOthers(options);
      } catch (IllegalArgumentException e) {
        return Future.failedFuture(e);
      }
    }
    membership.lost().onSuccess(this::lost);
    LinkDirectory directory = membership.directory(this::reviewLinks);
    return membership.join(
        broker,
        connections::touch,
        settings -> {
          links = new Links(context, connections, broker, origins, directory, settings);
          connections.elsewhere(links.elsewhere(), options.getClusterOptions().isStatus());
          return links.listen();
        });
  }

  private void reviewLinks() {
    if (links != null) {
      links.review();
    }
  }

  private Future<Void> open() {
    // It may have been told to stop while it joined.
    return state == State.LISTENING
        ? listeners.open()
        : Future.failedFuture(new IllegalStateException("this server was stopped"));
  }

  private void endFailed(Promise<GearmanServer> promise, Throwable cause) {
    end();
    promise.fail(cause);
  }

  private Future<Void> closeMembership() {
    Future<Void> left = membership == null ? Future.succeededFuture() : membership.close();
    // Afterwards: what was lent comes back, which is not to be stored any more.
    Future<Void> unlinked = links == null ? Future.succeededFuture() : links.close();
    return Future.join(left, unlinked).mapEmpty();
  }

  /**
   * In a cluster a stop is a leaving, unless there is no time for it: others take the jobs over.
   */
  private void leave() {
    state = State.DRAINING;
    LOG.info("leaving the cluster: {} jobs run", broker.running());
    listeners.close();
    connections.leave();
    membership.leave().onComplete(left -> stop());
  }

  /** The others go on with its jobs: here they must not run as well. */
  private void lost(String reason) {
    context.runOnContext(
        v -> {
          LOG.error("stopping, since the server is in the cluster no more: {}", reason);
          failure = new IllegalStateException("out of the cluster: " + reason);
          stop();
        });
  }

  @Override
  public Future<Void> drain() {
    context.runOnContext(
        v -> {
          if (state != State.LISTENING) {
            if (state == State.NEW) {
              stop();
            }
            return;
          }
          if (membership != null) {
            leave();
            return;
          }
          state = State.DRAINING;
          LOG.info("draining: {} jobs run", broker.running());
          broker.drain();
          listeners.close();
          if (options.getDrainTimeoutSeconds() > 0) {
            context.setTimer(
                TimeUnit.SECONDS.toMillis(options.getDrainTimeoutSeconds()), timer -> stop());
          }
          connections.afterTurn(
              () -> {
                if (broker.running() == 0) {
                  stop();
                }
              });
        });
    return closed.future();
  }

  @Override
  public Future<Void> close() {
    context.runOnContext(
        v -> {
          if (membership != null && state == State.LISTENING) {
            leave();
          } else {
            stop();
          }
        });
    return closed.future();
  }

  private void stop() {
    switch (state) {
      case NEW -> end();
      case LISTENING, DRAINING -> {
        // Who waited for the last jobs gets to read their results, however large.
        boolean drained = membership == null && state == State.DRAINING && broker.running() == 0;
        long grace = drained ? DRAINED_GRACE_MILLIS : STOP_GRACE_MILLIS;
        state = State.STOPPING;
        Future<Void> left = closeMembership();
        Future<Void> gone = listeners.close();
        connections.closeAll();
        long timer = context.setTimer(grace, t -> connections.abort());
        gone.onComplete(
            done -> {
              context.owner().cancelTimer(timer);
              left.onComplete(l -> end());
            });
      }
      case STOPPING, CLOSED -> {}
    }
  }

  private void end() {
    state = State.CLOSED;
    if (failure == null) {
      closed.tryComplete();
    } else {
      closed.tryFail(failure);
    }
  }

  @Override
  public Future<Void> closed() {
    return closed.future();
  }

  @Override
  public int actualPort() {
    return listeners.actualPort();
  }

  @Override
  public List<String> addresses() {
    return listeners.addresses();
  }
}

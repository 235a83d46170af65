package io.abraxas.server;

import io.abraxas.server.admin.ServerControl;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.BrokerClock;
import io.abraxas.server.broker.BrokerConfig;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Owner;
import io.abraxas.server.broker.UniqueOwners;
import io.abraxas.server.connection.Connections;
import io.abraxas.server.link.LinkNode;
import io.abraxas.server.link.LinkSettings;
import io.abraxas.server.link.Links;
import io.abraxas.server.link.Town;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A server with links to others, without Hazelcast: the parts of one, put together for tests. */
public final class LinkedServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Vertx vertx;
  private final ContextInternal context;
  private final String incarnation;
  private final Listeners listeners;
  private final Links links;
  private final int linkPort;
  private boolean closed;

  /** How one differs from what is usual. */
  public static final class Setup {
    /** Of its connections. */
    public ConnectionOptions options = new ConnectionOptions();

    /** Silence after which a link is lost. */
    public long timeoutMillis = 3000;

    /** Whether {@code status} tells of all. */
    public boolean statusOfAll;

    /** How often a worker may be lost with a job. */
    public int jobRetries;

    /** Who owns every unique id, until that one is gone; null: each server its own. */
    public Function<Origins, Owner> owner;
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

  private static final class NoControl implements ServerControl {
    @Override
    public String version() {
      return "0";
    }

    @Override
    public String verbosity() {
      return "INFO";
    }

    @Override
    public void shutdown(boolean graceful) {}
  }

  /** Somebody owns all unique ids; who asks again owns its own. */
  private static final class OneOwner implements UniqueOwners {
    private final Function<Origins, Owner> owner;
    private final Origins origins;
    private BiConsumer<Long, Owner> answer;

    OneOwner(Function<Origins, Owner> owner, Origins origins) {
      this.owner = owner;
      this.origins = origins;
    }

    @Override
    public void ask(Job job) {
      answer.accept(job.handle(), owner.apply(origins));
    }

    @Override
    public void replace(Job job, Owner gone) {
      answer.accept(job.handle(), Owner.OURS);
    }

    @Override
    public void askLater(Job job, Owner last) {
      answer.accept(job.handle(), Owner.UNKNOWN);
    }

    @Override
    public void forget(Job job) {}

    @Override
    public boolean isSettled(int origin) {
      return false;
    }
  }

  private LinkedServer(Town town, int number, Setup setup) {
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    context = ((VertxInternal) vertx).createEventLoopContext();
    incarnation = String.format("%019d", number);
    MemoryLimit memory = new MemoryLimit(0);
    BrokerConfig config = new BrokerConfig(setup.jobRetries, false, 0, false);
    Origins origins = new Origins("H:node" + number, incarnation);
    OneOwner owners = setup.owner == null ? null : new OneOwner(setup.owner, origins);
    Broker broker = new Broker(new SystemClock(), config, memory, null, owners);
    Connections connections =
        new Connections(
            context.nettyEventLoop(),
            broker,
            new Handles(origins),
            memory,
            setup.options,
            (minute, hour, day, month, dayOfWeek) -> from -> -1,
            new NoControl());
    if (owners != null) {
      owners.answer =
          (handle, owner) ->
              context.runOnContext(
                  v -> {
                    broker.ownerKnown(handle, owner);
                    connections.touch();
                  });
    }
    GearmanServerOptions listen = new GearmanServerOptions().setListen(List.of(HOST + ":0"));
    listeners = new Listeners(vertx, listen, connections::accept, null);
    String token = "token" + number;
    links =
        new Links(
            context,
            connections,
            broker,
            origins,
            town.seenBy(incarnation),
            new LinkSettings(incarnation, token, HOST, 0, setup.timeoutMillis));
    connections.elsewhere(links.elsewhere(), setup.statusOfAll);
    linkPort = onLoop(links::listen);
    town.enter(new LinkNode(incarnation, HOST, linkPort, token));
    onLoop(listeners::open);
  }

  /** Starts one. It calls nobody before {@link #review}. */
  public static LinkedServer start(Town town, int number, Setup setup) {
    return new LinkedServer(town, number, setup);
  }

  /** Does something where the broker lives, and waits for what it gives. */
  private <T> T onLoop(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> action.get().onComplete(promise));
    return TestServer.await(promise.future());
  }

  /** Has it look at the town anew. */
  public void review() {
    onLoop(
        () -> {
          links.review();
          return Future.succeededFuture();
        });
  }

  /** How many nodes it is linked with. */
  public int linked() {
    return onLoop(() -> Future.succeededFuture(links.size()));
  }

  /** Its name in the town. */
  public String incarnation() {
    return incarnation;
  }

  /** Where other nodes call. */
  public int linkPort() {
    return linkPort;
  }

  /** Its Vert.x. */
  public Vertx vertx() {
    return vertx;
  }

  /** Connects a peer. */
  public WireClient connect() {
    return WireClient.connect(listeners.actualPort());
  }

  /** Connects a peer that takes little before it is read. */
  public WireClient connect(int receiveBuffer) {
    return WireClient.connect(listeners.actualPort(), receiveBuffer);
  }

  /** Ends it as a crash would, for the others: nobody is told anything. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      onLoop(links::close);
      TestServer.await(vertx.close());
    }
  }
}

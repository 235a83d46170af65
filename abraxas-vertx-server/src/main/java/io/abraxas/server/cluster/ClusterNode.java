package io.abraxas.server.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.splitbrainprotection.SplitBrainProtection;
import io.abraxas.server.ClusterOptions;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.JobStore;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.UniqueOwners;
import io.abraxas.server.link.LinkDirectory;
import io.abraxas.server.link.LinkSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server of a cluster: what joins, watches and leaves.
 *
 * <p>Three kinds of threads meet here. The broker's loop never blocks; it asks the store only. One
 * thread of its own does what blocks and decides; {@link #onThread} puts work there. Hazelcast's
 * threads tell of events and do nothing but that.
 */
public final class ClusterNode implements ClusterMembership {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

  private static final int TOKEN_BYTES = 16;

  /**
   * How long each of two last steps may block. What is left to do is done without anybody waiting.
   */
  private static final int CLOSE_SECONDS = 2;

  private final Vertx vertx;
  private final ContextInternal context;
  private final GearmanServerOptions serverOptions;
  private final ClusterOptions options;
  private final Origins origins;
  private final String incarnation;
  private final String token = newToken();
  private final HazelcastJobStore store;
  private final HazelcastUniqueOwners owners;
  private final Promise<String> lost = Promise.promise();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "abraxas-cluster"));

  // Confined to the event loop.

  private NodeLinks directory;

  /** Null before it has joined. */
  private Duties duties;

  // Confined to the thread of its own from here on.

  private HazelcastInstance hazelcast;
  private Nodes nodes;
  private Replicas replicas;
  private NodeEntry own;
  private UUID lifecycleListener;
  private UUID membershipListener;

  /** Null before it has joined. Confined to the thread. */
  private ReplicaWatch watch;

  /** Whether it is the server that ends this. Read by Hazelcast's threads. */
  private volatile boolean leaving;

  private ClusterNode(
      Vertx vertx, ContextInternal context, GearmanServerOptions options, Origins origins) {
    this.vertx = vertx;
    this.context = context;
    serverOptions = options;
    this.options = options.getClusterOptions();
    this.origins = origins;
    incarnation = origins.incarnation(0);
    long timeoutMillis = TimeUnit.SECONDS.toMillis(this.options.getStoreTimeoutSeconds());
    store = new HazelcastJobStore(context.nettyEventLoop(), origins, timeoutMillis);
    owners = new HazelcastUniqueOwners(context.nettyEventLoop(), origins, timeoutMillis);
  }

  /**
   * A server that has not joined yet.
   *
   * @param context that of its event loop
   * @param origins the first of them is this server
   */
  public static ClusterMembership create(
      Vertx vertx, ContextInternal context, GearmanServerOptions options, Origins origins) {
    return new ClusterNode(vertx, context, options, origins);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread daemon = new Thread(task, name);
    daemon.setDaemon(true);
    return daemon;
  }

  @Override
  public JobStore store() {
    return store;
  }

  @Override
  public UniqueOwners owners() {
    return owners;
  }

  @Override
  public Future<String> lost() {
    return lost.future();
  }

  @Override
  public LinkDirectory directory(Runnable changed) {
    directory = new NodeLinks(context, incarnation, changed);
    return directory;
  }

  @Override
  public Future<Void> join(
      Broker broker, Runnable turn, Function<LinkSettings, Future<Integer>> links) {
    return call(this::find)
        .compose(links)
        .compose(port -> call(() -> enter(port)))
        .onSuccess(
            maps -> {
              openStore(maps, broker, turn);
              beginDuties(maps, broker, turn);
              openOwners(maps, broker, turn);
              onThread(this::begin);
            })
        .onFailure(cause -> thread.shutdown())
        .mapEmpty();
  }

  private <T> Future<T> call(Supplier<T> task) {
    Promise<T> done = context.promise();
    boolean begun =
        onThread(
            () -> {
              try {
                done.complete(task.get());
              } catch (RuntimeException e) {
                done.fail(e);
              }
            });
    if (!begun) {
      done.fail(new IllegalStateException("the server has ended"));
    }
    return done.future();
  }

  /** Finds the cluster that its Vert.x is in; how others may link with this server. */
  private LinkSettings find() {
    hazelcast = ClusteredVertx.hazelcast(vertx);
    if (hazelcast == null) {
      throw new IllegalStateException(
          "cluster needs a Vert.x that Hazelcast clusters, as \"vertx run -cluster\" starts it");
    }
    requireHonestAnswers(hazelcast);
    return new LinkSettings(
        incarnation,
        token,
        hazelcast.getCluster().getLocalMember().getAddress().getHost(),
        options.getLinkPort(),
        TimeUnit.SECONDS.toMillis(options.getHeartbeatTimeoutSeconds()));
  }

  private Maps enter(int linkPort) {
    Maps maps = Maps.announce(hazelcast, options.getBackups());
    nodes = new Nodes(maps.nodes());
    replicas = new Replicas(hazelcast, options.getBackups());
    lifecycleListener = hazelcast.getLifecycleService().addLifecycleListener(this::lifecycle);
    membershipListener = hazelcast.getCluster().addMembershipListener(new Listener());
    Member here = hazelcast.getCluster().getLocalMember();
    own =
        NodeEntry.started(
            incarnation, here.getUuid(), here.getAddress().getHost(), linkPort, token);
    if (!nodes.enter(incarnation, own)) {
      throw new IllegalStateException("another server of the cluster has the name " + incarnation);
    }
    tellWhatWasJoined(nodes.read());
    return maps;
  }

  /** The store is open: what happens from now on counts. */
  private void begin() {
    watch =
        new ReplicaWatch(
            replicas, () -> context.runOnContext(v -> store.release()), () -> leaving, thread);
    reviewReplicas();
  }

  private void reviewReplicas() {
    if (watch != null) {
      watch.check();
    }
  }

  /** Without it a write succeeds although its backup did not answer in time. */
  private static void requireHonestAnswers(HazelcastInstance hazelcast) {
    String property = ClusterProperty.FAIL_ON_INDETERMINATE_OPERATION_STATE.getName();
    if (!Boolean.parseBoolean(hazelcast.getConfig().getProperty(property))) {
      throw new IllegalStateException(
          property + " must be true in cluster.xml: else a job may be told to be safe that is not");
    }
  }

  private static String newToken() {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    return HexFormat.of().formatHex(token);
  }

  private void openStore(Maps maps, Broker broker, Runnable turn) {
    store.open(maps.jobMap(), new BrokerAnswers(broker), turn, replicas::isThin, quorum());
  }

  private void openOwners(Maps maps, Broker broker, Runnable turn) {
    owners.open(
        UniqueMap.of(maps.uniques()),
        maps.nodes(),
        new BrokerAnswers(broker),
        turn,
        directory::homes,
        duties::isSettled);
  }

  /** Whether members enough are in touch; where nobody configured a quorum, they are. */
  private BooleanSupplier quorum() {
    String name = ClusteredVertx.QUORUM;
    if (!hazelcast.getConfig().getSplitBrainProtectionConfigs().containsKey(name)) {
      return () -> true;
    }
    SplitBrainProtection quorum =
        hazelcast.getSplitBrainProtectionService().getSplitBrainProtection(name);
    return quorum::hasMinimumSize;
  }

  private void beginDuties(Maps maps, Broker broker, Runnable turn) {
    duties =
        new Duties(
            context,
            broker,
            turn,
            origins,
            store,
            owners,
            maps,
            nodes,
            replicas,
            own,
            directory::saw,
            serverOptions,
            thread);
    directory.open(maps, duties::isSafe);
    duties.begin();
  }

  private void tellWhatWasJoined(Map<String, NodeEntry> servers) {
    Cluster cluster = hazelcast.getCluster();
    Member here = cluster.getLocalMember();
    String others =
        cluster.getMembers().stream()
            .filter(member -> !member.equals(here))
            .map(member -> member.getAddress().getHost() + ":" + member.getAddress().getPort())
            .collect(Collectors.joining(", "));
    LOG.info(
        "in cluster {} at {}:{} with {}, servers {}, each job on {} members as far as there are",
        hazelcast.getConfig().getClusterName(),
        here.getAddress().getHost(),
        here.getAddress().getPort(),
        others.isEmpty() ? "nobody else yet" : others,
        servers.size(),
        options.getBackups() + 1);
  }

  /** Runs it on the thread of its own, from any thread; false when the node has ended. */
  private boolean onThread(Runnable task) {
    try {
      thread.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.debug("the node has ended", e);
      return false;
    }
  }

  private final class Listener implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      tell("joined", event);
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      replicas.memberLost();
      tell("is lost, or has left", event);
    }

    private void tell(String what, MembershipEvent event) {
      Member member = event.getMember();
      LOG.info(
          "member {}:{} {}; there are {}",
          member.getAddress().getHost(),
          member.getAddress().getPort(),
          what,
          event.getMembers().size());
      onThread(ClusterNode.this::reviewReplicas);
    }
  }

  private void lifecycle(LifecycleEvent event) {
    boolean ending =
        event.getState() == LifecycleState.SHUTTING_DOWN
            || event.getState() == LifecycleState.SHUTDOWN;
    if (ending && !leaving) {
      lost.tryComplete("its Hazelcast has ended");
    }
  }

  @Override
  public Future<Void> leave() {
    return duties == null
        ? Future.succeededFuture()
        : duties.leave(TimeUnit.SECONDS.toMillis(serverOptions.getLeaveTimeoutSeconds()));
  }

  @Override
  public Future<Void> close() {
    leaving = true;
    // At once: what workers that are cut off leave behind is the others' business.
    store.close();
    owners.close();
    Future<Void> told = duties == null ? Future.succeededFuture() : duties.close();
    return told.timeout(CLOSE_SECONDS, TimeUnit.SECONDS)
        .onFailure(
            cause -> LOG.warn("the others could not be told of the end: {}", cause.toString()))
        .transform(any -> end().timeout(CLOSE_SECONDS, TimeUnit.SECONDS))
        .otherwiseEmpty();
  }

  private Future<Void> end() {
    Promise<Void> ended = context.promise();
    boolean begun =
        onThread(
            () -> {
              try {
                deregister();
              } catch (RuntimeException e) {
                LOG.debug("the cluster was gone already", e);
              }
              thread.shutdown();
              ended.complete();
            });
    return begun ? ended.future() : Future.succeededFuture();
  }

  private void deregister() {
    if (own != null && hazelcast.getLifecycleService().isRunning()) {
      hazelcast.getLifecycleService().removeLifecycleListener(lifecycleListener);
      hazelcast.getCluster().removeMembershipListener(membershipListener);
    }
  }
}

package io.abraxas.server.cluster;

import io.abraxas.server.ClusterOptions;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.cluster.NodeEntry.State;
import io.abraxas.server.schedule.CronFields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.ZoneId;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server of a cluster does for the others, from joining to leaving: it goes on with the jobs
 * of those that are lost, tells what runs here, and hands its own jobs over when it leaves.
 *
 * <p>Confined to the event loop, but for what says otherwise.
 */
final class Duties {
  private static final long RETRY_MILLIS = 1000;

  /** So many heartbeat timeouts a server that is there may take to fire a schedule. */
  private static final int HANG_TIMEOUTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Duties.class);

  private final ContextInternal context;
  private final Broker broker;
  private final Runnable turn;
  private final HazelcastJobStore store;
  private final HazelcastUniqueOwners owners;
  private final Maps maps;
  private final ScheduledExecutorService thread;
  private final RunningList list;
  private final SharedSchedules schedules;

  // Confined to the cluster's thread from here on.

  private final OwnEntry own;
  private final Settlement settlement;
  private final Reconciliation reconciliation;
  private Registrations events;
  private Registrations scheduleEvents;
  private boolean closed;

  /**
   * @param turn run after something was said to the broker
   * @param first this server's entry, as it was entered
   * @param witness told of the cluster as it is seen, on the cluster's thread
   * @param thread the cluster's
   */
  Duties(
      ContextInternal context,
      Broker broker,
      Runnable turn,
      Origins origins,
      HazelcastJobStore store,
      HazelcastUniqueOwners owners,
      Maps maps,
      Nodes nodes,
      Replicas replicas,
      NodeEntry first,
      Consumer<Homes> witness,
      GearmanServerOptions options,
      ScheduledExecutorService thread) {
    this.context = context;
    this.broker = broker;
    this.turn = turn;
    this.store = store;
    this.owners = owners;
    this.maps = maps;
    this.thread = thread;
    String self = origins.incarnation(0);
    list = new RunningList(context, self, origins, broker.adoption(), maps.running());
    own =
        new OwnEntry(
            nodes, self, first, () -> maps.hazelcast().getCluster().getLocalMember().getUuid());
    BrokerLoop loop = new BrokerLoop(context, broker, turn);
    ClusterOptions cluster = options.getClusterOptions();
    schedules =
        new SharedSchedules(
            maps,
            origins,
            options.getTimeZone(),
            (fields, zone) -> CronFields.parse(fields, ZoneId.of(zone)),
            loop,
            replicas::isThin,
            System::currentTimeMillis,
            TimeUnit.SECONDS.toMillis(cluster.getStoreTimeoutSeconds()),
            HANG_TIMEOUTS * TimeUnit.SECONDS.toMillis(cluster.getHeartbeatTimeoutSeconds()));
    Records records = new Records(maps, origins);
    settlement =
        new Settlement(
            maps.uniques(),
            Records.partitionKeys(maps.hazelcast().getPartitionService()),
            origins,
            loop,
            owners,
            thread);
    reconciliation =
        new Reconciliation(
            maps,
            nodes,
            self,
            own,
            new Takeover(origins, records, maps.running(), list, owners, schedules::mayRun, loop),
            settlement,
            replicas,
            () -> loop.call(b -> store.isIdle()),
            witness.andThen(schedules::saw),
            TimeUnit.SECONDS.toMillis(cluster.getHeartbeatTimeoutSeconds()),
            thread);
  }

  /** Begins. */
  void begin() {
    broker.adoption().watch(list);
    broker.scheduleImage().keepIn(schedules);
    onThread(
        () -> {
          // Others may count on this server by now; both look now and then without any event.
          reconciliation.review();
          schedules.begin();
          listen();
        });
  }

  /** Has Hazelcast tell of events, which blocks and may fail: then it is tried again. */
  private void listen() {
    if (closed) {
      return;
    }
    try {
      if (events == null) {
        events = ClusterEvents.tell(reconciliation, maps);
      }
      if (scheduleEvents == null) {
        scheduleEvents = ScheduleEvents.tell(schedules, maps);
      }
      // Nobody told of what happened until now.
      reconciliation.reviewRecords();
    } catch (RuntimeException e) {
      LOG.warn("could not listen to the cluster, trying again: {}", e.toString());
      listenLater();
    }
  }

  private void listenLater() {
    try {
      thread.schedule(this::listen, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the server ends", e);
    }
  }

  /** Whether all that happened in the cluster is dealt with here. From any thread. */
  boolean isSafe() {
    return reconciliation.isSafe();
  }

  /** See {@link Settlement}. From any thread. */
  boolean isSettled(String origin) {
    return settlement.has(origin);
  }

  private boolean isIdle() {
    return store.isIdle() && owners.isIdle() && schedules.isIdle();
  }

  /** See {@link Leaving#leave}. */
  Future<Void> leave(long timeoutMillis) {
    Leaving.Steps steps =
        new Leaving.Steps() {
          @Override
          public void closeStore() {
            store.close();
            owners.close();
          }

          @Override
          public Future<Void> tell(State state) {
            return onThread(
                () -> {
                  own.move(state);
                  if (state == State.LEAVING) {
                    settlement.stop();
                  }
                });
          }

          @Override
          public Future<Void> stopTakingOver() {
            return onThread(reconciliation::stop);
          }
        };
    return new Leaving(context, broker, turn, list, this::isIdle, steps).leave(timeoutMillis);
  }

  /** Ends at once. What this server had is lost to the others, who go on with it. */
  Future<Void> close() {
    list.close();
    schedules.close();
    return onThread(
        () -> {
          closed = true;
          reconciliation.stop();
          try {
            // First, since without it nobody goes on with the jobs while the member lives.
            if (own.state() != State.LEFT) {
              own.move(State.LEFT);
            }
          } finally {
            endListening();
          }
        });
  }

  private void endListening() {
    if (events != null) {
      events.close();
    }
    if (scheduleEvents != null) {
      scheduleEvents.close();
    }
  }

  private Future<Void> onThread(Runnable task) {
    Promise<Void> done = context.promise();
    try {
      thread.execute(
          () -> {
            try {
              task.run();
              done.complete();
            } catch (RuntimeException e) {
              done.fail(e);
            }
          });
    } catch (RejectedExecutionException e) {
      done.fail(e);
    }
    return done.future();
  }
}

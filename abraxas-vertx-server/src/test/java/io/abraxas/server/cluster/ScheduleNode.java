package io.abraxas.server.cluster;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.BrokerClock;
import io.abraxas.server.broker.BrokerConfig;
import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Recurrence;
import io.abraxas.server.broker.Schedule;
import io.abraxas.server.broker.ScheduleStore;
import io.abraxas.server.broker.Session;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.broker.Submit;
import io.abraxas.server.broker.WorkReport;
import io.abraxas.server.cluster.NodeEntry.State;
import io.abraxas.server.schedule.CronFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A server as far as schedules go: a broker on a loop of its own, whose clock a test turns, and
 * whose jobs and schedules are in the maps of a member.
 */
final class ScheduleNode {
  /** A full minute. */
  static final long START = 1_800_000_000_000L;

  static final long MINUTE = 60_000;

  /** As if for ever. */
  static final long PATIENCE_MILLIS = 3_600_000;

  final String incarnation;
  final Origins origins;
  final Firings firings;

  /** What the broker said to its client and worker. */
  final List<String> told;

  /** Jobs of firings that are stored and of which nobody said yet what becomes of them. */
  final List<Stored> stored = new CopyOnWriteArrayList<>();

  /** The cluster as it sees it. */
  volatile Homes homes;

  final BrokerLoop loop;
  private final AtomicLong clock;
  private final Session session;

  record Stored(long job, Firing firing) {}

  /** A server that is told by the test of each step that is its turn. */
  ScheduleNode(Vertx vertx, Maps maps, int number, AtomicLong clock) {
    this.clock = clock;
    incarnation = String.format("1%018d", number);
    origins = new Origins("H:" + number, incarnation);
    homes = new Homes(incarnation, Map.of(), Set.of());
    ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
    HazelcastJobStore store = new HazelcastJobStore(context.nettyEventLoop(), origins, 20_000);
    Broker broker = new Broker(new Clock(), BrokerConfig.DEFAULT, new MemoryLimit(0), store, null);
    store.open(
        maps.jobMap(),
        new StoreAnswers() {
          @Override
          public void stored(long handle, boolean success) {
            broker.stored(handle, success);
          }

          @Override
          public void forgotten(long handle) {
            broker.forgotten(handle);
          }
        },
        broker::endTurn,
        () -> false,
        () -> true);
    loop = new BrokerLoop(context, broker, broker::endTurn);
    firings = firings(maps, PATIENCE_MILLIS);
    RecordingPeer peer = new RecordingPeer();
    told = peer.told;
    session = on(b -> b.connect(peer, "here"));
    loop.run(b -> b.canDo(session, bytes("f"), 0, 1, 0));
    keepIn(new ByHand());
  }

  /** Its part in firings, which waits so long for a server that is there. */
  Firings firings(Maps maps, long patienceMillis) {
    return new Firings(
        maps,
        origins,
        ScheduleNode::times,
        () -> homes,
        loop,
        clock::get,
        (key, record) -> null,
        patienceMillis);
  }

  static Recurrence times(String fields, String zone) {
    return CronFields.parse(fields, ZoneId.of(zone));
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
  }

  void keepIn(ScheduleStore store) {
    loop.run(broker -> broker.scheduleImage().keepIn(store));
  }

  <T> T on(Function<Broker, T> question) {
    return loop.call(question);
  }

  /** It sees these, and itself, as up; others that it has seen as lost. */
  void see(ScheduleNode... others) {
    Map<String, NodeEntry> entries = new HashMap<>(homes.nodes());
    Set<String> there = new HashSet<>();
    there.add(incarnation);
    for (ScheduleNode other : others) {
      there.add(other.incarnation);
    }
    there.forEach(node -> entries.put(node, entry(node)));
    homes = new Homes(incarnation, entries, there);
  }

  /** Nothing is known of this one any more. */
  void forget(ScheduleNode other) {
    Map<String, NodeEntry> entries = new HashMap<>(homes.nodes());
    entries.remove(other.incarnation);
    homes = new Homes(incarnation, entries, homes.there());
  }

  private static NodeEntry entry(String incarnation) {
    return NodeEntry.started(incarnation, new UUID(1, incarnation.hashCode()), "here", 0, "t")
        .in(State.UP);
  }

  /** A client submits a schedule of each minute. */
  void submit(String unique, String payload) {
    loop.run(
        broker -> {
          ByteBuf all = bytes("f" + unique + payload);
          Submit submit =
              new Submit()
                  .set(all, Priority.NORMAL, true)
                  .function(0, 1)
                  .unique(1, unique.length())
                  .payload(1 + unique.length(), payload.length());
          broker.submitSchedule(session, submit, times("* * * * *", "UTC"), "* * * * *");
        });
  }

  /** Does what is due by the clock. */
  void advance() {
    loop.run(Broker::advance);
  }

  /** A worker takes a job, if there is one. */
  void grab() {
    loop.run(broker -> broker.grab(session, Grab.PLAIN));
  }

  /** Its worker ends a job. */
  void complete(long job) {
    loop.run(broker -> broker.report(session, WorkReport.COMPLETE, job, bytes("x"), 0, 1));
  }

  /** Jobs that it has, stored or not yet. */
  int jobs() {
    return on(Broker::jobs);
  }

  /** Handles of its schedules. */
  List<Long> schedules() {
    return on(broker -> broker.schedules().stream().map(s -> s.handle()).toList());
  }

  /** Which submits made them what they are. */
  List<String> marks() {
    return on(broker -> broker.schedules().stream().map(s -> s.mark()).toList());
  }

  private final class Clock implements BrokerClock {
    @Override
    public long epochMillis() {
      return clock.get();
    }

    @Override
    public long nanoTime() {
      return clock.get() * 1_000_000;
    }
  }

  /** Does nothing of its own accord. */
  private final class ByHand implements ScheduleStore {
    @Override
    public void submit(StoredSchedule schedule) {
      throw new AssertionError("the test puts schedules into the map");
    }

    @Override
    public void cancel(Schedule schedule) {
      throw new AssertionError("the test removes schedules from the map");
    }

    @Override
    public void due(long handle, long dueMillis) {
      throw new AssertionError("the test fires");
    }

    @Override
    public void stored(Job job, Firing firing) {
      stored.add(new Stored(job.handle(), firing));
    }
  }
}

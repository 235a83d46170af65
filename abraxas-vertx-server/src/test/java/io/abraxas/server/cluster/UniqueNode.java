package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.BrokerConfig;
import io.abraxas.server.broker.JobStore;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Owner;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Session;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.Submit;
import io.abraxas.server.cluster.NodeEntry.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;

/** A server as far as unique ids go: a broker on a loop of its own, and its claims. */
final class UniqueNode implements AutoCloseable {
  static final String SELF = "1000000000000000001";
  static final String OTHER = "1000000000000000002";
  static final String THIRD = "1000000000000000003";

  final Origins origins = new Origins("H:self", SELF);

  /** The entries of servers, as the map has them. */
  final ManualMap nodes = new ManualMap();

  /** What its client hears. */
  final RecordingPeer client = new RecordingPeer();

  /** What the broker was told of owners. */
  final List<String> answers = new CopyOnWriteArrayList<>();

  final HazelcastUniqueOwners owners;
  final BrokerLoop loop;
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, NodeEntry> known = new HashMap<>();
  private final Set<String> there = new HashSet<>();
  private final Session session;
  private volatile Homes homes;

  /**
   * @param map where its claims go
   * @param timeoutMillis how long a claim may take
   * @param store takes its background jobs, and never says that it did
   */
  UniqueNode(UniqueMap map, long timeoutMillis, JobStore store) {
    enter(SELF);
    ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
    owners = new HazelcastUniqueOwners(context.nettyEventLoop(), origins, timeoutMillis);
    Broker broker =
        new Broker(new StoppedClock(), BrokerConfig.DEFAULT, new MemoryLimit(0), store, owners);
    loop = new BrokerLoop(context, broker, broker::endTurn);
    session = loop.call(b -> b.connect(client, "here"));
    loop.run(
        b ->
            owners.open(
                map, nodes.map(), new Answers(b), b::endTurn, () -> homes, origin -> false));
  }

  UniqueNode(UniqueMap map) {
    this(map, 60_000, (puts, removed) -> {});
  }

  private final class Answers implements HazelcastUniqueOwners.OwnerAnswers {
    private final BrokerAnswers broker;

    Answers(Broker broker) {
      this.broker = new BrokerAnswers(broker);
    }

    @Override
    public void ownerKnown(long handle, Owner owner) {
      answers.add(owner.kind() + " " + owner.handle() + " " + owner.node());
      broker.ownerKnown(handle, owner);
    }

    @Override
    public boolean isClaimed(long handle) {
      return broker.isClaimed(handle);
    }
  }

  /** Another server is there. */
  void enter(String node) {
    known.put(node, NodeEntry.started(node, UUID.randomUUID(), "127.0.0.1", 1, "t").in(State.UP));
    there.add(node);
    see();
  }

  /** A server is lost. */
  void lose(String node) {
    there.remove(node);
    see();
  }

  /** A server has become the home of the jobs of another. */
  void claim(String node, String home) {
    known.put(node, known.get(node).claimedBy(home));
    see();
  }

  private void see() {
    homes = new Homes(SELF, Map.copyOf(known), Set.copyOf(there));
  }

  Homes homes() {
    return homes;
  }

  /** Submits a job for {@code f}. */
  void submit(String unique, String payload, boolean background) {
    byte[] bytes = ("f" + unique + payload).getBytes(StandardCharsets.ISO_8859_1);
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    Submit submit =
        new Submit()
            .set(buffer, Priority.NORMAL, background)
            .function(0, 1)
            .unique(1, unique.length())
            .payload(1 + unique.length(), payload.length());
    loop.run(broker -> broker.submit(session, submit));
  }

  void submit(String unique) {
    submit(unique, "p", false);
  }

  /** Takes a job of another server over; its handle. */
  long adopt(String origin, long number, String unique) {
    long handle = handle(origin, number);
    StoredJob job =
        new StoredJob(
            handle,
            new byte[] {'f'},
            unique.getBytes(StandardCharsets.ISO_8859_1),
            false,
            Priority.NORMAL,
            0,
            0,
            0,
            new byte[] {'p'},
            null);
    assertThat(loop.<Boolean>call(broker -> broker.adoption().adopt(job, false))).isTrue();
    return handle;
  }

  /** The handle here of a job of another server. */
  long handle(String origin, long number) {
    return Origins.handle(origins.enter("H:other", origin), number);
  }

  void cancel(long handle) {
    assertThat(loop.<Boolean>call(broker -> broker.cancel(handle))).isTrue();
  }

  /** The map may have lost the claim of a job. */
  void restore(long handle) {
    loop.run(
        broker ->
            broker
                .adoption()
                .forEachClaimed(
                    job -> {
                      if (job.handle() == handle) {
                        owners.restore(List.of(job));
                      }
                    }));
  }

  boolean isIdle() {
    return loop.call(broker -> owners.isIdle());
  }

  void awaitIdle() {
    soon().until(this::isIdle);
  }

  void awaitTold(String... lines) {
    soon().untilAsserted(() -> assertThat(client.told).containsExactly(lines));
  }

  /** The claim of a job here. */
  byte[] own(long handle) {
    return UniqueEntry.value(handle, origins);
  }

  /** The claim of a job of another server. */
  static byte[] foreign(String incarnation, long number) {
    return UniqueEntry.value(number, new Origins("H:other", incarnation));
  }

  static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2));
  }

  @Override
  public void close() {
    loop.run(broker -> owners.close());
    ClusterServers.get(vertx.close());
  }
}

package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.BrokerClock;
import io.abraxas.server.broker.BrokerConfig;
import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Peer;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Refusal;
import io.abraxas.server.broker.ReplySlot;
import io.abraxas.server.broker.Session;
import io.abraxas.server.broker.Submit;
import io.abraxas.server.broker.WorkReport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker's claims on a map whose operations complete when a test says so. */
class HazelcastUniqueOwnersTest {
  private static final String SELF = "1000000000000000001";
  private static final String OTHER = "1000000000000000002";
  private static final String KEY = "f\0u";

  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final Origins origins = new Origins("H:self", SELF);
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final ManualMap nodes = new ManualMap();
  private final Map<String, NodeEntry> known = new HashMap<>();
  private final Set<String> there = new HashSet<>();
  private final Client client = new Client();
  private volatile RuntimeException refusal;
  private volatile Homes homes;
  private HazelcastUniqueOwners owners;
  private Broker broker;
  private Session session;

  /** An operation on the map of unique ids. */
  private record Call(
      String operation, String key, List<Byte> known, CompletableFuture<Object> result) {
    void succeed(Object answer) {
      result.complete(answer);
    }

    void fail() {
      result.completeExceptionally(new IllegalStateException("no backup"));
    }
  }

  private final class Claims implements UniqueMap {
    @SuppressWarnings("unchecked") // Whoever completes it knows of what.
    private <T> CompletionStage<T> add(String operation, String key, byte[] known) {
      if (refusal != null) {
        throw refusal;
      }
      Call call = new Call(operation, key, list(known), new CompletableFuture<>());
      calls.add(call);
      return (CompletionStage<T>) call.result;
    }

    @Override
    public CompletionStage<byte[]> putIfAbsent(String key, byte[] value) {
      return add("put", key, value);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, byte[] known, byte[] value) {
      return add("replace", key, known);
    }

    @Override
    public CompletionStage<Boolean> remove(String key, byte[] known) {
      return add("remove", key, known);
    }
  }

  private static List<Byte> list(byte[] bytes) {
    return java.util.stream.IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList();
  }

  private static final class Clock implements BrokerClock {
    @Override
    public long epochMillis() {
      return System.currentTimeMillis();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  }

  /** Writes down what becomes of submits. */
  private static final class Client implements Peer {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public ReplySlot holdReply() {
      return new ReplySlot() {};
    }

    @Override
    public void jobCreated(ReplySlot slot, long handle) {
      told.add("created " + handle);
    }

    @Override
    public void refused(ReplySlot slot, Refusal refusal) {
      told.add("refused " + refusal);
    }

    @Override
    public void assign(Job job, Grab grab) {
      told.add("assign " + job.handle());
    }

    @Override
    public void noJob() {}

    @Override
    public void wake() {}

    @Override
    public void relay(WorkReport report, ByteBuf body, int start, int length) {}

    @Override
    public void fail(long handle) {
      told.add("fail " + handle);
    }
  }

  @BeforeEach
  void start() {
    open(60_000);
  }

  private void open(long timeoutMillis) {
    enter(SELF);
    owners = new HazelcastUniqueOwners(loop, origins, timeoutMillis);
    broker = new Broker(new Clock(), BrokerConfig.DEFAULT, new MemoryLimit(0), null, owners);
    session = onLoop(() -> broker.connect(client, "here"));
    onLoop(
        () -> {
          owners.open(
              new Claims(),
              nodes.map(),
              new BrokerAnswers(broker),
              broker::endTurn,
              () -> homes,
              origin -> false);
          return null;
        });
  }

  private void enter(String node) {
    known.put(node, NodeEntry.started(node, UUID.randomUUID(), "127.0.0.1", 1, "t"));
    there.add(node);
    see();
  }

  private void see() {
    homes = new Homes(SELF, Map.copyOf(known), Set.copyOf(there));
  }

  @AfterEach
  void stop() {
    onLoop(
        () -> {
          owners.close();
          return null;
        });
    loop.shutdownNow();
  }

  private <T> T onLoop(Callable<T> action) {
    try {
      return loop.submit(action).get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void submit(String unique, String payload) {
    byte[] bytes = ("f" + unique + payload).getBytes(StandardCharsets.ISO_8859_1);
    Submit submit =
        new Submit()
            .set(Unpooled.wrappedBuffer(bytes), Priority.NORMAL, false)
            .function(0, 1)
            .unique(1, unique.length())
            .payload(1 + unique.length(), payload.length());
    onLoop(
        () -> {
          broker.submit(session, submit);
          broker.endTurn();
          return null;
        });
  }

  private void cancel(long handle) {
    assertThat(onLoop(() -> broker.cancel(handle))).isTrue();
  }

  private static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2));
  }

  private Call call(int index, String operation, byte[] expected) {
    soon().until(() -> calls.size() > index);
    Call call = calls.get(index);
    assertThat(call.operation).isEqualTo(operation);
    assertThat(call.key).isEqualTo(KEY);
    assertThat(call.known).isEqualTo(list(expected));
    return call;
  }

  private byte[] own(long handle) {
    return UniqueEntry.value(handle, origins);
  }

  private byte[] foreign(String incarnation, long number) {
    return UniqueEntry.value(number, new Origins("H:other", incarnation));
  }

  private void awaitTold(String... lines) {
    soon().untilAsserted(() -> assertThat(client.told).containsExactly(lines));
  }

  private boolean isIdle() {
    return onLoop(owners::isIdle);
  }

  @Test
  void whoIsFirstOwnsTheIdUntilTheJobEnds() {
    submit("u", "p");
    call(0, "put", own(1)).succeed(null);
    awaitTold("created 1");
    cancel(1);
    assertThat(isIdle()).isFalse();
    call(1, "remove", own(1)).succeed(true);
    soon().until(this::isIdle);
  }

  @Test
  void aJobThatOwnsItsPayloadIsKnownByItsHash() {
    submit("-", "abc");
    soon().until(() -> calls.size() == 1);
    assertThat(calls.get(0).key)
        .isEqualTo("f\0\0ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void repeatsWhatMayHaveFailedAndFindsItsOwnClaim() {
    submit("u", "p");
    call(0, "put", own(1)).fail();
    call(1, "put", own(1)).succeed(own(1));
    awaitTold("created 1");
    cancel(1);
    call(2, "remove", own(1)).fail();
    call(3, "remove", own(1)).succeed(false);
    soon().until(this::isIdle);
  }

  @Test
  void repeatsWhatAMemberThatMergesRefuses() {
    refusal = new IllegalStateException("merging");
    submit("u", "p");
    refusal = null;
    call(0, "put", own(1)).succeed(null);
    awaitTold("created 1");
  }

  @Test
  void replacesAClaimWhoseOriginNobodyKnows() {
    submit("u", "p");
    call(0, "put", own(1)).succeed(foreign(OTHER, 7));
    soon().until(() -> nodes.calls.size() == 1);
    assertThat(nodes.calls.get(0).key()).isEqualTo(OTHER);
    nodes.calls.get(0).succeed();
    call(1, "replace", foreign(OTHER, 7)).succeed(true);
    awaitTold("created 1");
  }

  @Test
  void looksAgainWhenSomebodyElseReplacedTheClaim() {
    submit("u", "p");
    call(0, "put", own(1)).succeed(foreign(OTHER, 7));
    soon().until(() -> nodes.calls.size() == 1);
    nodes.calls.get(0).succeed();
    call(1, "replace", foreign(OTHER, 7)).succeed(false);
    call(2, "put", own(1)).succeed(null);
    awaitTold("created 1");
  }

  @Test
  void waitsForANodeThatHasJustCome() {
    submit("u", "p");
    call(0, "put", own(1)).succeed(foreign(OTHER, 7));
    soon().until(() -> nodes.calls.size() == 1);
    nodes.calls.get(0).result().complete(new byte[] {1});
    call(1, "put", own(1)).succeed(null);
    awaitTold("created 1");
  }

  @Test
  void waitsForTheHeirOfALostNodeUntilTimeIsUp() {
    owners.close();
    open(1000);
    enter(OTHER);
    there.remove(OTHER);
    see();
    submit("u", "p");
    call(0, "put", own(1)).succeed(foreign(OTHER, 7));
    call(1, "put", own(1)).succeed(foreign(OTHER, 7));
    // The third is under way when time is up.
    Call third = call(2, "put", own(1));
    awaitTold("refused OWNER_UNKNOWN");
    call(3, "remove", own(1)).succeed(false);
    third.succeed(null);
    call(4, "remove", own(1)).succeed(true);
    soon().until(this::isIdle);
  }

  @Test
  void asksLaterWhenTheHomeIsNotLinked() {
    enter(OTHER);
    submit("u", "p");
    call(0, "put", own(1)).succeed(foreign(OTHER, 7));
    call(1, "put", own(1)).succeed(null);
    awaitTold("created 1");
  }

  @Test
  void replacesAClaimOfItsOwnWhoseJobHasEnded() {
    submit("u", "p");
    call(0, "put", own(1)).succeed(null);
    awaitTold("created 1");
    cancel(1);
    submit("u", "p");
    call(1, "remove", own(1));
    call(2, "put", own(2)).succeed(own(1));
    call(3, "replace", own(1)).succeed(true);
    awaitTold("created 1", "fail 1", "created 2");
  }

  @Test
  void refusesWhenAClaimCannotBeRead() {
    submit("u", "p");
    call(0, "put", own(1)).succeed(new byte[] {9, 9});
    awaitTold("refused OWNER_UNKNOWN");
  }

  @Test
  void aClaimThatWasLostIsPutAgainUnlessItsJobHasEndedMeanwhile() {
    submit("u", "p");
    call(0, "put", own(1)).succeed(null);
    awaitTold("created 1");
    Job job = onLoop(() -> broker.find(1));
    for (int i = 0; i < 2; i++) {
      onLoop(
          () -> {
            owners.restore(job);
            return null;
          });
    }
    call(1, "put", own(1)).succeed(null);
    soon().until(() -> calls.size() == 3);
    cancel(1);
    call(3, "remove", own(1)).succeed(true);
    call(2, "put", own(1)).succeed(null);
    call(4, "remove", own(1)).succeed(true);
    soon().until(this::isIdle);
  }

  @Test
  void manyClaimsAreUnderWayAtOnceAndTheRestWaits() {
    for (int i = 0; i < 600; i++) {
      submit("u" + i, "p");
    }
    assertThat(calls).hasSize(512);
    calls.forEach(call -> call.succeed(null));
    soon().until(() -> calls.size() == 600);
    calls.forEach(call -> call.succeed(null));
    soon().until(() -> client.told.size() == 600);
  }
}

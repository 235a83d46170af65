package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.broker.Origins;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HazelcastJobStoreTest {
  private static final byte[] FIRST = {1};
  private static final byte[] SECOND = {2};
  private static final byte[] THIRD = {3};

  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final ManualMap map = new ManualMap();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicInteger turns = new AtomicInteger();
  private volatile boolean thin;
  private HazelcastJobStore store;

  @BeforeEach
  void start() {
    open(60_000);
  }

  private void open(long timeoutMillis) {
    store = new HazelcastJobStore(loop, new Origins("H:t", "0123456789012345678"), timeoutMillis);
    store.open(
        map,
        new StoreAnswers() {
          @Override
          public void stored(long handle, boolean success) {
            said.add((success ? "stored " : "failed ") + handle);
          }

          @Override
          public void forgotten(long handle) {
            said.add("forgotten " + handle);
          }
        },
        turns::incrementAndGet,
        () -> thin,
        () -> true);
  }

  @AfterEach
  void stop() {
    onLoop(store::close);
    loop.shutdownNow();
  }

  private void onLoop(Runnable action) {
    onLoop(Executors.callable(action));
  }

  private <T> T onLoop(Callable<T> action) {
    try {
      return loop.submit(action).get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void put(long handle, byte[] record) {
    onLoop(() -> putNow(handle, record, true));
  }

  private void putNow(long handle, byte[] record, boolean submit) {
    store.put(handle, record, submit);
    store.write(List.of(), List.of());
  }

  private void rewrite(long handle, byte[] record) {
    onLoop(() -> putNow(handle, record, false));
  }

  private void remove(long handle) {
    onLoop(() -> store.write(List.of(), List.of(handle)));
  }

  private static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofSeconds(10))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2));
  }

  /** Waits until everything that has arrived is dealt with. */
  private void settle() {
    onLoop(() -> {});
  }

  private void awaitCalls(int count) {
    soon().until(() -> map.calls.size() >= count);
  }

  private void awaitSaid(String... words) {
    soon().untilAsserted(() -> assertThat(said).containsExactly(words));
  }

  @Test
  void answersWhenTheMapHasIt() {
    put(1, FIRST);
    settle();
    assertThat(said).isEmpty();
    map.last().succeed();
    awaitSaid("stored 1");
    remove(1);
    map.last().succeed();
    awaitSaid("stored 1", "forgotten 1");
    assertThat(map.calls).hasToString("[set 1, remove 1]");
    assertThat(onLoop(store::isIdle)).isTrue();
  }

  @Test
  void theNewestOfThoseThatWaitForTheirKeyFollows() {
    put(1, FIRST);
    rewrite(1, SECOND);
    rewrite(1, THIRD);
    assertThat(map.calls).hasSize(1);
    map.last().succeed();
    awaitCalls(2);
    assertThat(map.last().value()).isEqualTo(THIRD);
    map.last().succeed();
    awaitSaid("stored 1", "stored 1");
    assertThat(map.calls).hasSize(2);
  }

  @Test
  void aRemovalFollowsThePutThatItUndoes() {
    put(1, FIRST);
    rewrite(1, SECOND);
    remove(1);
    map.last().succeed();
    awaitCalls(2);
    map.last().succeed();
    awaitSaid("forgotten 1");
    assertThat(map.calls).hasToString("[set 1, remove 1]");
  }

  @Test
  void whatFailsIsDoneAgain() {
    put(1, FIRST);
    remove(2);
    map.calls.get(0).fail();
    map.calls.get(1).fail();
    awaitCalls(4);
    settle();
    assertThat(said).isEmpty();
    map.calls.get(2).fail();
    map.calls.get(3).fail();
    awaitCalls(6);
    map.calls.get(4).succeed();
    awaitSaid("stored 1");
    map.calls.get(5).succeed();
    awaitSaid("stored 1", "forgotten 2");
    assertThat(map.calls).hasToString("[set 1, remove 2, set 1, remove 2, set 1, remove 2]");
  }

  @Test
  void aRemovalTakesThePlaceOfAPutThatFailed() {
    put(1, FIRST);
    onLoop(
        () -> {
          map.last().fail();
          // Right behind the news of that, before it may be tried again.
          loop.execute(() -> store.write(List.of(), List.of(1L)));
        });
    awaitCalls(2);
    map.last().succeed();
    awaitSaid("forgotten 1");
    assertThat(map.calls).hasToString("[set 1, remove 1]");
  }

  @Test
  void aCallThatThrowsCountsAsFailed() {
    map.refusal = new IllegalStateException("merging");
    put(1, FIRST);
    settle();
    assertThat(map.calls).isEmpty();
    map.refusal = null;
    awaitCalls(1);
    map.last().succeed();
    awaitSaid("stored 1");
  }

  @Test
  void aSubmitFailsWithTheTimeoutAndLeavesNothing() {
    open(200);
    put(1, FIRST);
    map.last().fail();
    soon().until(() -> said.contains("failed 1"));
    soon()
        .until(
            () -> {
              map.calls.forEach(
                  call -> {
                    if (call.operation().equals("set")) {
                      call.fail();
                    } else {
                      call.succeed();
                    }
                  });
              return said.contains("forgotten 1");
            });
    awaitSaid("failed 1", "forgotten 1");
    assertThat(onLoop(store::isIdle)).isTrue();
  }

  @Test
  void aSubmitFailsWithTheTimeoutWhileItIsUnderWayToo() {
    open(200);
    put(1, FIRST);
    awaitSaid("failed 1");
    assertThat(map.calls).hasSize(1);
    map.last().succeed();
    awaitCalls(2);
    map.last().succeed();
    awaitSaid("failed 1", "forgotten 1");
    assertThat(map.calls).hasToString("[set 1, remove 1]");
  }

  @Test
  void aJobThatWasPromisedIsWrittenHoweverLongItTakes() {
    open(1);
    rewrite(1, SECOND);
    for (int i = 1; i < 6; i++) {
      map.last().fail();
      awaitCalls(i + 1);
    }
    map.last().succeed();
    awaitSaid("stored 1");
  }

  @Test
  void noMoreThan512AreUnderWayAndTheRestFollowsInOrder() {
    onLoop(
        () -> {
          for (int i = 1; i <= 600; i++) {
            // None goes together with another.
            store.put(i * 100L, FIRST, true);
          }
          store.write(List.of(), List.of());
        });
    assertThat(map.calls).hasSize(512);
    map.calls.get(7).succeed();
    map.calls.get(3).succeed();
    awaitCalls(514);
    assertThat(map.calls.subList(512, 514)).hasToString("[set 51300, set 51400]");
    for (int i = 0; i < 600; i++) {
      awaitCalls(i + 1);
      map.calls.get(i).succeed();
    }
    soon().until(() -> said.size() == 600);
  }

  @Test
  void noMoreThan16MebibytesAreUnderWay() {
    byte[] half = new byte[9 << 20];
    put(1, half);
    put(2, half);
    put(3, half);
    put(4, FIRST);
    assertThat(map.calls).hasToString("[set 1, set 2]");
    map.calls.get(0).succeed();
    awaitCalls(3);
    map.calls.get(1).succeed();
    awaitCalls(4);
    assertThat(map.calls).hasToString("[set 1, set 2, set 3, set 4]");
  }

  @Test
  void holdsTheAnswersToSubmitsWhileTheClusterIsThin() {
    put(1, FIRST);
    rewrite(2, FIRST);
    thin = true;
    map.calls.get(0).succeed();
    map.calls.get(1).succeed();
    awaitSaid("stored 2");
    settle();
    assertThat(said).containsExactly("stored 2");
    thin = false;
    onLoop(store::release);
    awaitSaid("stored 2", "stored 1");
  }

  @Test
  void putsThatFollowEachOtherGoTogether() {
    onLoop(
        () -> {
          for (long handle : new long[] {1, 2, 63, 64, 65, 200}) {
            store.put(handle, FIRST, true);
          }
          store.write(List.of(), List.of());
        });
    assertThat(map.calls).hasToString("[set all 1 2 63, set all 64 65, set 200]");
    map.calls.get(0).succeed();
    awaitSaid("stored 1", "stored 2", "stored 63");
    map.calls.get(1).succeed();
    map.calls.get(2).succeed();
    awaitSaid("stored 1", "stored 2", "stored 63", "stored 64", "stored 65", "stored 200");
  }

  @Test
  void putsThatFailedTogetherAreDoneAgainOneByOne() {
    onLoop(
        () -> {
          store.put(1, FIRST, true);
          store.put(2, FIRST, true);
          store.write(List.of(), List.of());
        });
    map.last().fail();
    awaitCalls(3);
    assertThat(map.calls).hasToString("[set all 1 2, set 1, set 2]");
    map.calls.get(1).succeed();
    map.calls.get(2).succeed();
    awaitSaid("stored 1", "stored 2");
  }

  @Test
  void aPutIsReplacedByARemovalWhileItsBatchIsUnderWay() {
    onLoop(
        () -> {
          store.put(1, FIRST, true);
          store.put(2, FIRST, true);
          store.write(List.of(), List.of());
        });
    remove(2);
    map.last().succeed();
    awaitCalls(2);
    assertThat(map.calls).hasToString("[set all 1 2, remove 2]");
    map.last().succeed();
    awaitSaid("stored 1", "forgotten 2");
  }

  @Test
  void aBatchHasABound() {
    byte[] large = new byte[100 << 10];
    onLoop(
        () -> {
          for (long handle = 1; handle <= 5; handle++) {
            store.put(handle, large, true);
          }
          store.write(List.of(), List.of());
        });
    assertThat(map.calls).hasToString("[set all 1 2, set all 3 4, set 5]");
  }

  @Test
  void answersThatComeTogetherAreOneTurn() throws InterruptedException {
    onLoop(
        () -> {
          for (int i = 1; i <= 100; i++) {
            store.put(i, FIRST, true);
          }
          store.write(List.of(), List.of());
        });
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    loop.execute(
        () -> {
          blocked.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    blocked.await();
    int before = turns.get();
    map.calls.forEach(ManualMap.Call::succeed);
    go.countDown();
    soon().until(() -> said.size() == 100);
    assertThat(said.get(0)).isEqualTo("stored 1");
    assertThat(said.get(99)).isEqualTo("stored 100");
    settle();
    // One for the batch, and one at most for the clock, which may have struck.
    assertThat(turns.get() - before).isBetween(1, 2);
  }

  @Test
  void nothingIsBegunAfterTheEnd() {
    put(1, FIRST);
    onLoop(store::close);
    map.last().fail();
    put(2, FIRST);
    remove(1);
    settle();
    assertThat(map.calls).hasToString("[set 1]");
    assertThat(said).isEmpty();
  }
}

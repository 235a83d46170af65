package io.abraxas.server.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.BrokerConfig;
import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Session;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.WorkReport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunningListTest {
  private static final String SELF = "1000000000000000001";
  private static final ByteBuf FUNCTION = Unpooled.wrappedBuffer(new byte[] {'f'});

  private final Vertx vertx = Vertx.vertx();
  private final ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
  private final ManualMap map = new ManualMap();
  private final Broker broker =
      new Broker(
          new StoppedClock(),
          BrokerConfig.DEFAULT,
          new MemoryLimit(0),
          (puts, removed) -> {},
          null);
  private final RunningList list =
      new RunningList(context, SELF, new Origins("H:lap", SELF), broker.adoption(), map.map());
  private Session worker;

  @BeforeEach
  void connect() {
    on(
        () -> {
          broker.adoption().watch(list);
          worker = broker.connect(new RecordingPeer(), "here");
          broker.canDo(worker, FUNCTION, 0, 1, 0);
          return null;
        });
  }

  @AfterEach
  void close() {
    vertx.close();
  }

  private <T> T on(Callable<T> action) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            done.complete(action.call());
          } catch (Exception | AssertionError e) {
            done.fail(e);
          }
        });
    return ClusterServers.get(done.future());
  }

  /** A stored job begins to run. */
  private void run(long number, int retries) {
    on(
        () -> {
          StoredJob job =
              new StoredJob(
                  number,
                  new byte[] {'f'},
                  new byte[0],
                  false,
                  Priority.NORMAL,
                  retries,
                  0,
                  0,
                  new byte[0],
                  null);
          broker.adoption().adopt(job, false);
          broker.grab(worker, Grab.PLAIN);
          return null;
        });
  }

  private static boolean lists(ManualMap.Call call, long number, int retries) {
    Runs runs = new Runs();
    runs.add(call.value());
    return runs.has(SELF, number, retries);
  }

  private void awaitCalls(int count) {
    await().atMost(30, SECONDS).until(() -> map.calls.size() == count);
  }

  @Test
  void aJobThatBeginsIsListedALittleLater() {
    run(7, 0);
    awaitCalls(1);
    assertThat(lists(map.last(), 7, 0)).isTrue();
  }

  @Test
  void aJobThatWasTakenBackBeforeIsListedAtOnce() {
    run(8, 1);
    assertThat(on(map.calls::size)).as("writes in the turn after it began").isEqualTo(1);
    assertThat(lists(map.last(), 8, 1)).isTrue();
  }

  @Test
  void oneWriteIsUnderWayAtATimeAndTheNextHasTheNewest() {
    run(7, 1);
    awaitCalls(1);
    Future<Void> second = on(list::write);
    run(8, 1);
    assertThat(on(map.calls::size)).isEqualTo(1);
    map.last().succeed();
    awaitCalls(2);
    assertThat(lists(map.last(), 8, 1)).isTrue();
    assertThat(second.isComplete()).isFalse();
    map.last().succeed();
    ClusterServers.get(second);
  }

  @Test
  void aWriteThatFailsIsTriedAgain() {
    run(7, 0);
    awaitCalls(1);
    map.last().fail();
    awaitCalls(2);
    assertThat(lists(map.last(), 7, 0)).isTrue();
  }

  @Test
  void whatTheMapHasIsNotWrittenButOnRequest() {
    run(7, 1);
    awaitCalls(1);
    map.last().succeed();
    assertThat(ClusterServers.get(on(list::write))).isNull();
    assertThat(map.calls).hasSize(1);
    on(
        () -> {
          list.writeAgain();
          return null;
        });
    assertThat(map.calls).hasSize(2);
  }

  @Test
  void theListIsEmptyWhenAllIsDone() {
    run(7, 0);
    awaitCalls(1);
    map.last().succeed();
    on(
        () -> {
          broker.report(worker, WorkReport.COMPLETE, 7, FUNCTION, 0, 1);
          return null;
        });
    awaitCalls(2);
    assertThat(lists(map.last(), 7, 0)).isFalse();
  }
}

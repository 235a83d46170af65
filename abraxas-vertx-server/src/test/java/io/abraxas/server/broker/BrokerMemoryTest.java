package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class BrokerMemoryTest {
  private static final int JOBS = 1_000_000;

  /** So many exist at a time, at most. */
  private static final int BATCH = 50_000;

  private static final long SLACK = 4L << 20;

  private final Harness.ManualClock clock = new Harness.ManualClock();
  private final MemoryLimit memory = new MemoryLimit(0);
  private final Deque<Long> toAnswer = new ArrayDeque<>();
  private final Deque<Long> toForget = new ArrayDeque<>();
  private final JobStore store =
      (puts, removed) -> {
        puts.forEach(job -> toAnswer.add(job.handle()));
        toForget.addAll(removed);
      };
  private final Broker broker =
      new Broker(clock, new BrokerConfig(3, false, 1, false), memory, store, null);
  private final Submit submit = new Submit();
  private final ByteBuf bytes = Unpooled.buffer(256);
  private final Counter worker = new Counter();
  private Session workerSession;
  private int submitted;

  @Test
  void isEmptyAfterAMillionJobsOfEveryKindHaveComeAndGone() {
    workerSession = broker.connect(worker, "worker");
    bytes.writeBytes(Member.bytes("function"));
    broker.canDo(workerSession, bytes, 0, 8, 60_000);
    comeAndGo();
    long before = usedHeap();
    while (submitted < JOBS) {
      comeAndGo();
    }
    long after = usedHeap();

    assertThat(broker.jobs()).isZero();
    assertThat(broker.running()).isZero();
    assertThat(memory.used()).isZero();
    assertThat(broker.ledger.uniques.size()).isZero();
    assertThat(broker.due.size()).isZero();
    assertThat(broker.timeouts.size()).isZero();
    assertThat(broker.functions()).hasSize(1);
    assertThat(broker.sessions()).hasSize(1);
    assertThat(after - before).as("heap that was not given back").isLessThan(SLACK);
  }

  /** A batch of jobs of every kind, each of which ends in one of several ways. */
  private void comeAndGo() {
    Counter client = new Counter();
    Session session = broker.connect(client, "client");
    broker.preSleep(workerSession);
    for (int i = 0; i < BATCH; i++) {
      submitOne(session, i);
      if (i % 64 == 0) {
        endTurn();
      }
    }
    endTurn();
    if (submitted % (2 * BATCH) == 0) {
      broker.disconnect(session);
    }
    clock.epochMillis += 10_000;
    broker.advance();
    runAll();
    broker.disconnect(session);
    endTurn();
  }

  private void submitOne(Session session, int i) {
    submitted++;
    int number = i / 2;
    bytes.clear().writeBytes(Member.bytes("function"));
    int unique = bytes.writerIndex();
    bytes.writeBytes(Member.bytes("u" + number));
    int payload = bytes.writerIndex();
    bytes.writeBytes(Member.bytes("payload of a job, which is " + i));
    int end = bytes.writerIndex();
    Priority priority = i % 3 == 0 ? Priority.HIGH : i % 3 == 1 ? Priority.NORMAL : Priority.LOW;
    submit
        .set(bytes, priority, i % 5 < 2)
        .function(0, i % 11 == 0 ? 7 : 8)
        .unique(unique, i % 7 == 0 ? 0 : payload - unique)
        .payload(payload, end - payload);
    if (i % 13 == 0) {
      submit.reducer(0, 4);
    }
    if (i % 17 == 0) {
      submit.set(bytes, Priority.NORMAL, true).due(clock.epochMillis + i % 5000 + 1);
    }
    broker.submit(session, submit);
  }

  private void endTurn() {
    broker.endTurn();
    while (!toAnswer.isEmpty()) {
      long handle = toAnswer.poll();
      broker.stored(handle, handle % 19 != 0);
      broker.endTurn();
    }
    while (!toForget.isEmpty()) {
      broker.forgotten(toForget.poll());
    }
  }

  private void runAll() {
    for (int i = 0; worker.grab(); i++) {
      long handle = worker.handle;
      switch (i % 10) {
        case 0 -> broker.cancel(handle);
        case 1 -> broker.report(workerSession, WorkReport.FAIL, handle, bytes, 0, 1);
        case 2 -> broker.report(workerSession, WorkReport.EXCEPTION, handle, bytes, 0, 1);
        case 3 -> {
          clock.nanos += 61_000_000_000L;
          broker.advance();
        }
        default -> broker.report(workerSession, WorkReport.COMPLETE, handle, bytes, 0, 1);
      }
      endTurn();
    }
    broker.functionAdmin().drop(Member.bytes("functio"));
    broker.resetAbilities(workerSession);
    bytes.clear().writeBytes(Member.bytes("function"));
    broker.canDo(workerSession, bytes, 0, 8, 60_000);
    endTurn();
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  /** Hears everything and keeps nothing. */
  private final class Counter implements Peer {
    private long handle;

    boolean grab() {
      handle = -1;
      broker.grab(workerSession, Grab.WITH_REDUCER);
      return handle >= 0;
    }

    @Override
    public ReplySlot holdReply() {
      return new ReplySlot() {};
    }

    @Override
    public void jobCreated(ReplySlot slot, long number) {}

    @Override
    public void refused(ReplySlot slot, Refusal refusal) {
      assertThat(refusal).isEqualTo(Refusal.STORE_FAILED);
    }

    @Override
    public void assign(Job job, Grab grab) {
      handle = job.handle();
    }

    @Override
    public void noJob() {}

    @Override
    public void wake() {}

    @Override
    public void relay(WorkReport report, ByteBuf body, int start, int length) {}

    @Override
    public void fail(long number) {}
  }
}

package io.abraxas.benchmarks;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.BrokerClock;
import io.abraxas.server.broker.BrokerConfig;
import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.MemoryLimit;
import io.abraxas.server.broker.Peer;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.Refusal;
import io.abraxas.server.broker.ReplySlot;
import io.abraxas.server.broker.Session;
import io.abraxas.server.broker.Submit;
import io.abraxas.server.broker.WorkReport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds a job from submit over grab to complete, through the rules and without sockets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BrokerBenchmark {
  private static final int FUNCTION_LENGTH = 7;
  private static final int UNIQUE_LENGTH = 36;
  private static final int PAYLOAD_LENGTH = 64;

  /** Jobs in the queue all the while. */
  @Param({"0", "200000"})
  private int backlog;

  private final ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(256);
  private final Submit submit = new Submit();
  private final Silence silence = new Silence();
  private Broker broker;
  private Session client;
  private Session worker;
  private long count;

  /** A peer to whom everything can be said. */
  private static final class Silence implements Peer {
    private long assigned;

    @Override
    public ReplySlot holdReply() {
      return null;
    }

    @Override
    public void jobCreated(ReplySlot slot, long handle) {}

    @Override
    public void refused(ReplySlot slot, Refusal refusal) {
      throw new IllegalStateException(refusal.text());
    }

    @Override
    public void assign(Job job, Grab grab) {
      assigned = job.handle();
    }

    @Override
    public void noJob() {}

    @Override
    public void wake() {}

    @Override
    public void relay(WorkReport report, ByteBuf body, int start, int length) {}

    @Override
    public void fail(long handle) {}
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

  @Setup(Level.Iteration)
  public void fill() {
    broker = new Broker(new SystemClock(), BrokerConfig.DEFAULT, new MemoryLimit(0), null, null);
    client = broker.connect(silence, "client");
    worker = broker.connect(silence, "worker");
    bytes.clear().writeZero(FUNCTION_LENGTH + UNIQUE_LENGTH + PAYLOAD_LENGTH);
    broker.canDo(worker, bytes, 0, FUNCTION_LENGTH, 0);
    for (int i = 0; i < backlog; i++) {
      submit(true, UNIQUE_LENGTH);
    }
  }

  private void submit(boolean background, int uniqueLength) {
    bytes.setLong(FUNCTION_LENGTH, ++count);
    submit
        .set(bytes, Priority.NORMAL, background)
        .function(0, FUNCTION_LENGTH)
        .unique(FUNCTION_LENGTH, uniqueLength)
        .payload(FUNCTION_LENGTH + UNIQUE_LENGTH, PAYLOAD_LENGTH);
    broker.submit(client, submit);
  }

  private void grabAndComplete() {
    broker.grab(worker, Grab.WITH_UNIQUE);
    broker.report(worker, WorkReport.COMPLETE, silence.assigned, bytes, 0, 100);
  }

  @Benchmark
  public long foreground() {
    submit(false, 0);
    grabAndComplete();
    return silence.assigned;
  }

  @Benchmark
  public long foregroundWithUnique() {
    submit(false, UNIQUE_LENGTH);
    grabAndComplete();
    return silence.assigned;
  }

  @Benchmark
  public long backgroundWithUniqueAndSleep() {
    broker.preSleep(worker);
    submit(true, UNIQUE_LENGTH);
    grabAndComplete();
    return silence.assigned;
  }
}

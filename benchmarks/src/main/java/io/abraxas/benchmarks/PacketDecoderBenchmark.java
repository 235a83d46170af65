package io.abraxas.benchmarks;

import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.MemoryBudget;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketListener;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds a packet for what a busy server reads and writes: small packets of many types. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PacketDecoderBenchmark {
  /** Packets in a chunk; together they are about 64 KiB long. */
  private static final int PACKETS = 1200;

  private static final byte[] FUNCTION = ascii("reverse");
  private static final byte[] UNIQUE = ascii("0f8fad5b-d9cb-469f-a165-70867728950e");
  private static final byte[] HANDLE = ascii("H:lap:1234567890123456789");
  private static final byte[] PAYLOAD = new byte[64];

  private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
  private final Counter counter = new Counter();
  private final PacketDecoder decoder =
      new PacketDecoder(counter, PacketDecoder.DEFAULT_MAX_BODY_LENGTH, MemoryBudget.UNLIMITED);
  private ByteBuf chunk;
  private ByteBuf out;

  /** Looks at every argument, as a connection does. */
  private static final class Counter implements PacketListener {
    private long sum;

    @Override
    public void packet(Packet packet) {
      for (int i = 0; i < packet.argumentsFound(); i++) {
        sum += packet.length(i);
      }
    }

    @Override
    public void line(ByteBuf buffer, int start, int length) {
      sum += length;
    }

    @Override
    public void discarded(PacketType type) {
      sum++;
    }

    @Override
    public void malformed(Malformed reason) {
      throw new IllegalStateException(reason.text());
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Setup
  public void fill() {
    chunk = allocator.directBuffer(1 << 17);
    out = allocator.directBuffer(1 << 17);
    writePackets(chunk);
  }

  @TearDown
  public void release() {
    chunk.release();
    out.release();
  }

  private static void writePackets(ByteBuf to) {
    for (int i = 0; i < PACKETS; i += 4) {
      PacketEncoder.write(to, Magic.REQUEST, PacketType.SUBMIT_JOB, FUNCTION, UNIQUE, PAYLOAD);
      PacketEncoder.write(to, Magic.REQUEST, PacketType.GRAB_JOB_UNIQ);
      PacketEncoder.write(to, Magic.REQUEST, PacketType.WORK_COMPLETE, HANDLE, PAYLOAD);
      PacketEncoder.write(to, Magic.REQUEST, PacketType.PRE_SLEEP);
    }
  }

  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long decodeWhole() {
    chunk.readerIndex(0);
    decoder.decode(chunk, allocator);
    return counter.sum;
  }

  /** Every read ends inside a packet, which is held until the next. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long decodeInPiecesOf1000Bytes() {
    int end = chunk.writerIndex();
    for (int at = 0; at < end; at += 1000) {
      chunk.setIndex(at, Math.min(end, at + 1000));
      decoder.decode(chunk, allocator);
    }
    chunk.setIndex(0, end);
    return counter.sum;
  }

  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int encode() {
    out.clear();
    writePackets(out);
    return out.writerIndex();
  }
}

package io.abraxas.vertx.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends, on one event loop and on two. */
class PipeChannelTest {
  /** Ends a test that hangs; a busy machine is not meant to reach it. */
  private static final long SECONDS = 30;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final List<ByteBuf> sent = new ArrayList<>();
  private PipeChannel near;
  private PipeChannel far;
  private final Sink nearSink = new Sink();
  private final Sink farSink = new Sink();

  @AfterEach
  void stop() {
    near.close().syncUninterruptibly();
    far.closeFuture().syncUninterruptibly();
    assertThat(sent).as("buffers are released").allMatch(buffer -> buffer.refCnt() == 0);
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void open(int loops) {
    EventLoop ours = group.next();
    EventLoop others = loops == 1 ? ours : group.next();
    near = PipeChannel.between(ours, others, "test");
    far = near.peer();
    on(
        others,
        () -> {
          far.register();
          far.pipeline().addLast(farSink);
        });
    on(
        ours,
        () -> {
          near.register();
          near.pipeline().addLast(nearSink);
        });
  }

  private static void on(EventLoop loop, Runnable action) {
    CompletableFuture<Void> done = CompletableFuture.runAsync(action, loop);
    try {
      done.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ByteBuf bytes(int length) {
    ByteBuf buffer = Unpooled.directBuffer(length).writeZero(length);
    sent.add(buffer);
    return buffer;
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(SECONDS, TimeUnit.SECONDS).until(condition);
  }

  /** Counts what arrives. */
  private static class Sink extends ChannelInboundHandlerAdapter {
    final AtomicLong received = new AtomicLong();
    final AtomicInteger batches = new AtomicInteger();
    volatile boolean inactive;
    volatile long receivedAtEnd;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf in = (ByteBuf) message;
      received.addAndGet(in.readableBytes());
      in.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      batches.incrementAndGet();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      receivedAtEnd = received.get();
      inactive = true;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void bytesArriveWholeAndInOrder(int loops) {
    open(loops);
    List<Integer> lengths = List.of(1, 7, 0, PipeChannel.CAPACITY, 3 * PipeChannel.CAPACITY + 5, 2);
    AtomicLong wrong = new AtomicLong();
    AtomicInteger next = new AtomicInteger();
    on(
        far.eventLoop(),
        () ->
            far.pipeline()
                .addFirst(
                    new ChannelInboundHandlerAdapter() {
                      @Override
                      public void channelRead(ChannelHandlerContext context, Object message) {
                        ByteBuf in = (ByteBuf) message;
                        // In one go: leak detection looks at each access of a buffer.
                        for (byte b : ByteBufUtil.getBytes(in)) {
                          if (b != (byte) next.getAndIncrement()) {
                            wrong.incrementAndGet();
                          }
                        }
                        context.fireChannelRead(in);
                      }
                    }));
    int total = 0;
    for (int length : lengths) {
      ByteBuf buffer = Unpooled.directBuffer(Math.max(1, length));
      sent.add(buffer);
      byte[] piece = new byte[length];
      for (int i = 0; i < length; i++) {
        piece[i] = (byte) total++;
      }
      buffer.writeBytes(piece);
      near.write(buffer);
    }
    near.flush();
    long expected = total;
    await(() -> farSink.received.get() == expected);
    assertThat(wrong).hasValue(0);
  }

  /** On two loops, the reader may come while the turn still writes. */
  @Test
  void whatOneTurnWritesIsReadAtOnceOnTheSameLoop() {
    open(1);
    on(
        near.eventLoop(),
        () -> {
          for (int i = 0; i < 100; i++) {
            near.write(bytes(10));
          }
          near.flush();
        });
    await(() -> farSink.received.get() == 1000 && farSink.batches.get() > 0);
    assertThat(farSink.batches).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void peerThatDoesNotReadStopsTheWriterAtTheCapacity(int loops) {
    open(loops);
    far.config().setAutoRead(false);
    // The read that was asked for already takes one buffer.
    near.writeAndFlush(bytes(1));
    await(() -> farSink.received.get() == 1);
    int piece = 64 * 1024;
    List<Boolean> written = new ArrayList<>();
    on(
        near.eventLoop(),
        () -> {
          for (int i = 0; i < 16; i++) {
            near.writeAndFlush(bytes(piece)).addListener(done -> written.add(done.isSuccess()));
          }
          assertThat(near.isWritable()).isFalse();
          assertThat(near.unsafe().outboundBuffer().size())
              .isEqualTo(16 - PipeChannel.CAPACITY / piece);
        });
    on(near.eventLoop(), () -> assertThat(written).hasSize(PipeChannel.CAPACITY / piece));
    assertThat(farSink.received).hasValue(1);
    far.config().setAutoRead(true);
    await(() -> farSink.received.get() == 16 * piece + 1);
    await(near::isWritable);
    on(near.eventLoop(), () -> assertThat(written).hasSize(16).doesNotContain(false));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void bufferLargerThanTheCapacityGoesInPieces(int loops) {
    open(loops);
    far.config().setAutoRead(false);
    near.writeAndFlush(bytes(1));
    await(() -> farSink.received.get() == 1);
    near.writeAndFlush(bytes(10 * PipeChannel.CAPACITY));
    on(
        near.eventLoop(),
        () ->
            assertThat(near.unsafe().outboundBuffer().currentProgress())
                .isEqualTo(PipeChannel.CAPACITY));
    far.config().setAutoRead(true);
    await(() -> farSink.received.get() == 10L * PipeChannel.CAPACITY + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void closeLetsThePeerReadWhatWasWritten(int loops) {
    open(loops);
    far.config().setAutoRead(false);
    near.writeAndFlush(bytes(1));
    await(() -> farSink.received.get() == 1);
    near.write(bytes(1000));
    near.writeAndFlush(bytes(1000)).addListener(ChannelFutureListener.CLOSE);
    near.closeFuture().syncUninterruptibly();
    // It has not read to the end yet, and what it writes goes nowhere.
    far.writeAndFlush(bytes(10)).syncUninterruptibly();
    on(far.eventLoop(), () -> assertThat(farSink.inactive).isFalse());
    far.config().setAutoRead(true);
    await(() -> farSink.inactive);
    assertThat(farSink.receivedAtEnd).isEqualTo(2001);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void closeIsSeenByAPeerThatDoesNotRead(int loops) {
    open(loops);
    far.config().setAutoRead(false);
    near.writeAndFlush(bytes(1));
    await(() -> farSink.received.get() == 1);
    near.close();
    await(() -> farSink.inactive);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void closeFreesWhatNobodyReads(int loops) {
    open(loops);
    far.config().setAutoRead(false);
    on(
        near.eventLoop(),
        () -> {
          for (int i = 0; i < 10; i++) {
            near.writeAndFlush(bytes(PipeChannel.CAPACITY / 2));
          }
        });
    far.close().syncUninterruptibly();
    await(() -> nearSink.inactive);
    // Asserted at the end: no buffer is left.
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void pingPongNeitherGrowsTheStackNorStarvesTheLoop(int loops) {
    open(loops);
    AtomicInteger rounds = new AtomicInteger();
    AtomicInteger deepest = new AtomicInteger();
    ChannelInboundHandlerAdapter echo =
        new ChannelInboundHandlerAdapter() {
          @Override
          public boolean isSharable() {
            return true;
          }

          @Override
          public void channelRead(ChannelHandlerContext context, Object message) {
            if (rounds.incrementAndGet() % 1000 == 0) {
              deepest.accumulateAndGet(Thread.currentThread().getStackTrace().length, Math::max);
            }
            context.writeAndFlush(message);
          }
        };
    on(far.eventLoop(), () -> far.pipeline().addFirst(echo));
    on(near.eventLoop(), () -> near.pipeline().addFirst(echo));
    near.writeAndFlush(bytes(1));
    // A task and a timer of the same loop come to their turn meanwhile.
    for (int i = 0; i < 20; i++) {
      int before = rounds.get();
      on(near.eventLoop(), () -> {});
      near.eventLoop().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly();
      await(() -> rounds.get() > before + 1000);
    }
    assertThat(deepest.get()).isBetween(1, 60);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void floodInBothDirectionsArrives(int loops) {
    open(loops);
    // Many times what a pipe holds, in few enough buffers for leak detection on a busy machine.
    int pieces = 2_000;
    int length = 1_000;
    for (PipeChannel end : List.of(near, far)) {
      end.eventLoop()
          .execute(
              () -> {
                for (int i = 0; i < pieces; i++) {
                  end.writeAndFlush(Unpooled.directBuffer(length).writeZero(length));
                }
              });
    }
    await(() -> nearSink.received.get() == (long) pieces * length);
    await(() -> farSink.received.get() == (long) pieces * length);
  }
}

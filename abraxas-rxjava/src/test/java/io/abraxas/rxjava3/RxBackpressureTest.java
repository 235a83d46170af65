package io.abraxas.rxjava3;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.rxjava3.vertx.Task;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.WorkerOptions;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.CompletableSubject;
import io.reactivex.rxjava3.subscribers.DefaultSubscriber;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscriber that asks for little holds back who makes the bytes, through server and sockets. */
class RxBackpressureTest extends RxTest {
  private static final long MIB = 1024 * 1024;
  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 4096;

  /**
   * All that may lie between the two ends: the socket buffers of the kernel, our own high-water
   * marks, and what is being copied.
   */
  private static final long MAX_BETWEEN = 48 * MIB;

  private final AtomicLong given = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong mostBetween = new AtomicLong();

  private Flowable<Buffer> zeros(int pieces) {
    return Flowable.range(0, pieces)
        .map(i -> Buffer.buffer(new byte[PIECE]))
        .doOnNext(
            piece ->
                mostBetween.accumulateAndGet(
                    given.addAndGet(piece.length()) - read.get(), Math::max));
  }

  /** Asks for a few pieces, takes a while, asks for a few more; knows when it got one unasked. */
  private final class SlowSubscriber extends DefaultSubscriber<Buffer> {
    private static final int FEW = 8;
    final CompletableSubject end = CompletableSubject.create();
    private int asked;

    @Override
    protected void onStart() {
      ask();
    }

    private void ask() {
      asked = FEW;
      request(FEW);
    }

    @Override
    public void onNext(Buffer piece) {
      read.addAndGet(piece.length());
      if (--asked < 0) {
        end.onError(new AssertionError("got more than it asked for"));
      } else if (asked == 0) {
        vertx.setTimer(2, timer -> ask());
      }
    }

    @Override
    public void onError(Throwable cause) {
      end.onError(cause);
    }

    @Override
    public void onComplete() {
      end.onComplete();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"the worker's context", "another thread"})
  void slowSubscriberHoldsBackTheFlowableOfAWorker(String where) {
    Scheduler scheduler = where.startsWith("another") ? Schedulers.io() : Schedulers.trampoline();
    client.registerStreamWorker(
        "zeros",
        new WorkerOptions().setStreaming(true),
        task -> zeros(PIECES).subscribeOn(scheduler));
    SlowSubscriber slow = new SlowSubscriber();
    client.submitJob("zeros", "").toFlowable().subscribe(slow);
    assertThat(slow.end.blockingAwait(60, TimeUnit.SECONDS)).isTrue();
    assertThat(read).hasValue((long) PIECES * PIECE);
    assertThat(mostBetween.get()).isBetween(MIB, MAX_BETWEEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"the client's context", "another thread"})
  void payloadIsAskedForAsTheServerTakesIt(String where) {
    Scheduler scheduler = where.startsWith("another") ? Schedulers.io() : Schedulers.trampoline();
    client.registerValueWorker("length", task -> task.payload().length());
    long length = 1000L * PIECE;
    AtomicLong asked = new AtomicLong();
    AtomicLong mostAsked = new AtomicLong();
    Task task = client.submit(new JobRequest("length").setPayloadLength(length));
    zeros(1000)
        .doOnRequest(n -> mostAsked.accumulateAndGet(asked.addAndGet(n), Math::max))
        .doOnNext(piece -> asked.decrementAndGet())
        .subscribeOn(scheduler)
        .subscribe(task.toSubscriber());
    assertThat(result(task.rxResultText())).isEqualTo(String.valueOf(length));
    assertThat(mostAsked.get()).isLessThanOrEqualTo(32);
  }

  @Test
  void subscriberThatHasSeenEnoughHoldsUpNobody() {
    client.registerStreamWorker(
        "zeros", new WorkerOptions().setStreaming(true), task -> zeros(1000));
    client.registerValueWorker("same", task -> task.payload());
    Task task = client.submitJob("zeros", "");
    Single<Long> three = task.toFlowable().take(3).count();
    assertThat(result(three)).isEqualTo(3);
    assertThat(result(client.submitJob("same", "goes on").rxResultText())).isEqualTo("goes on");
    end(task.rxCompletion());
    assertThat(given).hasValue(1000L * PIECE);
  }
}

package io.abraxas.rxjava3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The rules of a stream, without one of ours at its end. */
class FlowableStreamTest {
  private static final String END = "end";

  private final List<Object> events = new ArrayList<>();

  private <T> ReadStream<T> stream(Flowable<T> source) {
    return FlowableStream.asReadStream(source, item -> item)
        .exceptionHandler(events::add)
        .endHandler(nothing -> events.add(END));
  }

  @Test
  void flowableThatEmitsAtOnceIsReadToItsEnd() {
    stream(Flowable.range(0, 1000)).handler(events::add);
    assertThat(events).hasSize(1001).startsWith(0, 1, 2).endsWith(999, END);
  }

  @Test
  void nothingIsSubscribedBeforeThereIsAHandler() {
    PublishProcessor<Integer> source = PublishProcessor.create();
    ReadStream<Integer> stream = stream(source).pause();
    assertThat(source.hasSubscribers()).isFalse();
    stream.handler(events::add);
    assertThat(source.hasSubscribers()).isTrue();
  }

  @Test
  void pausedStreamAsksForFewAndHandsOnWhatIsFetched() {
    AtomicInteger made = new AtomicInteger();
    ReadStream<Integer> stream =
        stream(Flowable.range(0, 1000).doOnNext(made::set)).pause().handler(events::add);
    assertThat(events).isEmpty();
    assertThat(made.get()).isLessThan(16);
    stream.fetch(2);
    assertThat(events).containsExactly(0, 1);
    stream.fetch(1);
    assertThat(events).containsExactly(0, 1, 2);
    assertThat(made.get()).isLessThan(32);
    stream.resume();
    assertThat(events).hasSize(1001);
    assertThatThrownBy(() -> stream.fetch(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pauseInsideAHandlerIsObeyedAtOnce() {
    ReadStream<Integer> stream = stream(Flowable.range(0, 100));
    stream.handler(
        item -> {
          events.add(item);
          stream.pause();
        });
    assertThat(events).containsExactly(0);
    stream.resume();
    assertThat(events).containsExactly(0, 1);
  }

  @Test
  void failureComesAfterTheItemsAndInsteadOfTheEnd() {
    IllegalStateException failure = new IllegalStateException("on purpose");
    ReadStream<Integer> stream =
        stream(Flowable.just(1, 2).concatWith(Flowable.error(failure))).pause();
    stream.handler(events::add);
    assertThat(events).isEmpty();
    stream.resume();
    assertThat(events).containsExactly(1, 2, failure);
  }

  @Test
  void endIsToldToAHandlerThatComesLate() {
    ReadStream<Integer> stream = FlowableStream.asReadStream(Flowable.just(1), item -> item);
    stream.handler(events::add);
    stream.endHandler(nothing -> events.add(END));
    assertThat(events).containsExactly(1, END);
  }

  @Test
  void readerThatLeavesCancels() {
    PublishProcessor<Integer> source = PublishProcessor.create();
    ReadStream<Integer> stream = stream(source).handler(events::add);
    source.onNext(1);
    stream.handler(null);
    assertThat(source.hasSubscribers()).isFalse();
    stream.resume();
    assertThat(events).containsExactly(1);
  }

  @Test
  void handlerThatThrowsCancelsAndFailsTheStream() {
    IllegalStateException failure = new IllegalStateException("on purpose");
    PublishProcessor<Integer> source = PublishProcessor.create();
    stream(source)
        .handler(
            item -> {
              throw failure;
            });
    source.onNext(1);
    assertThat(source.hasSubscribers()).isFalse();
    assertThat(events).containsExactly(failure);
  }

  @Test
  void everyItemOfAnotherThreadComesInOrderWhileThisOnePausesAndFetches() throws Exception {
    int items = 200_000;
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger wrong = new AtomicInteger();
    ReadStream<Integer> stream =
        FlowableStream.asReadStream(
            Flowable.range(0, items).observeOn(Schedulers.computation()), item -> item);
    stream.endHandler(nothing -> end.countDown());
    stream.pause();
    stream.handler(
        item -> {
          if (next.getAndIncrement() != item) {
            wrong.incrementAndGet();
          }
        });
    while (next.get() < items) {
      stream.fetch(7);
    }
    assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(wrong).hasValue(0);
    assertThat(next).hasValue(items);
  }
}

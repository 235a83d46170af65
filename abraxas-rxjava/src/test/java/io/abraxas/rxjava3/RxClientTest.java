package io.abraxas.rxjava3;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.rxjava3.vertx.Task;
import io.abraxas.rxjava3.vertx.Worker;
import io.abraxas.rxjava3.vertx.WorkerTask;
import io.abraxas.vertx.ClientClosedException;
import io.abraxas.vertx.FunctionStatus;
import io.abraxas.vertx.JobFailedException;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.JobThrewException;
import io.abraxas.vertx.PayloadException;
import io.abraxas.vertx.QueuedJob;
import io.abraxas.vertx.WorkerOptions;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.CompletableSubject;
import io.reactivex.rxjava3.subjects.SingleSubject;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Submitting and working in the RxJava way. */
class RxClientTest extends RxTest {
  private static <T> TestObserver<T> observe(Single<T> single) {
    TestObserver<T> observer = single.test();
    assertThat(observer.awaitDone(SECONDS, TimeUnit.SECONDS).isDisposed()).isFalse();
    return observer;
  }

  /** Jobs the server holds for a function, running ones included. */
  private long jobs(String function) {
    return result(
        client
            .admin()
            .rxStatus()
            .flatMapObservable(Observable::fromIterable)
            .filter(status -> status.function().equals(function))
            .map(FunctionStatus::total)
            .first(0L));
  }

  @Test
  void singleOfAWorkerIsTheResultOfTheJob() {
    client.registerWorker(
        "upper",
        task ->
            Single.fromCallable(() -> task.payloadText().toUpperCase(Locale.ROOT))
                .subscribeOn(Schedulers.io()));
    observe(client.submitJob("upper", "hello").rxResultText()).assertResult("HELLO");
  }

  @Test
  void errorOfAWorkersSingleIsATypedFailureOfTheJob() {
    client.registerWorker(
        "page", task -> Single.error(new IllegalArgumentException("no such page")));
    observe(client.submitJob("page", "7").rxResult())
        .assertError(
            e ->
                e instanceof JobThrewException threw
                    && threw.data().toString().equals("no such page")
                    && threw.outcome() == JobOutcome.FAILED);
  }

  @Test
  void workerEndsTheTaskWithCompletables() {
    client.registerTaskWorker(
        "count",
        task ->
            Flowable.rangeLong(1, 3)
                .concatMapCompletable(i -> task.rxStatus(i, 3))
                .andThen(task.rxWarn("nearly there"))
                .andThen(task.rxEnd("done"))
                .subscribe());
    List<Double> fractions = new CopyOnWriteArrayList<>();
    List<String> warnings = new CopyOnWriteArrayList<>();
    Task task =
        client
            .submitJob("count", "")
            .statusHandler(progress -> fractions.add(progress.fraction()))
            .warningHandler(warning -> warnings.add(warning.toString()));
    observe(task.rxResultText()).assertResult("done");
    assertThat(fractions).containsExactly(1 / 3.0, 2 / 3.0, 1.0);
    assertThat(warnings).containsExactly("nearly there");
  }

  @Test
  void failedTaskFailsItsFlowableAfterWhatCame() {
    client.registerTaskWorker(
        "half",
        new WorkerOptions().setStreaming(true),
        task -> task.rxWrite("one half").andThen(task.rxFail()).subscribe());
    client
        .submitJob("half", "")
        .toFlowable()
        .map(Buffer::toString)
        .test()
        .awaitDone(SECONDS, TimeUnit.SECONDS)
        .assertFailure(JobFailedException.class, "one half");
  }

  @Test
  void lazySubmitSendsOneJobForEachSubscription() {
    Single<String> submit = client.rxSubmitJobBackground("idle", "x");
    result(client.rxEcho(Buffer.buffer("anything before this was sent")));
    assertThat(jobs("idle")).isZero();
    assertThat(result(submit)).isNotEqualTo(result(submit));
    assertThat(jobs("idle")).isEqualTo(2);
  }

  @Test
  void eagerSubmitSendsOneJobHoweverOftenItIsSubscribed() {
    Single<String> submit = client.submitJobBackground("idle", "x");
    result(client.rxEcho(Buffer.buffer("anything before this was sent")));
    assertThat(jobs("idle")).isEqualTo(1);
    assertThat(result(submit)).isEqualTo(result(submit));
    assertThat(jobs("idle")).isEqualTo(1);
  }

  @Test
  void deferredJobIsSubmittedAgainByRetry() {
    AtomicInteger tries = new AtomicInteger();
    client.registerWorker(
        "shaky",
        task ->
            tries.incrementAndGet() < 3
                ? Single.error(new IllegalStateException("not yet"))
                : Single.just("third time"));
    Single<String> job = Single.defer(() -> client.submitJob("shaky", "").rxResultText());
    observe(job.retry(2)).assertResult("third time");
    assertThat(tries).hasValue(3);
  }

  @Test
  void disposingAResultLeavesTheJobToItsWorker() {
    SingleSubject<WorkerTask> running = SingleSubject.create();
    CompletableSubject ended = CompletableSubject.create();
    client.registerTaskWorker("long", running::onSuccess);
    Disposable waiting = client.submitJob("long", "").rxResultText().subscribe();
    WorkerTask task = result(running);
    waiting.dispose();
    task.rxEnd("for nobody").subscribe(ended);
    end(ended);
    assertThat(jobs("long")).isZero();
  }

  @Test
  void cancelledJobIsATypedFailure() {
    Task task = client.submitJob("idle", "x");
    TestObserver<String> result = task.rxResultText().test();
    end(task.rxHandle().flatMapCompletable(client.admin()::rxCancelJob));
    result.awaitDone(SECONDS, TimeUnit.SECONDS).assertFailure(JobFailedException.class);
  }

  @Test
  void flowableIsAPayload() {
    client.registerValueWorker("length", task -> task.payload().length());
    Flowable<Buffer> payload =
        Flowable.range(0, 1000).map(i -> Buffer.buffer(new byte[100])).subscribeOn(Schedulers.io());
    observe(client.submitJob("length", payload).rxResultText()).assertResult("100000");
  }

  @Test
  void failedFlowableOfAPayloadNeverSendsItsJob() {
    Flowable<Buffer> payload =
        Flowable.just(Buffer.buffer("a"))
            .concatWith(Flowable.error(new IllegalStateException("b")));
    observe(client.submitJob("length", payload).rxResultText())
        .assertError(
            e ->
                e instanceof PayloadException failure
                    && failure.outcome() == JobOutcome.NEVER_SENT
                    && failure.getCause().getMessage().equals("b"));
  }

  @Test
  void failedFlowableOfAWorkerFailsTheJob() {
    client.registerStreamWorker(
        "stream",
        task ->
            Flowable.just(Buffer.buffer("a"))
                .concatWith(Flowable.error(new IllegalStateException("torn"))));
    observe(client.submitJob("stream", "").rxResult())
        .assertError(e -> e instanceof JobThrewException t && t.data().toString().equals("torn"));
  }

  @Test
  void flowableOfAWorkerIsCancelledWhenItsServerIsLost() {
    CompletableSubject emitted = CompletableSubject.create();
    CompletableSubject cancelled = CompletableSubject.create();
    client.registerStreamWorker(
        "ticks",
        new WorkerOptions().setStreaming(true),
        task ->
            Flowable.interval(5, TimeUnit.MILLISECONDS)
                .map(tick -> Buffer.buffer("tick"))
                .doOnNext(tick -> emitted.onComplete())
                .doOnCancel(cancelled::onComplete));
    client.submitJob("ticks", "");
    end(emitted);
    end(server.rxClose());
    end(cancelled);
  }

  @Test
  void adminAnswersAreSinglesOfTheSharedTypes() {
    String handle = result(client.rxSubmitJobBackground("idle", "x"));
    client
        .admin()
        .rxJobs()
        .flattenAsFlowable(jobs -> jobs)
        .map(QueuedJob::handle)
        .test()
        .awaitDone(SECONDS, TimeUnit.SECONDS)
        .assertResult(handle);
    assertThat(result(client.admin().rxVersion()))
        .containsOnlyKeys("127.0.0.1:" + server.actualPort());
  }

  @Test
  void unregisteredWorkerGivesItsFunctionBack() {
    Worker worker = client.registerValueWorker("mine", WorkerTask::payload);
    end(client.submitJob("mine", "x").rxCompletion());
    assertThat(result(worker.rxStatus()).workers()).isEqualTo(1);
    end(worker.rxUnregister());
    assertThat(result(worker.rxStatus()).workers()).isZero();
  }

  @Test
  void everythingPendingFailsWhenTheClientIsClosed() {
    TestObserver<Buffer> pending =
        client.submit(new JobRequest("idle", Buffer.buffer("x"))).rxResult().test();
    end(client.rxClose());
    pending.awaitDone(SECONDS, TimeUnit.SECONDS).assertFailure(ClientClosedException.class);
  }

  @Test
  void drainedServerIsClosed() {
    TestObserver<Void> closed = server.rxClosed().<Void>toObservable().test();
    end(server.rxDrain());
    closed.awaitDone(SECONDS, TimeUnit.SECONDS).assertComplete();
  }
}

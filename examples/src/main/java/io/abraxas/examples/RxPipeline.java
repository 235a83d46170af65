package io.abraxas.examples;

import io.abraxas.rxjava3.vertx.GearmanClient;
import io.abraxas.rxjava3.vertx.WorkerTask;
import io.abraxas.vertx.GearmanException;
import io.abraxas.vertx.JobOutcome;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.vertx.rxjava3.SingleHelper;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Many texts, one job for each, a few at a time, a failed one again, and one answer at the end.
 *
 * <p>{@code submitJob} submits when it is called, so {@code defer} makes each retry a new job.
 */
public final class RxPipeline {
  private static final int AT_ONCE = 4;

  private RxPipeline() {}

  static Single<String> run(GearmanClient client, Flowable<String> texts) {
    Set<String> seen = new HashSet<>();
    client.registerWorker("countWords", task -> countWords(task, seen));

    // tag::pipeline[]
    return texts
        .flatMapSingle(
            text ->
                Single.defer(() -> client.submitJob("countWords", text).rxResultText())
                    .timeout(10, TimeUnit.SECONDS)
                    .retry(2, RxPipeline::mayBeDoneAgain),
            false,
            AT_ONCE)
        .map(Integer::parseInt)
        .reduce(0, Integer::sum)
        .map(words -> words + " words");
    // end::pipeline[]
  }

  /** Has a bad day: fails each text the first time. */
  private static Single<Integer> countWords(WorkerTask task, Set<String> seen) {
    String text = task.payloadText();
    return seen.add(text)
        ? Single.error(new IllegalStateException("try again"))
        : Single.just(text.split("\\s+").length).delay(1, TimeUnit.MILLISECONDS);
  }

  private static boolean mayBeDoneAgain(Throwable cause) {
    return cause instanceof GearmanException e && e.outcome() != JobOutcome.UNKNOWN;
  }

  /** Takes the address of a server. */
  public static void main(String[] args) {
    Flowable<String> texts =
        Flowable.range(1, 100).map(i -> "one text among a hundred, number " + i);
    Example.run(args, client -> SingleHelper.toFuture(run(new GearmanClient(client), texts)));
  }
}

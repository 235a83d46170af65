package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.ConnectedPeer;
import io.abraxas.vertx.FunctionStatus;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.ServerErrorException;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.UniqueJob;
import io.abraxas.vertx.Worker;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What any Gearman server answers to commands that are no jobs, in the midst of those that are. */
abstract class AdminContract extends ClientTest {
  AdminContract(ServerUnderTest.Kind kind) {
    super(kind);
  }

  static String upper(WorkerTask task) {
    return task.payloadText().toUpperCase(Locale.ROOT);
  }

  @Test
  void echoes() {
    Buffer data = Buffer.buffer(new byte[] {0, 1, 2, 0});
    assertThat(Await.result(client().echo(data))).isEqualTo(data);
  }

  @Test
  void textAndBinaryMayBeMixed() {
    GearmanClient client = client();
    client.registerValueWorker("up", AdminContract::upper);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(client.echo(Buffer.buffer("e" + i)).onSuccess(b -> {}));
      all.add(client.admin().version());
      all.add(client.submitJob("up", "x" + i).result());
      all.add(client.admin().status());
      all.add(client.submitJobBackground("up", "y" + i));
    }
    all.forEach(Await::result);
  }

  @Test
  void adminCommandsAreTyped() {
    GearmanClient client = client();
    Await.result(client.setClientId("me"));
    client.registerValueWorker("f", AdminContract::upper);
    Await.result(client.admin().createFunction("other"));
    assertThat(Await.result(client.admin().status()))
        .extracting(FunctionStatus::function, FunctionStatus::workers)
        .contains(tuple("f", 1L), tuple("other", 0L));
    ConnectedPeer peer =
        Await.result(client.admin().workers()).stream()
            .filter(p -> "me".equals(p.clientId()))
            .findFirst()
            .orElseThrow();
    assertThat(peer.functions()).containsExactly("f");
    assertThat(peer.server()).isEqualTo(address());
    assertThat(peer.ip()).isEqualTo(peerAddress());
    assertThat(Await.result(client.admin().version())).containsKey(peer.server());
    assertThat(Await.result(client.admin().pid()).get(peer.server())).isPositive();
    assertThat(Await.result(client.admin().verbose()).get(peer.server())).isNotEmpty();
    Await.result(client.admin().dropFunction("other"));
    assertThat(Await.failure(client.admin().dropFunction("f")))
        .isInstanceOfSatisfying(
            ServerErrorException.class,
            e -> assertThat(e.text()).contains("still connected workers"));
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  @Test
  void fullQueueRefusesAndLaterRepliesStayInOrder() {
    GearmanClient client = client();
    // gearmand keeps no limit of a function that it does not know.
    Await.result(client.admin().createFunction("tight"));
    Await.result(client.admin().maxqueue("tight", 1));
    Future<String> first = client.submitJobBackground("tight", "1");
    Future<String> second = client.submitJobBackground("tight", "2");
    Future<String> third = client.submitJobBackground("loose", "3");
    assertThat(Await.result(first)).startsWith("H:");
    assertThat(Await.failure(second))
        .isInstanceOfSatisfying(
            ServerErrorException.class,
            e -> {
              assertThat(e.code()).isEqualTo("QUEUE_ERROR");
              assertThat(e.outcome()).isEqualTo(JobOutcome.REFUSED);
            });
    assertThat(Await.result(third)).startsWith("H:");
  }

  @Test
  void maxqueueAndStatusOfAWorker() {
    GearmanClient client = client();
    Worker worker = client.registerValueWorker("w", AdminContract::upper);
    Await.result(worker.maxqueue(7));
    assertThat(Await.result(worker.status()).workers()).isEqualTo(1);
  }

  @Test
  void jobsAndUniqueIdsAreListedAndCancelled() {
    GearmanClient client = client();
    Task task =
        client.submit(
            new JobRequest("idle", Buffer.buffer("x")).setUniqueId("u-7").setBackground(true));
    String handle = Await.result(task.handle());
    assertThat(Await.result(client.admin().priorityStatus()))
        .anyMatch(f -> f.function().equals("idle") && f.normal() == 1);
    assertThat(Await.result(client.admin().jobs())).anyMatch(job -> job.handle().equals(handle));
    assertThat(Await.result(client.admin().uniqueJobs()))
        .anyMatch(job -> job.uniqueId().equals("u-7"));
    Await.result(client.admin().cancelJob(handle));
    assertThat(Await.failure(client.admin().cancelJob("H:none:1")))
        .isInstanceOf(ServerErrorException.class);
  }

  @Test
  void uniqueIdsThatLookLikeTheEndOfTheListOrLikeARefusalAreListed() {
    GearmanClient client = client();
    String[] ids = {".", "ERR", "ERR UNKNOWN_COMMAND no", "OK"};
    for (String id : ids) {
      Await.result(
          client
              .submit(
                  new JobRequest("idle", Buffer.buffer("x")).setUniqueId(id).setBackground(true))
              .handle());
      assertThat(Await.result(client.admin().uniqueJobs()))
          .extracting(UniqueJob::uniqueId)
          .contains(id);
    }
    assertThat(Await.result(client.admin().uniqueJobs()))
        .extracting(UniqueJob::uniqueId)
        .containsExactlyInAnyOrder(ids);
    assertThat(Await.result(client.admin().jobs())).hasSize(ids.length);
    assertThat(Await.result(client.echo(Buffer.buffer("in step")))).hasToString("in step");
  }
}

package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.JobThrewException;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerOptions;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Text is bytes on the wire, in the charset that each side was told; bytes stay as they are. */
class EncodingsTest extends ClientTest {
  private static final String TEXT = "Grüße";
  private static final byte[] LATIN = TEXT.getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] WIDE = TEXT.getBytes(StandardCharsets.UTF_16BE);

  EncodingsTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  /** Text in ISO-8859-1, unless a worker or a request says otherwise. */
  private GearmanClient latin() {
    return client(options().setDefaultEncoding("ISO-8859-1"));
  }

  private static byte[] bytes(Future<Buffer> result) {
    return Await.result(result).getBytes();
  }

  @Test
  void textIsUtf8UnlessSaidOtherwise() {
    GearmanClient client = client();
    client.registerValueWorker("same", WorkerTask::payload);
    assertThat(bytes(client.submitJob("same", TEXT).result()))
        .isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8));
    assertThat(Await.result(client.submitJob("same", TEXT).resultText())).isEqualTo(TEXT);
  }

  @Test
  void defaultEncodingIsThatOfPayloadsAndResultsInTheForeAndTheBackground() {
    Promise<byte[]> inBackground = Promise.promise();
    GearmanClient client = latin();
    client.registerValueWorker("same", WorkerTask::payload);
    client.registerValueWorker(
        "background",
        task -> {
          inBackground.complete(task.payload().getBytes());
          return "";
        });
    assertThat(bytes(client.submitJob("same", TEXT).result())).isEqualTo(LATIN);
    assertThat(Await.result(client.submitJob("same", Buffer.buffer(LATIN)).resultText()))
        .isEqualTo(TEXT);
    client.submitJobBackground("background", TEXT);
    assertThat(Await.result(inBackground.future())).isEqualTo(LATIN);
  }

  @Test
  void requestHasAnEncodingOfItsOwn() {
    GearmanClient client = latin();
    client.registerValueWorker("same", WorkerTask::payload);
    JobRequest request = new JobRequest("same", Buffer.buffer(WIDE)).setEncoding("UTF-16BE");
    assertThat(Await.result(client.submit(request).resultText())).isEqualTo(TEXT);
    assertThat(bytes(client.submit(request).result())).isEqualTo(WIDE);
  }

  @Test
  void workerReadsAndWritesTextInItsEncoding() {
    GearmanClient client = latin();
    client.registerValueWorker("own", new WorkerOptions().setEncoding("UTF-16BE"), this::turned);
    client.registerValueWorker("default", this::turned);
    client.registerValueWorker("json", task -> new JsonObject().put("text", TEXT));
    String turned = new StringBuilder(TEXT).reverse().toString();
    assertThat(bytes(client.submitJob("own", Buffer.buffer(WIDE)).result()))
        .isEqualTo(turned.getBytes(StandardCharsets.UTF_16BE));
    assertThat(bytes(client.submitJob("default", Buffer.buffer(LATIN)).result()))
        .isEqualTo(turned.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(bytes(client.submitJob("json", "").result()))
        .isEqualTo(("{\"text\":\"" + TEXT + "\"}").getBytes(StandardCharsets.ISO_8859_1));
  }

  private String turned(WorkerTask task) {
    return new StringBuilder(task.payloadText()).reverse().toString();
  }

  @Test
  void piecesWarningsAndFailuresAreText() {
    GearmanClient client = latin();
    client.registerTaskWorker("fails", task -> task.fail(TEXT));
    client.registerWorker("throws", task -> Future.failedFuture(TEXT));
    Promise<Buffer> warning = Promise.promise();
    Promise<Buffer> piece = Promise.promise();
    Task task = client.submitJob("tells", "");
    task.warningHandler(warning::tryComplete).dataHandler(piece::tryComplete);
    client.registerTaskWorker(
        "tells",
        new WorkerOptions().setStreaming(true),
        worker -> {
          worker.warn(TEXT);
          worker.write(TEXT);
          worker.end(TEXT);
        });
    assertThat(Await.result(task.resultText())).isEqualTo(TEXT + TEXT);
    assertThat(bytes(piece.future())).isEqualTo(LATIN);
    assertThat(bytes(warning.future())).isEqualTo(LATIN);
    for (String function : new String[] {"fails", "throws"}) {
      assertThat(Await.failure(client.submitJob(function, "").result()))
          .isInstanceOfSatisfying(
              JobThrewException.class, e -> assertThat(e.data().getBytes()).isEqualTo(LATIN));
    }
  }
}

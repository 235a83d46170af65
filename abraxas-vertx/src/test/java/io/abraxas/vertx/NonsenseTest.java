package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What no server could take, and no timer, is refused where it is said. */
class NonsenseTest extends WireTest {
  private static final long TOO_LONG = Long.MAX_VALUE / 1_000_000;

  private static void refused(String text, ThrowingCallable... calls) {
    for (ThrowingCallable call : calls) {
      assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(text);
    }
  }

  @Test
  void functions() {
    GearmanClient client = client();
    refused(
        "must not be empty",
        () -> client.submitJob("", "x"),
        () -> client.submitJobBackground("", "x"),
        () -> client.registerValueWorker("", task -> ""),
        () -> client.admin().maxqueue("", 1),
        () -> client.admin().createFunction(""),
        () -> client.admin().dropFunction(""),
        () -> new JobRequest("f").setReducer(""));
    refused(
        "NUL", () -> client.submitJob("a\0b", "x"), () -> client.registerTaskWorker("\0", t -> {}));
    // Two bytes each.
    String longest = "ä".repeat(256);
    client.submitJob(longest, "x");
    client.registerValueWorker(longest, task -> "");
    refused(
        "512 bytes: 514",
        () -> client.submitJob(longest + "ä", "x"),
        () -> client.registerValueWorker(longest + "ä", task -> ""),
        () -> new JobRequest("f").setReducer(longest + "ä"));
  }

  @Test
  void idsAndHandles() {
    GearmanClient client = client();
    new JobRequest("f").setUniqueId("u".repeat(64)).setUniqueId("").setUniqueId(null);
    refused(
        "64 bytes: 65",
        () -> new JobRequest("f").setUniqueId("u".repeat(65)),
        () -> client.getStatusByUnique("u".repeat(65)));
    refused(
        "NUL",
        () -> new JobRequest("f").setUniqueId("\0"),
        () -> client.getStatus("H:\0"),
        () -> client.getStatusByUnique("\0"),
        () -> client.setClientId("\0"),
        () -> new GearmanClientOptions().setClientId("\0"),
        () -> new ServerOptions("a").setClientId("\0"));
    refused(
        "empty",
        () -> client.getStatus(""),
        () -> client.getStatusByUnique(""),
        () -> client.admin().cancelJob(""),
        () -> client.setClientId(""),
        () -> new ServerOptions("a").setClientId(""));
    refused(
        "63 bytes: 64",
        () -> client.getStatus("H".repeat(64)),
        () -> client.admin().cancelJob("H".repeat(64)));
    refused("127 bytes: 128", () -> client.setClientId("c".repeat(128)));
  }

  @Test
  void times() {
    GearmanClientOptions options = new GearmanClientOptions();
    refused(
        "negative",
        () -> options.setSubmitTimeout(-1),
        () -> new JobRequest("f").setResponseTimeout(-1L),
        () -> new JobRequest("f").setAtEpochSecond(-1L),
        () -> new JobRequest("f").setPayloadLength(-1L),
        () -> client().submitJobAt(Instant.EPOCH.minusSeconds(1), "f", Buffer.buffer()));
    refused(
        "three years",
        () -> options.setSubmitTimeout(TOO_LONG),
        () -> options.setResponseTimeout(TOO_LONG),
        () -> options.setReadStallTimeout(TOO_LONG),
        () -> options.setWriteStallTimeout(TOO_LONG),
        () -> options.setReconnectDelay(TOO_LONG),
        () -> options.setMaxReconnectDelay(TOO_LONG),
        () -> new JobRequest("f").setResponseTimeout(TOO_LONG),
        () -> new WorkerVerticleOptions().setDrainTimeout(TOO_LONG));
    refused(
        "between 1000 and 2147483647 ms",
        () -> new WorkerOptions().setTimeout(999),
        () -> new WorkerOptions().setTimeout(1L << 31),
        () -> new WorkerVerticleOptions().setTimeout(1));
  }

  @Test
  void workersOfAClientThatIsClosed() {
    GearmanClient closed = client();
    closed.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> closed.registerValueWorker("f", task -> ""))
        .withMessageContaining("closed");
    GearmanClient ending = client();
    ending.shutdown();
    assertThatIllegalStateException()
        .isThrownBy(() -> ending.registerTaskWorker("f", task -> {}))
        .withMessageContaining("closed");
    Waits.failure(closed.setClientId("too late"), ClientClosedException.class);
  }
}

package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.client.Await;
import io.abraxas.vertx.Task;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Inside the server's JVM, where giving back costs no attempt. */
class TaskPublisherLocalTest extends TaskPublisherContract {
  TaskPublisherLocalTest() {
    super(Link.LOCAL);
  }

  @Test
  void givingBackCostsNoAttempt() {
    restart(serverOptions().setJobRetries(1));
    publish(new JsonObject().put("f", "tasks.f"));
    Task task = client().submitJob("f", "x");
    // One attempt is all a job has here, and each round would be one.
    for (int round = 0; round < 4; round++) {
      Waits.until(() -> status(client, "f").workers() == 0);
      Waits.until(() -> status(client, "f").workers() == 1);
    }
    consume(message -> message.reply("at last"));
    assertThat(Await.result(task.resultText())).isEqualTo("at last");
  }
}

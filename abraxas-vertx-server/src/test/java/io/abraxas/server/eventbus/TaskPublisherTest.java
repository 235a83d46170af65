package io.abraxas.server.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.client.Await;
import io.abraxas.vertx.JobFailedException;
import io.abraxas.vertx.Task;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Over a socket, where giving back costs an attempt. */
class TaskPublisherTest extends TaskPublisherContract {
  TaskPublisherTest() {
    super(Link.TCP);
  }

  @Test
  void givingBackCostsAnAttempt() {
    restart(serverOptions().setJobRetries(2));
    publish(new JsonObject().put("f", "tasks.f"));
    Task task = client().submitJob("f", "x");
    assertThat(Await.failure(task.result())).isExactlyInstanceOf(JobFailedException.class);
  }
}

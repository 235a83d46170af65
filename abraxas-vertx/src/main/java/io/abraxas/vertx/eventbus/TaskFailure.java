package io.abraxas.vertx.eventbus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;

/** What a task that got no reply says to its client. */
final class TaskFailure {
  private TaskFailure() {}

  /**
   * The data of the failure: what a {@link JobReplyException} has, else the message, and for a
   * function whose tasks are JSON an object with the code and the type too.
   */
  static Buffer data(TaskBody body, Throwable e) {
    if (e instanceof JobReplyException job && job.data().length() > 0) {
      return job.data();
    }
    String message = e.getMessage();
    if (body == TaskBody.JSON) {
      JsonObject json = new JsonObject();
      if (e instanceof ReplyException reply) {
        json.put("failureType", reply.failureType().name());
        json.put("failureCode", reply.failureCode());
      }
      return json.put("message", message).toBuffer();
    }
    return Buffer.buffer(message != null ? message : e.toString());
  }
}

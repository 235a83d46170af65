package io.abraxas.server.eventbus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;

/** A process that has Vert.x and its cluster manager only, for {@link TwoProcessesTest}. */
final class PlainNode {
  private PlainNode() {}

  /** Arguments: cluster, its own port, that of the other. Prints what it gets, and ends. */
  public static void main(String[] args) {
    Vertx vertx = BusNode.start(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    System.out.println("library: " + hasLibrary());
    vertx.eventBus().consumer("plain.tasks", message -> message.reply("by a plain consumer"));
    JsonObject json = new JsonObject().put("a", 1);
    request(vertx, "same", json)
        .compose(reply -> request(vertx, "same", "text"))
        .compose(reply -> request(vertx, "throws", "x"))
        .recover(e -> Future.succeededFuture())
        .compose(reply -> request(vertx, "plain", "x"))
        .onComplete(done -> vertx.close());
  }

  private static Future<Message<Object>> request(Vertx vertx, String function, Object body) {
    return vertx
        .eventBus()
        .request("abraxas.jobs", body, new DeliveryOptions().addHeader("function", function))
        .onSuccess(
            reply ->
                System.out.println(
                    "reply: " + reply.body().getClass().getSimpleName() + " " + reply.body()))
        .onFailure(PlainNode::tell);
  }

  private static void tell(Throwable e) {
    System.out.println(
        e instanceof ReplyException reply
            ? "failure: "
                + e.getClass().getSimpleName()
                + " "
                + reply.failureType()
                + " "
                + reply.failureCode()
                + " "
                + e.getMessage()
            : "failure: " + e);
  }

  private static boolean hasLibrary() {
    try {
      Class.forName("io.abraxas.vertx.GearmanClient");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}

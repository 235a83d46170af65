package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** One function as the servers count it: the sum over all servers asked. */
@DataObject
public final class FunctionStatus {
  private final String function;
  private final long total;
  private final long running;
  private final long workers;

  FunctionStatus(String function, long total, long running, long workers) {
    this.function = function;
    this.total = total;
    this.running = running;
    this.workers = workers;
  }

  /** Reads what {@link #toJson} wrote. */
  public FunctionStatus(JsonObject json) {
    this.function = json.getString("function");
    this.total = json.getLong("total", 0L);
    this.running = json.getLong("running", 0L);
    this.workers = json.getLong("workers", 0L);
  }

  /** Its name. */
  public String function() {
    return function;
  }

  /** Jobs in the queue: waiting, running and not yet due. */
  public long total() {
    return total;
  }

  /** Jobs a worker is at. */
  public long running() {
    return running;
  }

  /** Workers that can do it. */
  public long workers() {
    return workers;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("function", function)
        .put("total", total)
        .put("running", running)
        .put("workers", workers);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FunctionStatus that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(function, total, running, workers);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

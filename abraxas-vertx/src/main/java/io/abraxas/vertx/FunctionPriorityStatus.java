package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** The waiting jobs of one function by priority: the sum over all servers asked. */
@DataObject
public final class FunctionPriorityStatus {
  private final String function;
  private final long high;
  private final long normal;
  private final long low;
  private final long workers;

  FunctionPriorityStatus(String function, long high, long normal, long low, long workers) {
    this.function = function;
    this.high = high;
    this.normal = normal;
    this.low = low;
    this.workers = workers;
  }

  /** Reads what {@link #toJson} wrote. */
  public FunctionPriorityStatus(JsonObject json) {
    this.function = json.getString("function");
    this.high = json.getLong("high", 0L);
    this.normal = json.getLong("normal", 0L);
    this.low = json.getLong("low", 0L);
    this.workers = json.getLong("workers", 0L);
  }

  /** Its name. */
  public String function() {
    return function;
  }

  /** Waiting jobs of high priority. */
  public long high() {
    return high;
  }

  /** Waiting jobs of normal priority. */
  public long normal() {
    return normal;
  }

  /** Waiting jobs of low priority. */
  public long low() {
    return low;
  }

  /** Workers that can do it. */
  public long workers() {
    return workers;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("function", function)
        .put("high", high)
        .put("normal", normal)
        .put("low", low)
        .put("workers", workers);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FunctionPriorityStatus that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(function, high, normal, low, workers);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

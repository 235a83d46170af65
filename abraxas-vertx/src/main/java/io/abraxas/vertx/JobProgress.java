package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** How far a job is, as its worker reports it. */
@DataObject
public final class JobProgress {
  private final long numerator;
  private final long denominator;

  JobProgress(long numerator, long denominator) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** Reads what {@link #toJson} wrote. */
  public JobProgress(JsonObject json) {
    this.numerator = json.getLong("numerator", 0L);
    this.denominator = json.getLong("denominator", 0L);
  }

  /** Parts done. */
  public long numerator() {
    return numerator;
  }

  /** Parts in all; 0 when the worker does not say. */
  public long denominator() {
    return denominator;
  }

  /** Parts done of all parts, 0 when the worker does not say. */
  public double fraction() {
    return denominator == 0 ? 0 : (double) numerator / denominator;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject().put("numerator", numerator).put("denominator", denominator);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JobProgress that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(numerator, denominator);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

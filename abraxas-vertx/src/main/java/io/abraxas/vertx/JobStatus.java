package io.abraxas.vertx;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** What the servers know of a job, all of them taken together. */
@DataObject
public final class JobStatus {
  private final int knownBy;
  private final int runningOn;
  private final long numerator;
  private final long denominator;
  private final long waitingClients;

  JobStatus(int knownBy, int runningOn, long numerator, long denominator, long waitingClients) {
    this.knownBy = knownBy;
    this.runningOn = runningOn;
    this.numerator = numerator;
    this.denominator = denominator;
    this.waitingClients = waitingClients;
  }

  /** Reads what {@link #toJson} wrote. */
  public JobStatus(JsonObject json) {
    this.knownBy = json.getInteger("knownBy", 0);
    this.runningOn = json.getInteger("runningOn", 0);
    this.numerator = json.getLong("numerator", 0L);
    this.denominator = json.getLong("denominator", 0L);
    this.waitingClients = json.getLong("waitingClients", 0L);
  }

  /** How many servers know it. */
  public int knownBy() {
    return knownBy;
  }

  /** On how many servers a worker is at it. */
  public int runningOn() {
    return runningOn;
  }

  /** Parts done, the sum over the servers. */
  public long numerator() {
    return numerator;
  }

  /** Parts in all, the sum over the servers. */
  public long denominator() {
    return denominator;
  }

  /** Clients that wait for its result; 0 unless asked by unique id. */
  public long waitingClients() {
    return waitingClients;
  }

  /** Whether a server knows the job: it waits, runs or is not due yet. */
  public boolean known() {
    return knownBy > 0;
  }

  /** Whether a worker is at the job. */
  public boolean running() {
    return runningOn > 0;
  }

  /** All fields by their names. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("knownBy", knownBy)
        .put("runningOn", runningOn)
        .put("numerator", numerator)
        .put("denominator", denominator)
        .put("waitingClients", waitingClients);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JobStatus that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(knownBy, runningOn, numerator, denominator, waitingClients);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}

package io.abraxas.vertx;

/** How soon a job is given out: all of a higher priority before any of a lower one. */
public enum JobPriority {
  HIGH,
  NORMAL,
  LOW
}

package io.abraxas.server.broker;

/** A worker that can do a function. */
final class Ability {
  final Session session;
  final FunctionQueue function;

  /** How long a job may run, in milliseconds; 0: without limit. */
  long timeoutMillis;

  /** Its place in {@link FunctionQueue#workers}. */
  int index;

  Ability(Session session, FunctionQueue function) {
    this.session = session;
    this.function = function;
  }
}

package io.abraxas.vertx;

import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;

/** A function this client does, at all servers, present and future. */
@VertxGen
public interface Worker {
  /** The function. */
  String function();

  /**
   * Takes the function back. On each connection nothing is grabbed while its running tasks of this
   * function finish, then it says CANT_DO: a server that hears it earlier gives those jobs to
   * others.
   *
   * @return completes when every connection has said so
   */
  Future<Void> unregister();

  /**
   * Limits how many jobs of the function may be in the queue of each server, present and future.
   *
   * @param max 0: no limit
   */
  Future<Void> maxqueue(int max);

  /** The function as all connected servers count it; zeros when they do not know it. */
  Future<FunctionStatus> status();
}

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
   * Takes the function back for a while, as {@link #unregister} does, and keeps the worker: servers
   * that connect later are not offered it, until {@link #resume}.
   *
   * <p>While a connection waits for the running tasks of this function it grabs no job of any
   * function; one with long tasks is better off with a client of its own.
   *
   * @return completes when every connection has said CANT_DO or is lost, or when {@code resume} has
   *     made it needless
   */
  Future<Void> suspend();

  /**
   * Offers the function again. Called while {@link #suspend} still waits, it undoes that; but jobs
   * that were {@linkplain WorkerTask#giveBack given back} stay so, and a connection that has such
   * says CANT_DO first.
   *
   * @return completes when every connection offers it; fails with {@link IllegalStateException}
   *     when the worker is unregistered
   */
  Future<Void> resume();

  /**
   * Limits how many jobs of the function may be in the queue of each server, present and future.
   *
   * @param max 0: no limit
   */
  Future<Void> maxqueue(int max);

  /** The function as all connected servers count it; zeros when they do not know it. */
  Future<FunctionStatus> status();
}

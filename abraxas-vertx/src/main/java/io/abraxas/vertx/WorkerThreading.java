package io.abraxas.vertx;

/** Where the handler of a worker runs. */
public enum WorkerThreading {
  /** On the client's context. It must not block when that is an event loop. */
  CLIENT_CONTEXT,
  /** On the worker pool of Vert.x, several at a time: it may block. */
  WORKER_POOL,
  /** On a virtual thread of its own, when the JVM has them: it may block and may await futures. */
  VIRTUAL_THREAD
}

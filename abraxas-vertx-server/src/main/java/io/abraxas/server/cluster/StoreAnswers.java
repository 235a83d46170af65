package io.abraxas.server.cluster;

/** Who is told what became of jobs in the store: the broker. On the event loop. */
interface StoreAnswers {
  /** The answer to a put. */
  void stored(long handle, boolean success);

  /** The job is in the store no more. */
  void forgotten(long handle);
}

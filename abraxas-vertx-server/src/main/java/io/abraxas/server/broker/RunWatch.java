package io.abraxas.server.broker;

/** Hears which stored jobs run, so that others can tell should this server be lost. */
public interface RunWatch {
  /**
   * A worker got a stored job, or a job that runs was stored. That it ends is not told. Does not
   * call back.
   */
  void started(Job job);
}

package io.abraxas.server.eventbus;

/** Inside the server's JVM. */
class WorkerVerticleLocalTest extends WorkerVerticleContract {
  WorkerVerticleLocalTest() {
    super(Link.LOCAL);
  }
}

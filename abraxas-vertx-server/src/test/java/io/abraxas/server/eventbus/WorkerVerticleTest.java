package io.abraxas.server.eventbus;

/** Over a socket. */
class WorkerVerticleTest extends WorkerVerticleContract {
  WorkerVerticleTest() {
    super(Link.TCP);
  }
}

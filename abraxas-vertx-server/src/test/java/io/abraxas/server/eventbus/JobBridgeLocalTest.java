package io.abraxas.server.eventbus;

/** Inside the server's JVM. */
class JobBridgeLocalTest extends JobBridgeContract {
  JobBridgeLocalTest() {
    super(Link.LOCAL);
  }
}

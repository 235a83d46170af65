package io.abraxas.server.eventbus;

/** Inside the server's JVM. */
class JobBridgeFailuresLocalTest extends JobBridgeFailuresContract {
  JobBridgeFailuresLocalTest() {
    super(Link.LOCAL);
  }
}

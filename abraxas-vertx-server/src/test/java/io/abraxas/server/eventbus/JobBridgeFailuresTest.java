package io.abraxas.server.eventbus;

/** Over a socket. */
class JobBridgeFailuresTest extends JobBridgeFailuresContract {
  JobBridgeFailuresTest() {
    super(Link.TCP);
  }
}

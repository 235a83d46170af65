package io.abraxas.server.eventbus;

/** Over a socket. */
class JobBridgeTest extends JobBridgeContract {
  JobBridgeTest() {
    super(Link.TCP);
  }
}

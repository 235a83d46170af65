package io.abraxas.server.client;

import io.abraxas.server.interop.ServerUnderTest;

/** The same without the kernel's buffers in between. */
class BackpressureOnLocalTest extends BackpressureTest {
  @Override
  ServerUnderTest startServer() {
    return LocalServer.start(vertx);
  }

  @Override
  String address() {
    return LocalServer.ADDRESS;
  }
}

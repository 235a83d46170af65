package io.abraxas.server.client;

import io.abraxas.server.interop.ServerUnderTest;

class ClientOnGearmandTest extends ClientContract {
  ClientOnGearmandTest() {
    super(ServerUnderTest.Kind.GEARMAND);
  }
}

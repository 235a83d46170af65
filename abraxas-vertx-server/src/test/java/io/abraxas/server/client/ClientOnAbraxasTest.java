package io.abraxas.server.client;

import io.abraxas.server.interop.ServerUnderTest;

class ClientOnAbraxasTest extends ClientContract {
  ClientOnAbraxasTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }
}

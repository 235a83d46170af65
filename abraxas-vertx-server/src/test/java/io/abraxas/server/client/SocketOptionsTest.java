package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.ServerOptions;
import io.vertx.core.Future;
import io.vertx.core.net.NetClientOptions;
import org.junit.jupiter.api.Test;

/** Options of Vert.x for the client's sockets. */
class SocketOptionsTest extends ClientTest {
  SocketOptionsTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  @Test
  void optionsOfVertxReachTheSocketOfAllServersOrOfOne() {
    ServerOptions own =
        new ServerOptions(options().getServers().get(0).getAddress())
            .setNetClientOptions(new NetClientOptions().setLocalAddress("127.0.0.3"));
    GearmanClient client =
        client(
            options()
                .setNetClientOptions(new NetClientOptions().setLocalAddress("127.0.0.2"))
                .addServer(own));
    client.registerWorker("here", task -> Future.succeededFuture());
    GearmanClient operator = client();
    await()
        .untilAsserted(
            () ->
                assertThat(Await.result(operator.admin().workers()))
                    .filteredOn(worker -> worker.functions().contains("here"))
                    .extracting(worker -> worker.ip())
                    .containsExactlyInAnyOrder("127.0.0.2", "127.0.0.3"));
  }
}

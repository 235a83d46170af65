package io.abraxas.rxjava3;

import io.abraxas.rxjava3.server.GearmanServer;
import io.abraxas.rxjava3.vertx.GearmanClient;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.vertx.GearmanClientOptions;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;
import io.vertx.rxjava3.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fresh server, a client of it and a Vert.x for each test. */
abstract class RxTest {
  static final long SECONDS = 60;

  Vertx vertx;
  GearmanServer server;
  GearmanClient client;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    server =
        result(
            GearmanServer.create(vertx, new GearmanServerOptions().setHost("127.0.0.1").setPort(0))
                .rxListen());
    client = GearmanClient.create(vertx, options());
  }

  @AfterEach
  void stop() {
    end(client.rxClose());
    end(server.rxClose());
    end(vertx.rxClose());
  }

  GearmanClientOptions options() {
    return new GearmanClientOptions().addServer("127.0.0.1:" + server.actualPort());
  }

  static <T> T result(Single<T> single) {
    return single.timeout(SECONDS, TimeUnit.SECONDS).blockingGet();
  }

  static void end(Completable completable) {
    completable.timeout(SECONDS, TimeUnit.SECONDS).blockingAwait();
  }
}

package io.abraxas.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A server in a Vert.x of its own, on a free port of the loopback interface. */
public final class TestServer implements AutoCloseable {
  static {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
  }

  private final Vertx vertx;
  private final GearmanServer server;

  /** What moves the bytes. */
  public enum Transport {
    NATIVE,
    NIO
  }

  private TestServer(Vertx vertx, GearmanServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /** Starts one with the best transport there is. */
  public static TestServer start(GearmanServerOptions options) {
    return start(options, Transport.NATIVE);
  }

  /** Starts one. Options without an address listen on a free port. */
  public static TestServer start(GearmanServerOptions options, Transport transport) {
    if (options.getListen().isEmpty()) {
      options.setListen(List.of("127.0.0.1:0"));
    }
    boolean nativeTransport = transport == Transport.NATIVE;
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(nativeTransport)
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    if (!nativeTransport) {
      assertThat(vertx.isNativeTransportEnabled()).isFalse();
    }
    GearmanServer server = GearmanServer.create(vertx, options);
    await(server.listen());
    return new TestServer(vertx, server);
  }

  /** The server itself. */
  public GearmanServer server() {
    return server;
  }

  /** Its Vert.x. */
  public Vertx vertx() {
    return vertx;
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Connects a peer. */
  public WireClient connect() {
    return WireClient.connect(port());
  }

  /** Waits, not for long, for a future to succeed. */
  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("not completed in time", e);
    }
  }

  @Override
  public void close() {
    await(server.close());
    await(vertx.close());
  }
}

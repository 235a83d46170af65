package io.abraxas.server.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server and treats the bytes badly, on one event loop: splits them
 * at random places, stalls, and cuts both sides, now and then or after a given number of bytes.
 */
final class FaultProxy implements AutoCloseable {
  private final Vertx vertx;
  private final Random random;
  private final NetServer server;
  private final NetClient client;
  private final int target;

  /** One cut in about this many bytes passed on; 0: none. */
  private volatile int bytesPerCut;

  /** Cut the next connection when it has passed on this many bytes to the server; -1: never. */
  private volatile int cutAfterToServer = -1;

  /** Cut the next connection when it has passed on this many bytes to the client; -1: never. */
  private volatile int cutAfterToClient = -1;

  private final AtomicInteger cuts = new AtomicInteger();

  private FaultProxy(Vertx vertx, long seed, int target) {
    this.vertx = vertx;
    this.random = new Random(seed);
    this.target = target;
    this.client = vertx.createNetClient();
    this.server = vertx.createNetServer().connectHandler(this::accept);
  }

  static FaultProxy start(Vertx vertx, long seed, int target) {
    FaultProxy proxy = new FaultProxy(vertx, seed, target);
    Await.result(proxy.server.listen(0, "127.0.0.1"));
    return proxy;
  }

  int port() {
    return server.actualPort();
  }

  int cuts() {
    return cuts.get();
  }

  void bytesPerCut(int bytes) {
    bytesPerCut = bytes;
  }

  void cutOnceAfter(int toServer, int toClient) {
    cutAfterToServer = toServer;
    cutAfterToClient = toClient;
  }

  private void accept(NetSocket near) {
    near.exceptionHandler(e -> {});
    near.pause();
    client
        .connect(target, "127.0.0.1")
        .onComplete(
            far -> {
              far.exceptionHandler(e -> {});
              Pair pair = new Pair(near, far);
              near.handler(pair::toServer);
              far.handler(pair::toClient);
              near.closeHandler(v -> far.close());
              far.closeHandler(v -> near.close());
              near.resume();
            },
            e -> near.close());
  }

  private final class Pair {
    private final NetSocket near;
    private final NetSocket far;
    private final int toServerLimit = cutAfterToServer;
    private final int toClientLimit = cutAfterToClient;
    private long toServer;
    private long toClient;
    private boolean cut;

    Pair(NetSocket near, NetSocket far) {
      this.near = near;
      this.far = far;
    }

    void toServer(Buffer data) {
      pass(data, near, far, toServerLimit < 0 ? Long.MAX_VALUE : toServerLimit - toServer);
      toServer += data.length();
    }

    void toClient(Buffer data) {
      pass(data, far, near, toClientLimit < 0 ? Long.MAX_VALUE : toClientLimit - toClient);
      toClient += data.length();
    }

    private void pass(Buffer data, NetSocket from, NetSocket to, long left) {
      if (cut) {
        return;
      }
      int rate = bytesPerCut;
      boolean randomCut = rate > 0 && random.nextInt(rate) < data.length();
      int limit = (int) Math.min(left, randomCut ? random.nextInt(data.length()) : data.length());
      boolean cutNow = limit < data.length();
      // Two pieces and a pause between them: the far side sees a packet in halves.
      int split = limit == 0 ? 0 : random.nextInt(limit + 1);
      if (split > 0) {
        to.write(data.getBuffer(0, split));
      }
      if (random.nextInt(8) == 0) {
        from.pause();
        vertx.setTimer(
            1 + random.nextInt(3),
            t -> {
              rest(data, split, limit, to, cutNow);
              from.resume();
            });
      } else {
        rest(data, split, limit, to, cutNow);
      }
    }

    private void rest(Buffer data, int split, int limit, NetSocket to, boolean cutNow) {
      if (cut) {
        return;
      }
      Future<Void> written =
          limit > split ? to.write(data.getBuffer(split, limit)) : Future.succeededFuture();
      if (cutNow) {
        cut = true;
        cuts.incrementAndGet();
        cutAfterToServer = -1;
        cutAfterToClient = -1;
        written.onComplete(
            done -> {
              near.close();
              far.close();
            });
      }
    }
  }

  @Override
  public void close() {
    Await.result(server.close());
    Await.result(client.close());
  }
}

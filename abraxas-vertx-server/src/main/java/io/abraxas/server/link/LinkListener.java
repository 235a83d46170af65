package io.abraxas.server.link;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;

/** Where other nodes call. */
final class LinkListener {
  private final ContextInternal context;
  private final String host;
  private final int port;
  private final NetServer server;

  LinkListener(ContextInternal context, String host, int port, Handler<NetSocketInternal> accept) {
    this.context = context;
    this.host = host;
    this.port = port;
    server =
        context
            .owner()
            .createNetServer(
                new NetServerOptions().setTcpNoDelay(true).setRegisterWriteHandler(false))
            .connectHandler(socket -> accept.handle((NetSocketInternal) socket));
  }

  /** Completes with the port. */
  Future<Integer> open() {
    Promise<Integer> opened = context.promise();
    context.runOnContext(
        v -> server.listen(port, host).map(NetServer::actualPort).onComplete(opened));
    return opened.future();
  }

  Future<Void> close() {
    return server.close();
  }
}

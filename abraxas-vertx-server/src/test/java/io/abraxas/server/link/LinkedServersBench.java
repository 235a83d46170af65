package io.abraxas.server.link;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS;
import static io.abraxas.vertx.protocol.PacketType.NOOP;
import static io.abraxas.vertx.protocol.PacketType.PRE_SLEEP;
import static io.abraxas.vertx.protocol.PacketType.STATUS_RES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.LinkedServer;
import io.abraxas.server.LogCapture;
import io.abraxas.server.WireClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Whole servers in one process, with links over the loopback interface. */
abstract class LinkedServersBench {
  final Town town = new Town();

  final LinkedServer.Setup setup = new LinkedServer.Setup();

  final List<LinkedServer> servers = new ArrayList<>();

  LogCapture log;

  @BeforeEach
  void takeLog() {
    log = LogCapture.start();
  }

  @AfterEach
  void stop() {
    servers.forEach(LinkedServer::close);
    log.close();
    assertThat(log.stackTraces()).isEmpty();
  }

  LinkedServer start() {
    LinkedServer server = LinkedServer.start(town, servers.size() + 1, setup);
    servers.add(server);
    return server;
  }

  /** Starts so many, each linked with all others. */
  void start(int count) {
    while (servers.size() < count) {
      start();
    }
    linkAll();
  }

  void linkAll() {
    servers.forEach(LinkedServer::review);
    await().until(() -> servers.stream().allMatch(server -> server.linked() == servers.size() - 1));
  }

  LinkedServer a() {
    return servers.get(0);
  }

  LinkedServer b() {
    return servers.get(1);
  }

  /** A worker that goes to sleep; when it is returned its node is about to tell the others. */
  WireClient sleeper(LinkedServer server, String... functions) {
    WireClient worker = server.connect();
    for (String function : functions) {
      worker.send(CAN_DO, function);
    }
    return worker.silence().send(PRE_SLEEP);
  }

  static String assigned(WireClient worker) {
    worker.expect(NOOP);
    return worker.grab().handle();
  }

  static String status(WireClient peer, String handle) {
    return peer.send(GET_STATUS, handle).expect(STATUS_RES).body().replace('\0', ' ');
  }
}

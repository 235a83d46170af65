package io.abraxas.vertx;

import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Promise;
import java.util.List;

/** The answer to an admin command that is one line. */
final class LineReply extends TextReply {
  LineReply(String server, AdminCommand command, Promise<List<String>> promise) {
    super(server, command, promise);
  }

  @Override
  public boolean isAnsweredBy(PacketType type) {
    return false;
  }

  @Override
  public boolean line(String line) {
    end(List.of(line), isRefusal(line));
    return true;
  }
}

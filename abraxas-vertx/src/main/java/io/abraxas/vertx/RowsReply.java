package io.abraxas.vertx;

import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to an admin command that is rows and a line with a single dot, or a refusal.
 *
 * <p>A row may be a name that somebody chose, so neither the dot nor ERR tells where the rows end.
 * The answer to an ECHO_REQ, which goes out right behind the command, does: the last line before it
 * is the dot, and only a refusal has none.
 */
final class RowsReply extends TextReply {
  /** What the ECHO_REQ carries, for whoever reads a log of packets. */
  static final String MARK = "end of rows";

  private static final String LAST = ".";

  private final List<String> lines = new ArrayList<>();

  RowsReply(String server, AdminCommand command, Promise<List<String>> promise) {
    super(server, command, promise);
  }

  @Override
  public boolean isAnsweredBy(PacketType type) {
    return type == PacketType.ECHO_RES;
  }

  @Override
  public boolean line(String line) {
    lines.add(line);
    return false;
  }

  @Override
  public void answer(Packet packet) {
    int last = lines.size() - 1;
    if (last >= 0 && lines.get(last).equals(LAST)) {
      end(lines.subList(0, last), false);
    } else {
      end(lines, true);
    }
  }
}

package io.abraxas.vertx;

import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** The answer to an admin command: one line, or rows up to a single dot. */
final class LineReply implements Expected {
  private static final String REFUSED = "ERR";
  private static final String END = ".";

  private final String server;
  private final AdminCommand command;
  private final Promise<List<String>> promise;
  private final List<String> lines = new ArrayList<>();

  LineReply(String server, AdminCommand command, Promise<List<String>> promise) {
    this.server = server;
    this.command = command;
    this.promise = promise;
  }

  @Override
  public boolean isAnsweredBy(PacketType type) {
    return false;
  }

  @Override
  public boolean isRefusedBy(String code) {
    return false;
  }

  @Override
  public void answer(Packet packet) {
    throw new IllegalStateException("expects text");
  }

  @Override
  public boolean isText() {
    return true;
  }

  @Override
  public boolean line(String line) {
    if (lines.isEmpty() && (line.equals(REFUSED) || line.startsWith(REFUSED + " "))) {
      promise.tryFail(refusal(line.substring(REFUSED.length()).trim()));
      return true;
    }
    if (command.reply() == AdminCommand.Reply.LINE) {
      promise.tryComplete(List.of(line));
      return true;
    }
    if (line.equals(END)) {
      promise.tryComplete(lines);
      return true;
    }
    lines.add(line);
    return false;
  }

  /** {@code UNKNOWN_COMMAND Unknown+server+command}, or words without a code. */
  private ServerErrorException refusal(String text) {
    int blank = text.indexOf(' ');
    String first = blank < 0 ? text : text.substring(0, blank);
    boolean isCode =
        !first.isEmpty() && first.chars().allMatch(c -> c == '_' || (c >= 'A' && c <= 'Z'));
    return isCode
        ? new ServerErrorException(server, first, text.substring(first.length()).trim())
        : new ServerErrorException(server, REFUSED, text);
  }

  @Override
  public void refused(ServerErrorException refusal) {
    promise.tryFail(refusal);
  }

  @Override
  public void lost(GearmanException cause) {
    if (command == AdminCommand.SHUTDOWN && cause instanceof ConnectionClosedException) {
      promise.tryComplete(List.of("OK"));
    } else {
      promise.tryFail(cause);
    }
  }
}

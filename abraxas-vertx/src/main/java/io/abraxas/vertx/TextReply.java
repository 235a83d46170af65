package io.abraxas.vertx;

import io.abraxas.vertx.protocol.AdminCommand;
import io.abraxas.vertx.protocol.Packet;
import io.vertx.core.Promise;
import java.util.List;

/** The answer to an admin command: text, which may be a refusal. */
abstract class TextReply implements Expected {
  private static final String REFUSED = "ERR";

  private final String server;
  private final AdminCommand command;
  private final Promise<List<String>> promise;

  TextReply(String server, AdminCommand command, Promise<List<String>> promise) {
    this.server = server;
    this.command = command;
    this.promise = promise;
  }

  /** The answer that the command calls for. */
  static TextReply to(AdminCommand command, String server, Promise<List<String>> promise) {
    return command.reply() == AdminCommand.Reply.ROWS
        ? new RowsReply(server, command, promise)
        : new LineReply(server, command, promise);
  }

  static boolean isRefusal(String line) {
    return line.equals(REFUSED) || line.startsWith(REFUSED + " ");
  }

  /** The answer is whole. */
  final void end(List<String> lines, boolean refused) {
    if (refused) {
      promise.tryFail(refusal(String.join(" ", lines)));
    } else {
      promise.tryComplete(lines);
    }
  }

  /** {@code UNKNOWN_COMMAND Unknown+server+command}, or words without a code. */
  private ServerErrorException refusal(String line) {
    String text = isRefusal(line) ? line.substring(REFUSED.length()).trim() : line;
    int blank = text.indexOf(' ');
    String first = blank < 0 ? text : text.substring(0, blank);
    boolean isCode =
        !first.isEmpty() && first.chars().allMatch(c -> c == '_' || (c >= 'A' && c <= 'Z'));
    return isCode
        ? new ServerErrorException(server, first, text.substring(first.length()).trim())
        : new ServerErrorException(server, REFUSED, text);
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

package io.abraxas.vertx.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * A line of the admin text protocol: a command and its arguments, separated by blanks.
 *
 * <p>Commands are matched without regard to case; arguments keep theirs. The longest command that
 * matches wins. Text is UTF-8.
 */
public final class AdminLine {
  private final List<String> words;
  private final AdminCommand command;

  private AdminLine(List<String> words) {
    this.words = List.copyOf(words);
    this.command = match(words);
  }

  /** Reads a line that a decoder found. */
  public static AdminLine parse(ByteBuf buffer, int start, int length) {
    return parse(buffer.toString(start, length, StandardCharsets.UTF_8));
  }

  /** Reads a line without its end. */
  public static AdminLine parse(String line) {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(line, " \t\r\0");
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return new AdminLine(words);
  }

  /**
   * Makes the line that gives a command.
   *
   * @throws IllegalArgumentException when an argument is empty or contains a blank or a control
   *     character: the receiver would read other words, or another command
   */
  public static AdminLine of(AdminCommand command, String... arguments) {
    List<String> words = new ArrayList<>(command.words());
    for (String argument : arguments) {
      if (argument.isEmpty() || argument.chars().anyMatch(c -> c <= ' ' || c == 127)) {
        throw new IllegalArgumentException(
            "not a word of the admin protocol: \"" + argument + "\"");
      }
      words.add(argument);
    }
    return new AdminLine(words);
  }

  /** Writes the line with its LF. */
  public void write(ByteBuf out) {
    out.writeCharSequence(String.join(" ", words), StandardCharsets.UTF_8);
    out.writeByte('\n');
  }

  /** The command, or null when the words name none. */
  public AdminCommand command() {
    return command;
  }

  /** All words of the line, the command's included. */
  public List<String> words() {
    return words;
  }

  /** The words after those that name the command; all words when they name none. */
  public List<String> arguments() {
    return command == null ? words : words.subList(command.words().size(), words.size());
  }

  /** Whether the command has all the arguments it needs. */
  public boolean hasArguments() {
    return command != null && arguments().size() >= command.requiredArguments();
  }

  private static AdminCommand match(List<String> words) {
    AdminCommand best = null;
    for (AdminCommand candidate : AdminCommand.values()) {
      List<String> name = candidate.words();
      if (startsWith(words, name) && (best == null || best.words().size() < name.size())) {
        best = candidate;
      }
    }
    return best;
  }

  private static boolean startsWith(List<String> words, List<String> name) {
    if (words.size() < name.size()) {
      return false;
    }
    for (int i = 0; i < name.size(); i++) {
      if (!words.get(i).equalsIgnoreCase(name.get(i))) {
        return false;
      }
    }
    return true;
  }
}

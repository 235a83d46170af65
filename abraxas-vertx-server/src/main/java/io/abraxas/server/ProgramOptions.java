package io.abraxas.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;

/** What the program was asked to do: the server's options and those of the process around it. */
final class ProgramOptions {
  final GearmanServerOptions server = new GearmanServerOptions();
  Path pidFile;

  /** Null: standard error. */
  Path logFile;

  Level level = Level.INFO;
  boolean checkOnly;
  boolean daemon;

  /** What was accepted without any effect, for the log. */
  final List<String> warnings = new ArrayList<>();

  void ignored(String name) {
    warnings.add("--" + name + " has no effect here");
  }

  /**
   * Sets one option by its long name; the text is empty for a flag without a value.
   *
   * @throws UsageException naming the option
   */
  void set(String name, String text) {
    ServerOption option = OptionTable.named(name);
    ProgramOption around = ProgramOption.named(name);
    try {
      if (option != null) {
        option.setText(server, text);
      } else if (around != null) {
        around.setText(this, text);
      } else {
        throw new UsageException("unknown option " + name + Nearest.hint(name, names()));
      }
    } catch (IllegalArgumentException e) {
      String shown = "--" + name;
      String reason = e.getMessage();
      if (around != null) {
        throw new UsageException(shown + " " + reason, e);
      }
      // The server's options know their JSON key only, which would be a second name here.
      String withoutKey =
          reason.startsWith(option.key) ? reason.substring(option.key.length()) : ": " + reason;
      throw new UsageException(shown + withoutKey, e);
    }
  }

  /**
   * Refuses values that make no sense together.
   *
   * @throws UsageException naming the options
   */
  void check() {
    try {
      OptionsJson.checkTogether(server, option -> "--" + option.longName);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** The long names of all options. */
  static Collection<String> names() {
    return Stream.concat(
            OptionTable.ofProgram(OptionTable.ALL).map(o -> o.longName),
            Stream.of(ProgramOption.values()).map(o -> o.longName))
        .toList();
  }
}

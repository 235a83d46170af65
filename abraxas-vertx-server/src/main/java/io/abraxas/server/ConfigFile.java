package io.abraxas.server;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The file of {@code --config-file}: JSON when it begins with a brace, else gearmand's lines of
 * {@code name=value} with the long names of the command line, where # begins a comment.
 */
final class ConfigFile {
  private final String file;
  private final ProgramOptions options;
  private final Set<String> given;

  private ConfigFile(String file, ProgramOptions options, Set<String> given) {
    this.file = file;
    this.options = options;
    this.given = given;
  }

  /**
   * Sets what the file says.
   *
   * @param given the long names of options that the file does not decide
   * @throws UsageException naming the file, the line if it has lines, and the option
   */
  static void read(String file, ProgramOptions options, Set<String> given) {
    String text;
    try (FileInputStream in = new FileInputStream(file)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UsageException("--config-file: cannot read " + e.getMessage(), e);
    }
    ConfigFile config = new ConfigFile(file, options, given);
    if (text.stripLeading().startsWith("{")) {
      config.readJson(text);
    } else {
      config.readLines(text);
    }
  }

  private void readJson(String text) {
    try {
      JsonObject json = new JsonObject(text);
      for (String key : List.copyOf(json.fieldNames())) {
        ProgramOption option = ProgramOption.keyed(key);
        if (option != null) {
          set(option, json.remove(key));
        } else if (!OptionsJson.KEYS.contains(key)) {
          throw new IllegalArgumentException(OptionsJson.unknown(key, keys()));
        }
      }
      for (ServerOption option : OptionTable.ALL) {
        if (given.contains(option.longName)) {
          json.remove(option.key);
        }
      }
      if (given.contains(OptionTable.LISTEN.longName)) {
        json.remove(OptionsJson.HOST);
      }
      OptionsJson.read(json, options.server);
    } catch (DecodeException e) {
      throw new UsageException(file + ": not valid JSON: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + ": " + e.getMessage(), e);
    }
  }

  private void set(ProgramOption option, Object value) {
    boolean fits = option.label == null ? value instanceof Boolean : value instanceof String;
    if (!fits && !(value instanceof Integer)) {
      String wanted = option.label == null ? "true or false" : "a text";
      throw new IllegalArgumentException(option.key + " must be " + wanted + ", not " + value);
    }
    if (given.contains(option.longName)) {
      return;
    }
    try {
      option.setText(options, value.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option.key + " " + e.getMessage(), e);
    }
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>(OptionsJson.KEYS);
    Stream.of(ProgramOption.values()).map(o -> o.key).forEach(keys::add);
    return keys;
  }

  private void readLines(String text) {
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      int comment = line.indexOf('#');
      String content = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (content.isEmpty()) {
        continue;
      }
      int equals = content.indexOf('=');
      String name = (equals < 0 ? content : content.substring(0, equals)).strip();
      String value = equals < 0 ? "" : content.substring(equals + 1).strip();
      if (given.contains(name)) {
        continue;
      }
      try {
        options.set(name, value);
      } catch (UsageException e) {
        throw new UsageException(file + ": line " + number + ": " + e.getMessage(), e);
      }
    }
  }
}

package io.abraxas.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Looks at the arguments of a launcher that are JSON, or name a file of it. The launchers go on
 * without a configuration when they cannot read it, so that a slip of the pen would start a server
 * that listens anywhere.
 */
final class JsonArguments {
  private static final Set<String> NAMES =
      Set.of("conf", "options", "vertx-options", "deployment-options");

  private JsonArguments() {}

  /**
   * Looks at all of them.
   *
   * @throws UsageException naming the first one that is no JSON object
   */
  static void check(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      int equals = argument.indexOf('=');
      String option = equals < 0 ? argument : argument.substring(0, equals);
      if (!option.startsWith("-") || !NAMES.contains(bare(option))) {
        continue;
      }
      if (equals >= 0) {
        checkValue(option, argument.substring(equals + 1));
      } else if (i + 1 < arguments.length) {
        checkValue(option, arguments[++i]);
      }
    }
  }

  private static String bare(String option) {
    return option.replaceFirst("^--?", "").toLowerCase(Locale.ROOT);
  }

  private static void checkValue(String option, String value) {
    try {
      Path file = Path.of(value);
      if (Files.exists(file)) {
        parse(option + ": " + value, Buffer.buffer(Files.readAllBytes(file)));
        return;
      }
    } catch (InvalidPathException e) {
      // Then it is the JSON itself.
    } catch (IOException e) {
      throw new UsageException(option + ": cannot read " + e.getMessage(), e);
    }
    // As the launchers do it, for shells that leave them.
    String text = value.trim().replaceAll("^[\"']|[\"']$", "");
    if (!text.startsWith("{")) {
      throw new UsageException(option + ": there is no file " + value);
    }
    parse(option, Buffer.buffer(text));
  }

  private static void parse(String where, Buffer text) {
    try {
      new JsonObject(text);
    } catch (DecodeException e) {
      throw new UsageException(
          where + ": not a JSON object: " + e.getMessage().replaceAll("\\s+", " "), e);
    }
  }
}

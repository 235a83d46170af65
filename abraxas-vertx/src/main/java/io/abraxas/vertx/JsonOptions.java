package io.abraxas.vertx;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Finds what is wrong with options that were given as JSON: keys that are none, and values of
 * another type than the option has. A misspelt option fails where it was written, not later and
 * elsewhere.
 */
public final class JsonOptions {
  private JsonOptions() {}

  /**
   * Compares the JSON that was given with what was read from it.
   *
   * @param owner what the options are for, as the message names it
   * @param given the JSON as it came
   * @param read the options read from it, as JSON again, with defaults
   * @param optional keys that {@code read} lacks when they are not set
   * @throws IllegalArgumentException naming the first key that is unknown or whose value was not
   *     taken
   */
  public static void check(String owner, JsonObject given, JsonObject read, String... optional) {
    TreeSet<String> known = new TreeSet<>(read.fieldNames());
    known.addAll(List.of(optional));
    for (Map.Entry<String, Object> entry : given) {
      String key = entry.getKey();
      Object value = entry.getValue();
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "unknown option \"" + key + "\" of " + owner + "; it has " + String.join(", ", known));
      }
      if (value != null && !same(value, read.getValue(key))) {
        throw new IllegalArgumentException(
            "the option \"" + key + "\" of " + owner + " cannot be " + shown(value));
      }
    }
  }

  /**
   * Reads a list of strings.
   *
   * @return the strings in it; a list that holds anything else is shorter than it was given, which
   *     {@link #check} finds; empty when the key is missing
   */
  public static List<String> strings(JsonObject given, String key) {
    return given.getValue(key) instanceof JsonArray list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }

  /** Objects and lists check themselves; only their kind is compared. */
  private static boolean same(Object given, Object read) {
    if (given instanceof JsonObject) {
      return read instanceof JsonObject;
    } else if (given instanceof JsonArray list) {
      return read instanceof JsonArray taken && taken.size() == list.size();
    } else if (given instanceof Number number) {
      return read instanceof Number taken
          && Double.compare(number.doubleValue(), taken.doubleValue()) == 0;
    }
    return Objects.equals(given, read);
  }

  private static String shown(Object value) {
    return value instanceof CharSequence ? "\"" + value + "\"" : String.valueOf(value);
  }
}

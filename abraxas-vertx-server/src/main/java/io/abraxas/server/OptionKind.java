package io.abraxas.server;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the value of an option looks like, as text and in JSON. */
enum OptionKind {
  INT("a whole number"),
  SIZE("a number of bytes, as text also with k, m or g behind it"),
  FLAG("true or false"),
  TEXT("a text"),
  LIST("a list of texts");

  private final String words;

  OptionKind(String words) {
    this.words = words;
  }

  /**
   * The value of a text as the command line and the configuration file have it: an Integer, a Long,
   * a Boolean, or a String, for a list too.
   *
   * @throws IllegalArgumentException naming the key
   */
  Object ofText(String key, String text) {
    return switch (this) {
      case INT -> parseInt(key, text);
      case SIZE -> parseSize(key, text);
      case FLAG -> parseFlag(key, text);
      case TEXT, LIST -> text;
    };
  }

  /**
   * The value of what JSON has: as above, but a list of Strings for a list; null when it is null.
   *
   * @throws IllegalArgumentException naming the key
   */
  Object ofJson(String key, Object value) {
    boolean fits =
        switch (this) {
          case INT -> value instanceof Integer;
          case SIZE -> value instanceof Integer || value instanceof Long || value instanceof String;
          case FLAG -> value instanceof Boolean;
          case TEXT -> value == null || value instanceof String;
          case LIST ->
              value == null
                  || value instanceof JsonArray
                  || value instanceof List
                  || value instanceof String;
        };
    if (!fits) {
      throw new IllegalArgumentException(key + " must be " + words + ", not " + value);
    }
    return switch (this) {
      case SIZE ->
          value instanceof String text
              ? (Long) parseSize(key, text)
              : (Long) ((Number) value).longValue();
      case LIST -> list(key, value);
      case INT, FLAG, TEXT -> value;
    };
  }

  private static List<String> list(String key, Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof String one) {
      return List.of(one);
    }
    List<String> texts = new ArrayList<>();
    Iterable<?> all = value instanceof JsonArray array ? array : (List<?>) value;
    for (Object element : all) {
      if (!(element instanceof String text)) {
        throw new IllegalArgumentException(key + " must hold texts, not " + element);
      }
      texts.add(text);
    }
    return texts;
  }

  private static int parseInt(String key, String text) {
    try {
      return Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a whole number, not \"" + text + "\"", e);
    }
  }

  private static long parseSize(String key, String text) {
    String digits = text.trim().toLowerCase(Locale.ROOT);
    int unit = digits.isEmpty() ? -1 : "kmg".indexOf(digits.charAt(digits.length() - 1));
    try {
      long number =
          Long.parseLong(unit < 0 ? digits : digits.substring(0, digits.length() - 1).trim());
      return Math.multiplyExact(number, 1L << (10 * (unit + 1)));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " must be a number of bytes such as 65536, 64k, 512m or 2g, not \"" + text + "\"",
          e);
    }
  }

  private static boolean parseFlag(String key, String text) {
    return switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "", "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default ->
          throw new IllegalArgumentException(key + " must be true or false, not \"" + text + "\"");
    };
  }

  /** A size that must fit into an int. */
  static int toInt(String key, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(key + " must be below 2g, not " + size);
    }
    return (int) size;
  }
}

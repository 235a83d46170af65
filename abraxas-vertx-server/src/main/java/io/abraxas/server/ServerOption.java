package io.abraxas.server;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One option of the server: its name on the command line and in JSON, its type, and how it is set.
 * All of them are in {@link OptionTable}.
 */
final class ServerOption {
  final OptionKind kind;

  /** In JSON. */
  final String key;

  /** On the command line; null: the program does not have it. */
  final String longName;

  final Character shortName;

  /** What stands for the value in the help; null for a flag. */
  final String label;

  final String help;
  private final Function<GearmanServerOptions, Object> getter;
  private final BiConsumer<GearmanServerOptions, Object> setter;

  private ServerOption(
      OptionKind kind,
      String key,
      String longName,
      Character shortName,
      String label,
      String help,
      Function<GearmanServerOptions, Object> getter,
      BiConsumer<GearmanServerOptions, Object> setter) {
    this.kind = kind;
    this.key = key;
    this.longName = longName;
    this.shortName = shortName;
    this.label = label;
    this.help = help;
    this.getter = getter;
    this.setter = setter;
  }

  static ServerOption number(
      String key,
      String longName,
      String label,
      String help,
      Function<GearmanServerOptions, Integer> getter,
      BiConsumer<GearmanServerOptions, Integer> setter) {
    return new ServerOption(
        OptionKind.INT,
        key,
        longName,
        null,
        label,
        help,
        getter::apply,
        (options, value) -> setter.accept(options, (Integer) value));
  }

  static ServerOption size(
      String key,
      String longName,
      String help,
      Function<GearmanServerOptions, Number> getter,
      BiConsumer<GearmanServerOptions, Long> setter) {
    return new ServerOption(
        OptionKind.SIZE,
        key,
        longName,
        null,
        "BYTES",
        help,
        getter::apply,
        (options, value) -> setter.accept(options, (Long) value));
  }

  static ServerOption flag(
      String key,
      String longName,
      String help,
      Function<GearmanServerOptions, Boolean> getter,
      BiConsumer<GearmanServerOptions, Boolean> setter) {
    return new ServerOption(
        OptionKind.FLAG,
        key,
        longName,
        null,
        null,
        help,
        getter::apply,
        (options, value) -> setter.accept(options, (Boolean) value));
  }

  static ServerOption text(
      String key,
      String longName,
      String label,
      String help,
      Function<GearmanServerOptions, String> getter,
      BiConsumer<GearmanServerOptions, String> setter) {
    return new ServerOption(
        OptionKind.TEXT,
        key,
        longName,
        null,
        label,
        help,
        getter::apply,
        (options, value) -> setter.accept(options, (String) value));
  }

  /**
   * A list, which the command line and lines of a configuration file add to.
   *
   * @param getter null for a list that is not there, which is not the same as an empty one
   */
  static ServerOption list(
      String key,
      String longName,
      String label,
      String help,
      Function<GearmanServerOptions, List<String>> getter,
      BiConsumer<GearmanServerOptions, List<String>> setter) {
    return new ServerOption(
        OptionKind.LIST,
        key,
        longName,
        null,
        label,
        help,
        options -> {
          List<String> texts = getter.apply(options);
          return texts == null ? null : new JsonArray(texts);
        },
        (options, value) -> {
          if (value instanceof String one) {
            List<String> before = getter.apply(options);
            List<String> texts = before == null ? new ArrayList<>() : new ArrayList<>(before);
            texts.add(one);
            setter.accept(options, texts);
          } else {
            setter.accept(options, value == null ? null : texts(value));
          }
        });
  }

  private static List<String> texts(Object list) {
    List<String> texts = new ArrayList<>();
    ((List<?>) list).forEach(text -> texts.add((String) text));
    return texts;
  }

  /** The same with a letter for the command line. */
  ServerOption letter(char letter) {
    return new ServerOption(kind, key, longName, letter, label, help, getter, setter);
  }

  /** The value as JSON has it. */
  Object get(GearmanServerOptions options) {
    return getter.apply(options);
  }

  /** Sets the option from a text, as the command line and the configuration file have it. */
  void setText(GearmanServerOptions options, String text) {
    setter.accept(options, kind.ofText(key, text));
  }

  /** Sets the option from what JSON has. */
  void setJson(GearmanServerOptions options, Object value) {
    setter.accept(options, kind.ofJson(key, value));
  }

  /** Whether the options have another value than without being told. */
  boolean isChosen(GearmanServerOptions options) {
    return !Objects.equals(get(options), get(new GearmanServerOptions()));
  }

  /**
   * Its default for the help, in the units that a user would write; null when that says nothing.
   */
  String standardText() {
    Object standard = get(new GearmanServerOptions());
    if (kind == OptionKind.SIZE && standard instanceof Number number && number.longValue() > 0) {
      return (number.longValue() >> 20) + "m";
    }
    boolean telling = kind == OptionKind.INT || kind == OptionKind.TEXT;
    return telling && standard != null ? standard.toString() : null;
  }

  @Override
  public String toString() {
    return key;
  }
}

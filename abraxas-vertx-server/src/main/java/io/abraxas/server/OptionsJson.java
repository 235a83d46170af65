package io.abraxas.server;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The options as one JSON object, and what makes no sense together. */
final class OptionsJson {
  /** In the place of {@link OptionTable#LISTEN}: the one host to listen on, without a port. */
  static final String HOST = "host";

  /** All keys. */
  static final List<String> KEYS =
      Stream.concat(OptionTable.ALL.stream().map(o -> o.key), Stream.of(HOST)).toList();

  private OptionsJson() {}

  /**
   * Sets what the JSON names; its order means nothing.
   *
   * @throws IllegalArgumentException naming the key that is unknown or has a wrong value
   */
  static void read(JsonObject json, GearmanServerOptions options) {
    checkKeys(json, KEYS);
    if (json.containsKey(HOST) && json.containsKey(OptionTable.LISTEN.key)) {
      throw new IllegalArgumentException(
          "host and listen contradict each other: name all addresses in listen");
    }
    set(json, OptionTable.ALL, options);
    if (json.containsKey(HOST)) {
      if (!(json.getValue(HOST) instanceof String host)) {
        throw new IllegalArgumentException("host must be a text");
      }
      options.setHost(host);
    }
  }

  /** The same for some of the options, when no others may be there. */
  static void read(JsonObject json, List<ServerOption> some, GearmanServerOptions options) {
    checkKeys(json, some.stream().map(o -> o.key).toList());
    set(json, some, options);
  }

  private static void checkKeys(JsonObject json, List<String> known) {
    for (String key : json.fieldNames()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(unknown(key, known));
      }
    }
  }

  private static void set(JsonObject json, List<ServerOption> some, GearmanServerOptions options) {
    for (ServerOption option : some) {
      if (json.containsKey(option.key)) {
        option.setJson(options, json.getValue(option.key));
      }
    }
  }

  static JsonObject write(List<ServerOption> some, GearmanServerOptions options) {
    JsonObject json = new JsonObject();
    for (ServerOption option : some) {
      json.put(option.key, option.get(options));
    }
    return json;
  }

  /**
   * Refuses values that make no sense together.
   *
   * @param name what the options are called where they come from
   * @throws IllegalArgumentException naming them
   */
  static void checkTogether(GearmanServerOptions options, Function<ServerOption, String> name) {
    ConnectionOptions connection = options.getConnectionOptions();
    if (connection.getHighWaterMark() > connection.getMaxUnsent()) {
      throw new IllegalArgumentException(
          name.apply(OptionTable.HIGH_WATER_MARK)
              + " must not be above "
              + name.apply(OptionTable.MAX_UNSENT)
              + ", but "
              + connection.getHighWaterMark()
              + " is above "
              + connection.getMaxUnsent());
    }
    if (!options.isCluster()) {
      refuse(
          OptionTable.CLUSTER,
          options,
          option ->
              name.apply(option)
                  + " means nothing without "
                  + name.apply(ClusterOptionTable.CLUSTER));
    }
    if (options.getClusterOptions().getConfig() != null) {
      refuse(
          ClusterOptionTable.OF_FILE,
          options,
          option ->
              name.apply(option)
                  + " and "
                  + name.apply(ClusterOptionTable.CONFIG)
                  + " contradict each other: the file decides it");
    }
  }

  /**
   * Refuses what somebody else has decided already: who clustered the Vert.x of the server.
   *
   * @throws IllegalArgumentException naming the option
   */
  static void checkClusteredByOthers(GearmanServerOptions options) {
    refuse(
        ClusterOptionTable.OF_HAZELCAST,
        options,
        option ->
            option.key
                + " cannot be chosen here, since this Vert.x is clustered already: it is for"
                + " cluster.xml to say");
  }

  private static void refuse(
      List<ServerOption> some, GearmanServerOptions options, Function<ServerOption, String> why) {
    for (ServerOption option : some) {
      if (option.isChosen(options)) {
        throw new IllegalArgumentException(why.apply(option));
      }
    }
  }

  /** What to say about a key that is none of the known ones. */
  static String unknown(String key, List<String> known) {
    String hint =
        ProgramOption.keyed(key) == null
            ? Nearest.hint(key, known)
            : ": it is one of the program, not of the server";
    return "unknown option \""
        + key
        + "\""
        + (hint.isEmpty() ? "; there are: " + String.join(", ", known) : hint);
  }
}

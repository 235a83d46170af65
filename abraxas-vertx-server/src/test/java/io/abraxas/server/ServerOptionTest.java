package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionTest {
  private static GearmanServerOptions from(JsonObject json) {
    return new GearmanServerOptions(json);
  }

  @Test
  void namesEveryPropertyOfTheOptionsOnce() {
    List<String> properties = new ArrayList<>(setters(GearmanServerOptions.class, ""));
    properties.removeAll(List.of("host", "connectionOptions", "clusterOptions"));
    properties.addAll(setters(ConnectionOptions.class, ""));
    properties.addAll(setters(ClusterOptions.class, "cluster"));
    assertThat(OptionTable.ALL.stream().map(o -> o.key))
        .containsExactlyInAnyOrderElementsOf(properties);
    assertThat(OptionTable.ALL.stream().map(o -> o.longName)).doesNotHaveDuplicates();
    assertThat(OptionTable.ofProgram(OptionTable.ALL)).hasSize(OptionTable.ALL.size() - 1);
  }

  private static List<String> setters(Class<?> options, String prefix) {
    return Arrays.stream(options.getMethods())
        .map(Method::getName)
        .filter(name -> name.startsWith("set"))
        .map(name -> prefix + name.substring(3))
        .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
        .toList();
  }

  static List<ServerOption> all() {
    return OptionTable.ALL;
  }

  @ParameterizedTest
  @MethodSource("all")
  void setsEachFromTextAndFromJsonAlike(ServerOption option) {
    String text =
        switch (option.kind) {
          case INT -> "5";
          // Between the defaults of the high-water mark and of its limit.
          case SIZE -> "2m";
          case FLAG -> "true";
          case TEXT -> option.key.equals("timeZone") ? "Europe/Berlin" : "text";
          case LIST -> "localhost:1";
        };
    GearmanServerOptions byText = new GearmanServerOptions();
    option.setText(byText, text);
    assertThat(option.get(byText)).isNotEqualTo(option.get(new GearmanServerOptions()));
    JsonObject json = new JsonObject().put(option.key, option.get(byText));
    if (OptionTable.CLUSTER.contains(option)) {
      json.put("cluster", true);
      byText.setCluster(true);
    }
    assertThat(from(json).toJson()).isEqualTo(byText.toJson());
    assertThat(new GearmanServerOptions(byText).toJson()).isEqualTo(byText.toJson());
  }

  @Test
  void keepsDefaultsOfWhatIsNotNamed() {
    assertThat(from(new JsonObject()).toJson()).isEqualTo(new GearmanServerOptions().toJson());
  }

  @Test
  void refusesAnUnknownKeyAndNamesTheNearest() {
    assertThatThrownBy(() -> from(new JsonObject().put("jobRetrys", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown option \"jobRetrys\", did you mean \"jobRetries\"?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"port\": \"x\"}             | port must be a whole number",
        "{\"port\": 65536}             | port must be 0 to 65535, not 65536",
        "{\"port\": 1.5}               | port must be a whole number",
        "{\"roundRobin\": 1}           | roundRobin must be true or false",
        "{\"listen\": 1}               | listen must be a list of texts",
        "{\"listen\": [1]}             | listen must hold texts",
        "{\"host\": 1}                 | host must be a text",
        "{\"host\": null}              | host must be a text",
        "{\"host\": \"h:1\"}           | host must be a host alone, not \"h:1\"",
        "{\"host\": \"unix:/s\"}       | host must be a host alone, not \"unix:/s\"",
        "{\"host\": \"\"}              | cannot listen on \"\"",
        "{\"maxUnsent\": 1024}         | highWaterMark must not be above maxUnsent, but 1048576 is",
        "{\"maxMemory\": \"lots\"}     | maxMemory must be a number of bytes",
        "{\"maxPacketSize\": \"3g\"}   | maxPacketSize must be below 2g",
        "{\"backlog\": 0}              | backlog must be 1 or more",
        "{\"clusterName\": \"x\"}     | clusterName means nothing without cluster",
        "{\"clusterHost\": \" \"}     | clusterHost must not be empty",
        "{\"clusterMembers\": [\"a\"]} | clusterMembers must be host:port",
        "{\"clusterMembers\": [1]}   | clusterMembers must hold texts",
        "{\"timeZone\": \"Mars/Base\"} | timeZone must be one such as UTC",
      })
  void refusesWrongValuesAndNamesThem(String json, String message) {
    assertThatThrownBy(() -> from(new JsonObject(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsSizesWithUnits() {
    assertThat(from(new JsonObject().put("maxMemory", "2g")).getMaxMemory()).isEqualTo(2L << 30);
    assertThat(
            from(new JsonObject().put("highWaterMark", "64K"))
                .getConnectionOptions()
                .getHighWaterMark())
        .isEqualTo(65536);
    assertThat(
            from(new JsonObject().put("maxUnsent", 2 << 20)).getConnectionOptions().getMaxUnsent())
        .isEqualTo(2 << 20);
  }

  @Test
  void saysWhereAnOptionOfTheProgramBelongs() {
    assertThatThrownBy(() -> from(new JsonObject().put("logFile", "x")))
        .hasMessage("unknown option \"logFile\": it is one of the program, not of the server");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"host\": \"a\", \"listen\": [\"b\"]}",
        "{\"listen\": [\"b\"], \"host\": \"a\"}",
        "{\"listen\": [], \"port\": 1, \"host\": \"a\"}",
      })
  void refusesHostBesideListenInAnyOrder(String json) {
    assertThatThrownBy(() -> from(new JsonObject(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("host and listen contradict each other");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"host\": \"::1\", \"port\": 7}", "{\"port\": 7, \"host\": \"[::1]\"}"})
  void hostTakesThePortInAnyOrder(String json) {
    assertThat(from(new JsonObject(json)).listenAddresses()).hasToString("[[::1]:7]");
  }

  @Test
  void appliesThePortToAddressesThatNameNone() {
    GearmanServerOptions options =
        from(
            new JsonObject()
                .put("listen", new JsonArray().add("localhost").add("localhost:2"))
                .put("port", 1));
    assertThat(options.listenAddresses()).hasToString("[localhost:1, localhost:2]");
    assertThat(from(new JsonObject().put("host", "h").put("port", 3)).listenAddresses())
        .hasToString("[h:3]");
  }
}

package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.abraxas.vertx.connection.Backoff;
import io.abraxas.vertx.connection.ServerAddress;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void jsonAndCopyKeepEverything() {
    GearmanClientOptions options =
        new GearmanClientOptions()
            .addServer("a:1")
            .addServer(new ServerOptions("unix:/tmp/g").setStreaming(true).setClientId("me"))
            .setMaxJobs(7)
            .setSubmitTimeout(8)
            .setDefaultEncoding("ISO-8859-1")
            .setNetClientOptions(new NetClientOptions().setSsl(true));
    assertThat(new GearmanClientOptions(options.toJson()).toJson()).isEqualTo(options.toJson());
    assertThat(new GearmanClientOptions(options).toJson()).isEqualTo(options.toJson());
    JobRequest request =
        new JobRequest("f", Buffer.buffer("p")).setPriority(JobPriority.LOW).setUniqueId("u");
    assertThat(new JobRequest(request.toJson()).toJson()).isEqualTo(request.toJson());
  }

  @Test
  void serversMayBeStringsInJson() {
    JsonObject json =
        new JsonObject()
            .put("servers", new JsonArray().add("a:1").add(new JsonObject().put("address", "b")));
    assertThat(new GearmanClientOptions(json).getServers())
        .extracting(ServerOptions::getAddress)
        .containsExactly("a:1", "b");
  }

  @Test
  void environmentNamesServers() {
    assertThat(Servers.parse(" a:1, unix:/x ,"))
        .extracting(ServerOptions::getAddress)
        .containsExactly("a:1", "unix:/x");
    assertThat(Servers.parse(null))
        .extracting(ServerOptions::getAddress)
        .containsExactly("127.0.0.1:4730");
  }

  @Test
  void addressesAreRead() {
    assertThat(ServerAddress.parse("host").socket().port()).isEqualTo(4730);
    assertThat(ServerAddress.parse("[::1]:99").socket().host()).isEqualTo("::1");
    assertThat(ServerAddress.parse("[::1]:99").socket().port()).isEqualTo(99);
    assertThat(ServerAddress.parse("::1").socket().port()).isEqualTo(4730);
    assertThat(ServerAddress.parse("unix:/a b").socket().path()).isEqualTo("/a b");
    for (String bad : List.of("", " ", ":1", "a:0", "a:x", "a:99999")) {
      assertThatThrownBy(() -> new ServerOptions(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void settersRejectNonsense() {
    GearmanClientOptions options = new GearmanClientOptions();
    assertThatThrownBy(() -> options.setMaxJobs(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.setSubmitTimeout(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.setDefaultEncoding("no-such"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void delaysFollowFibonacciWithinFifteenPercent() {
    Backoff backoff = new Backoff(100, 1000, new Random(1));
    for (long exact : new long[] {100, 100, 200, 300, 500, 800, 1000, 1000}) {
      assertThat((double) backoff.next()).isBetween(exact * 0.84, exact * 1.16);
    }
    backoff.reset();
    assertThat(backoff.next()).isLessThan(120);
  }
}

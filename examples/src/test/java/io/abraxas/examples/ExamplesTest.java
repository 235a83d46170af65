package io.abraxas.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the main of the examples that end by themselves, against a server. */
class ExamplesTest {
  private Vertx vertx;
  private GearmanServer server;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    server =
        GearmanServer.create(vertx, new GearmanServerOptions().setHost("127.0.0.1").setPort(0));
    server.listen().await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.close().await(10, TimeUnit.SECONDS);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private String output(Consumer<String[]> main) {
    PrintStream original = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      main.accept(new String[] {"127.0.0.1:" + server.actualPort()});
    } finally {
      System.setOut(original);
    }
    return captured.toString(StandardCharsets.UTF_8).trim();
  }

  @Test
  void value() {
    assertThat(output(ToUpperValue::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void future() {
    assertThat(output(ToUpperFuture::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void stream() {
    assertThat(output(ToUpperStream::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void pipedBothWays() {
    assertThat(output(ToUpperPiped::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void wordCount() {
    assertThat(output(WordCount::main)).isEqualTo("220000 words");
  }

  @Test
  void rxPipeline() {
    assertThat(output(RxPipeline::main)).isEqualTo("700 words");
  }
}

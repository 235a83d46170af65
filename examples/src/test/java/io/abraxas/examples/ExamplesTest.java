package io.abraxas.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
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
    server.listen().await(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.close().await(60, TimeUnit.SECONDS);
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  /** The main of an example. */
  private interface Main {
    void run(String[] args) throws Exception;
  }

  private String output(Main main) throws Exception {
    PrintStream original = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      main.run(new String[] {"127.0.0.1:" + server.actualPort()});
    } finally {
      System.setOut(original);
    }
    return captured.toString(StandardCharsets.UTF_8).trim();
  }

  @Test
  void value() throws Exception {
    assertThat(output(ToUpperValue::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void future() throws Exception {
    assertThat(output(ToUpperFuture::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void stream() throws Exception {
    assertThat(output(ToUpperStream::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void pipedBothWays() throws Exception {
    assertThat(output(ToUpperPiped::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void wordCount() throws Exception {
    assertThat(output(WordCount::main)).isEqualTo("220000 words");
  }

  @Test
  void rxPipeline() throws Exception {
    assertThat(output(RxPipeline::main)).isEqualTo("700 words");
  }

  @Test
  void embeddedServer() throws Exception {
    assertThat(output(EmbeddedServer::main)).isEqualTo("HELLO, WORLD");
  }

  @Test
  void thumbnails() throws Exception {
    assertThat(output(Thumbnails::main)).isEqualTo("6 thumbnails of 120x90 in 18 steps");
  }

  @Test
  void twoNodes() throws Exception {
    assertThat(output(TwoNodes::main)).isEqualTo("HELLO, WORLD");
  }
}

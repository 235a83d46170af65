package io.abraxas.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs examples that go on until they are stopped, or take their time, as programs. */
class ExampleProgramsTest {
  private static final Duration START = Duration.ofSeconds(20);

  private static Vertx vertx;
  private static GearmanServer server;

  /** Needs up to a minute, during which the others run. */
  private static Program cron;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    server =
        GearmanServer.create(vertx, new GearmanServerOptions().setHost("127.0.0.1").setPort(0));
    server.listen().await(60, TimeUnit.SECONDS);
    cron = Program.java(CronJob.class, address());
  }

  @AfterAll
  static void stop() throws Exception {
    cron.close();
    server.close().await(60, TimeUnit.SECONDS);
    vertx.close().await(60, TimeUnit.SECONDS);
  }

  private static String address() {
    return "127.0.0.1:" + server.actualPort();
  }

  @Test
  void firstJob() throws Exception {
    try (Program program = Program.java(FirstJob.class, address())) {
      await()
          .atMost(START)
          .untilAsserted(() -> assertThat(program.output()).contains("HELLO, WORLD"));
    }
  }

  @Test
  void aWorkerInJavaServesPhp() throws Exception {
    require("php-gearman", "php", "-r", "exit(extension_loaded('gearman') ? 0 : 1);");
    String printed =
        askDigests("php", "src/main/php/client.php", "127.0.0.1", "" + server.actualPort());
    assertThat(printed)
        .isEqualTo(
            """
            1 of 4
            2 of 4
            3 of 4
            4 of 4
            digest: 32f90ac7b5be6b709910abf3684d0097eb3e42cdeb2b884541bf1df544940662
            """);
  }

  @Test
  void aWorkerInJavaServesPerl() throws Exception {
    require("libgearman-client-perl", "perl", "-MGearman::Client", "-e", "1");
    assertThat(askDigests("perl", "src/main/perl/client.pl", address()))
        .isEqualTo(
            """
            1 of 4
            2 of 4
            3 of 4
            4 of 4
            digest: f90f7691d3f5a81b77d39231e41c558dd151ade5934ee25516432fa650fe8d40
            """);
  }

  @Test
  void cronJob() throws Exception {
    assertThat(cron.finish(90)).contains("a report on sales");
  }

  private static String askDigests(String... client) throws Exception {
    try (Program worker = Program.java(ForeignClients.class, address())) {
      await().atMost(START).until(() -> worker.output().contains("serving digests"));
      try (Program asking = Program.start(client)) {
        return asking.finish(30);
      }
    }
  }

  /** In continuous integration a missing program is an error; elsewhere the test is skipped. */
  private static void require(String debianPackage, String... probe) throws Exception {
    boolean there;
    try (Program program = Program.start(probe)) {
      program.finish(30);
      there = true;
    } catch (AssertionError | UncheckedIOException e) {
      there = false;
    }
    String missing = "missing: install the Debian package " + debianPackage;
    if (!there && "required".equals(System.getenv("ABRAXAS_INTEROP"))) {
      fail(missing);
    }
    assumeTrue(there, missing);
  }
}

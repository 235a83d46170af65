package io.abraxas.server;

import static io.abraxas.server.TestServer.await;
import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an application that deploys the server sees. */
@Timeout(180)
class GearmanServerVerticleTest {
  private static final String NAME = GearmanServerVerticle.class.getName();

  private final Vertx vertx = Vertx.vertx();
  private final JsonObject config =
      new JsonObject().put("host", "127.0.0.1").put("port", freePort());

  @AfterEach
  void closeVertx() {
    await(vertx.close());
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int port() {
    return config.getInteger("port");
  }

  private Future<String> deploy() {
    return vertx.deployVerticle(NAME, new DeploymentOptions().setConfig(config));
  }

  private boolean refuses() {
    try {
      new Socket(InetAddress.getLoopbackAddress(), port()).close();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void listensWhenDeployedAndNotWhenUndeployed(ThreadingModel model) {
    String id =
        await(
            vertx.deployVerticle(
                NAME, new DeploymentOptions().setConfig(config).setThreadingModel(model)));
    try (WireClient client = WireClient.connect(port())) {
      assertThat(client.line("version")).startsWith("OK ");
    }
    await(vertx.undeploy(id));
    assertThat(refuses()).isTrue();
  }

  @Test
  void configurationThatMakesNoSenseIsOneLineThatNamesTheKey() {
    config.put("jobRetrys", 3);
    assertThatThrownBy(() -> await(deploy()))
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown option \"jobRetrys\", did you mean \"jobRetries\"?")
        .hasNoCause()
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    assertThat(refuses()).isTrue();
  }

  @Test
  void sendsWhatIsDueAndClosesAtOnceWhenUndeployed() {
    String id = await(deploy());
    try (WireClient client = WireClient.connect(port());
        WireClient worker = WireClient.connect(port())) {
      String handle = client.submit(SUBMIT_JOB, "f", "", "x");
      assertThat(worker.send(CAN_DO, "f").grab().handle()).isEqualTo(handle);
      String running = client.submit(SUBMIT_JOB, "f", "", "y");
      worker.send(WORK_COMPLETE, handle, "result");
      assertThat(worker.grab().handle()).isEqualTo(running);
      await(vertx.undeploy(id));
      client.expect(WORK_COMPLETE, handle, "result");
      client.expectClosed();
      worker.expectClosed();
    }
  }

  @Test
  void finishesRunningJobsWhenUndeployedWithADrainTimeout() {
    config.put("drainTimeoutSeconds", 20);
    String id = await(deploy());
    try (WireClient client = WireClient.connect(port());
        WireClient worker = WireClient.connect(port())) {
      String handle = client.submit(SUBMIT_JOB, "f", "", "x");
      worker.send(CAN_DO, "f").grab();
      Future<Void> undeployed = vertx.undeploy(id);
      Awaitility.await().until(this::refuses);
      assertThat(undeployed.isComplete()).isFalse();
      worker.send(WORK_COMPLETE, handle, "result");
      client.expect(WORK_COMPLETE, handle, "result");
      client.expectClosed();
      await(undeployed);
    }
  }

  @Test
  void undeploysItselfWhenAnOperatorStopsTheServer() {
    String id = await(deploy());
    assertThat(vertx.deploymentIDs()).isEqualTo(Set.of(id));
    try (WireClient operator = WireClient.connect(port())) {
      assertThat(operator.line("shutdown")).isEqualTo("OK\r\n");
    }
    Awaitility.await().until(() -> vertx.deploymentIDs().isEmpty());
    // The address is free again.
    await(deploy());
  }
}

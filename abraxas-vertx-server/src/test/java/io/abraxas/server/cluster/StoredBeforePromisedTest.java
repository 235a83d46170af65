package io.abraxas.server.cluster;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ERROR;
import static io.abraxas.vertx.protocol.PacketType.JOB_CREATED;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_HIGH_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.TestServers.Node;
import io.abraxas.vertx.protocol.PacketType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoredBeforePromisedTest {
  private final TestServers servers = new TestServers();

  @AfterEach
  void stop() {
    servers.close();
  }

  private static IMap<String, byte[]> jobs(Node node) {
    return node.hazelcast().getMap(Maps.JOBS);
  }

  @Test
  void aJobWhoseClientKnowsOfItIsInTheMap() {
    Node near = servers.start();
    Node far = servers.start();
    int count = 0;
    try (WireClient client = near.connect()) {
      // Jobs are kept in groups: until each of the two is the primary of one.
      while (jobs(near).localKeySet().isEmpty() || jobs(far).localKeySet().isEmpty()) {
        for (int i = 0; i < 50; i++) {
          client.submit(SUBMIT_JOB_BG, "f", "", "payload");
          count++;
          assertThat(jobs(far).size()).isEqualTo(count);
        }
      }
    }
    near.hazelcast().getLifecycleService().terminate();
    assertThat(jobs(far).size()).as("those whose primary is gone as well").isEqualTo(count);
  }

  @Test
  void jobsThatEndedLeaveNothingBehind() {
    Node near = servers.start();
    Node far = servers.start();
    try (WireClient client = near.connect();
        WireClient worker = near.connect()) {
      worker.send(CAN_DO, "f").silence();
      List<String> handles = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        handles.add(client.submit(SUBMIT_JOB_BG, "f", "", ""));
        handles.add(client.submit(SUBMIT_JOB_HIGH_BG, "f", "unique " + i, "x".repeat(5000)));
      }
      for (int i = 0; i < 100; i++) {
        worker.send(WORK_COMPLETE, worker.grab().handle(), "");
      }
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> jobs(far).isEmpty());
      assertThat(handles).doesNotHaveDuplicates();
    }
  }

  @Test
  void aForegroundJobIsNotInTheMap() {
    Node node = servers.start();
    try (WireClient client = node.connect()) {
      client.submit(SUBMIT_JOB, "f", "", "x");
      assertThat(jobs(node).size()).isZero();
      client.submit(SUBMIT_JOB, "f", "same", "x");
      client.submit(SUBMIT_JOB_BG, "f", "same", "x");
      assertThat(jobs(node).size()).as("one that a background submit joined").isEqualTo(1);
    }
  }

  @Test
  void tooFewMembersRefuseBackgroundJobsAndNothingElse() {
    Node first = servers.start(options -> options.setQuorum(2));
    try (WireClient client = first.connect()) {
      client
          .send(SUBMIT_JOB_BG, "f", "", "x")
          .expect(ERROR, "QUEUE_ERROR", "Too few servers of the cluster are in touch");
      client.send(SUBMIT_JOB, "f", "", "x").expect(JOB_CREATED);
      Node second = servers.start(options -> options.setQuorum(2));
      awaitAnswer(client, JOB_CREATED);
      second.hazelcast().getLifecycleService().terminate();
      awaitAnswer(client, ERROR);
    }
  }

  /** Hazelcast counts members a moment after it has told of them. */
  private static void awaitAnswer(WireClient client, PacketType answer) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> client.send(SUBMIT_JOB_BG, "f", "", "x").next().type() == answer);
  }
}

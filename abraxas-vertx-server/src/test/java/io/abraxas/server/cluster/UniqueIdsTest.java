package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.GET_STATUS_UNIQUE;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.JOB_CREATED;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_DATA;
import static io.abraxas.vertx.protocol.PacketType.WORK_FAIL;
import static io.abraxas.vertx.protocol.PacketType.WORK_STATUS;
import static io.abraxas.vertx.protocol.PacketType.WORK_WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.WireClient;
import io.abraxas.server.cluster.ClusterServers.Server;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Submits with the same unique id at several servers of a cluster. */
@Timeout(180)
class UniqueIdsTest {
  private final ClusterServers servers = new ClusterServers();
  private final List<Server> both = servers.startLinked(2);
  private final Server first = both.get(0);
  private final Server second = both.get(1);

  @AfterEach
  void stop() {
    servers.close();
  }

  private static WireClient worker(Server server) {
    return server.connect().send(CAN_DO, "f");
  }

  private void awaitNoClaims() {
    soon().until(() -> first.map(Maps.UNIQUES).isEmpty());
  }

  @Test
  void clientsOfBothServersGetTheResultsOfOneJob() {
    WireClient a = first.connect();
    WireClient b = second.connect();
    a.send(SUBMIT_JOB, "f", "u", "payload");
    b.send(SUBMIT_JOB, "f", "u", "payload");
    String handle = a.expect(JOB_CREATED).handle();
    b.expect(JOB_CREATED, handle);
    assertThat(b.submit(SUBMIT_JOB, "f", "other", "payload")).isNotEqualTo(handle);
    assertThat(first.map(Maps.UNIQUES).size()).isEqualTo(2);
    Server home = handle.contains(incarnation(first)) ? first : second;
    WireClient worker = worker(home);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    worker.send(WORK_DATA, handle, "some").send(WORK_WARNING, handle, "careful");
    worker.send(WORK_STATUS, handle, "1", "4").send(WORK_COMPLETE, handle, "result");
    for (WireClient client : new WireClient[] {a, b}) {
      client.expect(WORK_DATA, handle, "some");
      client.expect(WORK_WARNING, handle, "careful");
      client.expect(WORK_STATUS, handle, "1", "4");
      client.expect(WORK_COMPLETE, handle, "result");
    }
    b.close();
    awaitNoClaims();
    String next = a.submit(SUBMIT_JOB, "f", "u", "payload");
    assertThat(next).isNotEqualTo(handle);
  }

  private static String incarnation(Server server) {
    return server
        .tell("show members")
        .lines()
        .filter(l -> l.endsWith("*"))
        .findFirst()
        .get()
        .split("\t", -1)[0];
  }

  @Test
  void oneJobForSubmitsInForegroundAndBackground() {
    WireClient a = first.connect();
    WireClient b = second.connect();
    String handle = a.submit(SUBMIT_JOB, "f", "u", "payload");
    assertThat(first.records()).isZero();
    assertThat(b.submit(SUBMIT_JOB_BG, "f", "u", "payload")).isEqualTo(handle);
    assertThat(first.records()).isOne();
    assertThat(b.submit(SUBMIT_JOB, "f", "u", "payload")).isEqualTo(handle);
    assertThat(second.jobs()).isZero();
    a.close();
    WireClient worker = worker(first);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    worker.send(WORK_COMPLETE, handle, "result");
    b.expect(WORK_COMPLETE, handle, "result");
    soon().until(() -> first.records() == 0);
    awaitNoClaims();
    assertThat(b.submit(SUBMIT_JOB_BG, "f", "u", "payload")).isNotEqualTo(handle);
  }

  @Test
  void aJobThatIsJoinedIsKnownAndCancelledAtEachServer() {
    WireClient a = first.connect();
    WireClient b = second.connect();
    String handle = a.submit(SUBMIT_JOB, "f", "u", "payload");
    assertThat(b.submit(SUBMIT_JOB, "f", "u", "payload")).isEqualTo(handle);
    for (Server server : new Server[] {first, second}) {
      assertThat(clients(server, "u")).isEqualTo(2);
    }
    assertThat(second.tell("status")).isEmpty();
    assertThat(second.tell("status all")).isEqualTo("f\t1\t0\t0\n");
    assertThat(second.connect().line("cancel job " + handle)).startsWith("OK");
    a.expect(WORK_FAIL, handle);
    b.expect(WORK_FAIL, handle);
    awaitNoClaims();
  }

  @Test
  void aJobGoesWithTheLastOfItsClientsWhereverThatIs() {
    WireClient a = first.connect();
    WireClient b = second.connect();
    String handle = a.submit(SUBMIT_JOB, "f", "u", "payload");
    assertThat(b.submit(SUBMIT_JOB, "f", "u", "payload")).isEqualTo(handle);
    a.close();
    soon().until(() -> clients(first, "u") == 1);
    b.close();
    soon().until(() -> first.jobs() == 0);
    awaitNoClaims();
  }

  @Test
  void theUniqueIdOfAJobThatRunsOnAServerWhichLeavesIsNotFreeUntilItEnds() {
    WireClient worker = worker(second);
    WireClient client = second.connect();
    String handle = client.submit(SUBMIT_JOB, "f", "u", "payload");
    assertThat(worker.grab().handle()).isEqualTo(handle);
    WireClient follower = first.connect();
    assertThat(follower.submit(SUBMIT_JOB, "f", "u", "payload")).isEqualTo(handle);
    String other = client.submit(SUBMIT_JOB, "f", "v", "payload");
    assertThat(worker.grab().handle()).isEqualTo(other);
    byte[] claim = claim("v");
    Future<Void> left = second.server.close();
    soon().until(() -> first.tell("show members").contains("\thanded\t"));
    WireClient late = first.connect().send(SUBMIT_JOB_BG, "f", "v", "payload");
    worker.send(WORK_COMPLETE, handle, "result");
    follower.expect(WORK_COMPLETE, handle, "result");
    // It is asked for again and again meanwhile.
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(30))
        .until(() -> Arrays.equals(claim("v"), claim));
    assertThat(first.tell("show jobs")).isEmpty();
    worker.send(WORK_COMPLETE, other, "result");
    String next = late.expect(JOB_CREATED).handle();
    assertThat(next).isNotEqualTo(other);
    ClusterServers.get(left);
    assertThat(first.workOff()).containsExactly(next);
    awaitNoClaims();
  }

  private byte[] claim(String unique) {
    return first.map(Maps.UNIQUES).get("f\0" + unique);
  }

  @Test
  void payloadsTakeThePlaceOfUniqueIds() {
    String handle = first.connect().submit(SUBMIT_JOB_BG, "f", "-", "payload");
    assertThat(second.connect().submit(SUBMIT_JOB_BG, "f", "-", "payload")).isEqualTo(handle);
    assertThat(second.connect().submit(SUBMIT_JOB_BG, "f", "-", "other")).isNotEqualTo(handle);
    assertThat(second.connect().submit(SUBMIT_JOB_BG, "g", "-", "payload")).isNotEqualTo(handle);
    first.workOff();
    second.workOff();
    String cancelled = second.tell("show jobs").split("\t", -1)[0];
    assertThat(second.connect().line("cancel job " + cancelled)).startsWith("OK");
    awaitNoClaims();
  }

  @Test
  void theHeirOfABackgroundJobHasItsUniqueId() {
    Server third = servers.start();
    first.awaitLinked(3);
    third.awaitLinked(3);
    WireClient client = first.connect();
    String handle = second.connect().submit(SUBMIT_JOB_BG, "f", "u", "payload");
    assertThat(client.submit(SUBMIT_JOB, "f", "u", "payload")).isEqualTo(handle);
    first.awaitSafe();
    second.kill();
    soon().until(() -> first.jobs() + third.jobs() == 1);
    assertThat(third.connect().submit(SUBMIT_JOB_BG, "f", "u", "payload")).isEqualTo(handle);
    Server heir = first.jobs() == 1 ? first : third;
    WireClient worker = worker(heir);
    worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "payload");
    soon().until(() -> clients(heir, "u") == 1);
    worker.send(WORK_COMPLETE, handle, "result");
    client.expect(WORK_COMPLETE, handle, "result");
    awaitNoClaims();
  }

  /** How many wait for the result of a job. */
  private static int clients(Server server, String unique) {
    try (WireClient client = server.connect()) {
      String[] words = client.send(GET_STATUS_UNIQUE, unique).next().body().split("\0", -1);
      return Integer.parseInt(words[words.length - 1]);
    }
  }

  @Test
  void aForegroundJobOfALostServerFailsAndItsUniqueIdIsFree() {
    WireClient client = first.connect();
    String handle = second.connect().submit(SUBMIT_JOB, "f", "u", "payload");
    assertThat(client.submit(SUBMIT_JOB, "f", "u", "payload")).isEqualTo(handle);
    second.kill();
    client.expect(WORK_FAIL, handle);
    String next = client.submit(SUBMIT_JOB_BG, "f", "u", "payload");
    assertThat(next).isNotEqualTo(handle);
    assertThat(first.workOff()).containsExactly(next);
    awaitNoClaims();
  }

  @Test
  void claimsOfALostServerGoAlthoughNobodyNeedsThem() {
    second.connect().submit(SUBMIT_JOB, "f", "foreground", "payload");
    second.connect().submit(SUBMIT_JOB_BG, "f", "background", "payload");
    second.connect().submit(SUBMIT_JOB, "f", "-", "payload");
    assertThat(first.map(Maps.UNIQUES).size()).isEqualTo(3);
    first.awaitSafe();
    second.kill();
    soon().until(() -> first.map(Maps.UNIQUES).size() == 1);
    assertThat(first.map(Maps.UNIQUES).keySet()).containsExactly("f\0background");
    assertThat(first.workOff()).hasSize(1);
    awaitNoClaims();
  }

  @Test
  void aUniqueIdOfALostServerThatNobodyFollowedIsFreeToo() {
    Set<String> lost = new HashSet<>();
    WireClient gone = second.connect();
    for (int i = 0; i < 20; i++) {
      lost.add(gone.submit(SUBMIT_JOB, "f", "u" + i, "payload"));
    }
    second.kill();
    WireClient client = first.connect();
    for (int i = 0; i < 20; i++) {
      String handle = client.submit(SUBMIT_JOB_BG, "f", "u" + i, "payload");
      assertThat(lost).doesNotContain(handle);
    }
    assertThat(first.workOff()).hasSize(20);
    awaitNoClaims();
  }
}

package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.vertx.protocol.PacketType.JOB_CREATED;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.abraxas.server.WireClient;
import io.abraxas.server.broker.Firing;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Priority;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.ClusterServers.Server;
import io.abraxas.server.cluster.NodeEntry.State;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import io.abraxas.server.store.JobRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One server among entries that others seem to have written. */
class ReconciliationTest {
  private static final String LOST = "1000000000000000001";
  private static final String HEIR = "1000000000000000002";
  private static final long DUE = 1_800_000_000_000L;
  private static final String JOB = "H:lost:" + LOST + "7";

  private final ClusterServers servers = new ClusterServers();
  private final Server server = servers.start();
  private final String self = server.map(Maps.NODES).keySet().iterator().next();

  @AfterEach
  void close() {
    servers.close();
  }

  private void enter(String node, NodeEntry entry) {
    server.map(Maps.NODES).put(node, entry.bytes());
  }

  private NodeEntry entry(String node) {
    byte[] bytes = server.map(Maps.NODES).get(node);
    return bytes == null ? null : NodeEntry.of(bytes);
  }

  private static NodeEntry started(String node, UUID member) {
    return NodeEntry.started(node, member, "127.0.0.1", 0, "t");
  }

  private static NodeEntry gone(String node) {
    return started(node, UUID.randomUUID()).in(State.LEFT);
  }

  private void record(int retries) {
    record(retries, null);
  }

  private void record(int retries, Firing firing) {
    Origins origins = new Origins("H:lost", LOST);
    StoredJob job =
        new StoredJob(
            7,
            new byte[] {'f'},
            new byte[0],
            firing != null,
            Priority.NORMAL,
            retries,
            1,
            0,
            new byte[1],
            null,
            firing);
    server.putRecord(JobRecord.key(7, origins), JobRecord.write(job, origins));
  }

  private void running(String node, int retries) {
    byte[] list =
        ByteBuffer.allocate(2 + 1 + 19 + 4 + 12)
            .put(new byte[] {1, 1, 19})
            .put(LOST.getBytes(StandardCharsets.US_ASCII))
            .putInt(1)
            .putLong(7)
            .putInt(retries)
            .array();
    server.map(Maps.RUNNING).put(node, list);
  }

  private void awaitRetries(int retries) {
    soon().until(() -> server.tell("show jobs").equals(JOB + "\t" + retries + "\t0\t1\n"));
  }

  @Test
  void writesItsEntryAgainWhenItIsMissingOrOthersChangedIt() {
    NodeEntry own = entry(self);
    server.map(Maps.NODES).delete(self);
    soon().until(() -> own.equals(entry(self)));
    enter(self, own.claimedBy(HEIR).in(State.LEFT).withMember(UUID.randomUUID()));
    soon()
        .until(
            () -> {
              NodeEntry now = entry(self);
              return now.state() == State.UP
                  && now.home().equals(self)
                  && now.member().equals(own.member())
                  && now.epoch() == 2;
            });
  }

  @Test
  void aRetryThatTheFirstHeirDidNotWriteIsCountedByTheSecond() {
    record(0);
    running(LOST, 0);
    enter(HEIR, gone(HEIR));
    enter(LOST, gone(LOST).claimedBy(HEIR));
    awaitRetries(1);
    assertThat(entry(LOST).home()).isEqualTo(self);
    assertThat(entry(LOST).epoch()).isEqualTo(2);
  }

  @Test
  void aRetryThatTheFirstHeirWroteIsNotCountedAgain() {
    record(1);
    running(LOST, 0);
    enter(HEIR, gone(HEIR));
    enter(LOST, gone(LOST).claimedBy(HEIR));
    awaitRetries(1);
  }

  @Test
  void aJobThatRanOnTheFirstHeirAsWellHasTwo() {
    record(1);
    running(LOST, 0);
    running(HEIR, 1);
    NodeEntry heir = started(HEIR, servers.startMember().getLocalEndpoint().getUuid());
    enter(HEIR, heir);
    enter(LOST, gone(LOST).claimedBy(HEIR));
    enter(HEIR, heir.in(State.LEFT));
    awaitRetries(2);
  }

  @Test
  void whatRunsOnAServerThatHandedItsJobsOverIsLeftToItUntilItIsGone() {
    HazelcastInstance member = servers.startMember();
    record(0);
    running(LOST, 0);
    NodeEntry handed = started(LOST, member.getLocalEndpoint().getUuid()).in(State.HANDED);
    enter(LOST, handed);
    soon().until(() -> entry(LOST).home().equals(self));
    soon().until(() -> entry(LOST).epoch() == 1);
    assertThat(server.tell("show jobs")).isEmpty();
    enter(LOST, entry(LOST).in(State.LEFT));
    awaitRetries(1);
  }

  @Test
  void givesUpJobsOfWhichAnotherServerIsTheHomeAndTellsIt() {
    HazelcastInstance member = servers.startMember();
    record(0);
    enter(LOST, gone(LOST));
    awaitRetries(0);
    server.map(Maps.JOBS).clear();
    enter(HEIR, started(HEIR, member.getLocalEndpoint().getUuid()));
    enter(LOST, entry(LOST).claimedBy(HEIR));
    soon().until(() -> server.tell("show jobs").isEmpty());
    soon().until(() -> entry(LOST).epoch() == 3);
    assertThat(entry(LOST).home()).isEqualTo(HEIR);
    assertThat(server.map(Maps.JOBS).keySet()).containsExactly(LOST + ".7");
  }

  @Test
  void givesUpJobsOfAServerThatIsThereAfterAll() {
    HazelcastInstance member = servers.startMember();
    record(0);
    enter(LOST, gone(LOST));
    awaitRetries(0);
    enter(LOST, entry(LOST).in(State.UP).withMember(member.getLocalEndpoint().getUuid()));
    soon().until(() -> server.tell("show jobs").isEmpty());
    assertThat(server.records()).isEqualTo(1);
  }

  @Test
  void claimsInTheEndWhatTheHeirDoesNotClaim() {
    HazelcastInstance member = servers.startMember();
    NodeEntry idle = started(HEIR, member.getLocalEndpoint().getUuid());
    enter(HEIR, idle);
    String lost = lostWithHeir(idle);
    enter(lost, gone(lost));
    // No job is left of it, so it goes when it has a home.
    soon().until(() -> entry(lost) == null);
  }

  /** An incarnation whose heir is the other, and not this server. */
  private String lostWithHeir(NodeEntry idle) {
    for (long number = 3_000_000_000_000_000_000L; ; number++) {
      String lost = Long.toString(number);
      Map<String, NodeEntry> nodes = Map.of(self, entry(self), HEIR, idle, lost, gone(lost));
      if (new Homes(self, nodes, Set.of(self, HEIR)).heirOf(lost).equals(HEIR)) {
        return lost;
      }
    }
  }

  @Test
  void writesWhatTheMapLacksAndDeletesItsOwnThatItDoesNotKnow() {
    String handle;
    try (WireClient client = server.connect()) {
      handle = client.submit(SUBMIT_JOB_BG, "f", "", "x");
    }
    String key = self + "." + handle.substring(handle.indexOf(self) + self.length());
    byte[] bytes = server.record(key);
    server.putRecord(self + ".999", bytes);
    server.removeRecord(key);
    // Something happens.
    servers.startMember();
    soon().until(() -> server.map(Maps.JOBS).keySet().equals(Set.of(key)));
  }

  @Test
  void putsTheClaimsOfAllJobsBackAlsoOfThoseThatAreNotStoredYet() {
    IMap<String, byte[]> uniques = server.map(Maps.UNIQUES);
    try (WireClient client = server.connect()) {
      client.submit(SUBMIT_JOB, "f", "foreground", "x");
      client.submit(SUBMIT_JOB_BG, "f", "background", "x");
      server.lockRecord(self + ".3");
      client.send(SUBMIT_JOB_BG, "f", "not stored", "x");
      soon().until(() -> uniques.size() == 3);
      Map<String, byte[]> before = Map.copyOf(uniques);
      uniques.clear();
      server.endMerge();
      soon().until(() -> uniques.size() == 3);
      assertThat(server.jobs()).as("what is accepted").isEqualTo(2);
      server.releaseRecord(self + ".3");
      assertThat(client.expect(JOB_CREATED).handle()).endsWith(self + "3");
      assertThat(Map.copyOf(uniques)).containsExactlyInAnyOrderEntriesOf(before);
      assertThat(server.workOff()).hasSize(3);
    }
    soon().until(uniques::isEmpty);
  }

  /** Nobody else would remove them. */
  @Test
  void knowsOfALostServerUntilItsClaimsAreRemoved() {
    IMap<String, byte[]> uniques = server.map(Maps.UNIQUES);
    uniques.put("f\0u", UniqueEntry.value(7, new Origins("H:lost", LOST)));
    uniques.lock("f\0u");
    enter(LOST, gone(LOST));
    soon().until(() -> entry(LOST).home().equals(self));
    server.awaitLinked(1);
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(30))
        .until(() -> entry(LOST) != null);
    uniques.unlock("f\0u");
    soon().until(uniques::isEmpty);
    soon().until(() -> entry(LOST) == null);
  }

  @Test
  void leavesWhatItCannotReadWhereItIs() {
    server.putRecord(LOST + ".8", new byte[] {9, 9});
    record(0);
    enter(LOST, gone(LOST));
    awaitRetries(0);
    assertThat(server.map(Maps.JOBS).keySet()).containsExactlyInAnyOrder(LOST + ".7", LOST + ".8");
  }

  /** A schedule of the lost server, whose job 7 was to be that of a due time. */
  private String schedule(Last last) {
    Origins origins = new Origins("H:lost", LOST);
    ScheduleRecord schedule =
        ScheduleRecord.of(
            new StoredSchedule(
                3, new byte[] {'f'}, new byte[0], "0 0 1 1 *", from -> from, new byte[1]),
            "UTC",
            origins);
    server.map(Maps.SCHEDULES).set(schedule.key(), schedule.with(last).bytes());
    return schedule.key();
  }

  @Test
  void theJobOfAFiringIsQueuedByTheHeirWhoMarksItAsDone() {
    String key = schedule(new Last(DUE, LOST, 7, false));
    record(0, new Firing(LOST, 3, DUE));
    enter(LOST, gone(LOST));
    awaitRetries(0);
    assertThat(ScheduleRecord.of(server.map(Maps.SCHEDULES).get(key)).last())
        .isEqualTo(new Last(DUE, LOST, 7, true));
  }

  @Test
  void theJobOfAFiringThatAnotherServerDidInsteadIsDeleted() {
    schedule(new Last(DUE, HEIR, 1, true));
    record(0, new Firing(LOST, 3, DUE));
    enter(LOST, gone(LOST));
    soon().until(() -> server.records() == 0);
    assertThat(server.tell("show jobs")).isEmpty();
    soon().until(() -> entry(LOST) == null);
  }
}

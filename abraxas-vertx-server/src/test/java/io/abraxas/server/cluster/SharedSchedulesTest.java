package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.server.cluster.ScheduleNode.MINUTE;
import static io.abraxas.server.cluster.ScheduleNode.START;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import com.hazelcast.map.MapInterceptor;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.StoredSchedule;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that share their schedules by a map, and a clock that the test turns. */
@Timeout(120)
class SharedSchedulesTest {
  private static final String KEY = "1:f=u";

  private static final TestCluster CLUSTER = new TestCluster();
  private static final Vertx VERTX = Vertx.vertx();
  private static final List<Maps> MAPS = new ArrayList<>();

  private final AtomicLong clock = new AtomicLong(START);
  private final AtomicBoolean thin = new AtomicBoolean();
  private final List<Server> servers = new CopyOnWriteArrayList<>();

  private static final class Server {
    final ScheduleNode node;
    final SharedSchedules schedules;
    final ScheduleEvents events;

    Server(ScheduleNode node, SharedSchedules schedules, ScheduleEvents events) {
      this.node = node;
      this.schedules = schedules;
      this.events = events;
    }

    void close() {
      schedules.close();
      events.close();
    }

    /** Works off all there is; what was done. */
    List<Long> workOff() {
      List<Long> done = new ArrayList<>();
      while (true) {
        int told = node.told.size();
        node.grab();
        String line = node.told.get(told);
        if (line.equals("nojob")) {
          return done;
        }
        long job = Long.parseLong(line.split(" ", -1)[1]);
        node.complete(job);
        done.add(job);
      }
    }
  }

  @BeforeAll
  static void startMembers() {
    for (int i = 0; i < 3; i++) {
      MAPS.add(Maps.announce(CLUSTER.start(), 1));
    }
  }

  @AfterAll
  static void stopMembers() {
    VERTX.close();
    CLUSTER.close();
  }

  @BeforeEach
  void start() {
    for (Maps maps : MAPS) {
      maps.schedules().clear();
      maps.jobs().clear();
      servers.add(start(maps, servers.size() + 1));
    }
    seeAll();
  }

  @AfterEach
  void stop() {
    servers.forEach(Server::close);
  }

  private Server start(Maps maps, int number) {
    ScheduleNode node = new ScheduleNode(VERTX, maps, number, clock);
    SharedSchedules schedules =
        new SharedSchedules(
            maps,
            node.origins,
            "UTC",
            ScheduleNode::times,
            node.loop,
            thin::get,
            clock::get,
            2000,
            ScheduleNode.PATIENCE_MILLIS);
    node.keepIn(schedules);
    schedules.begin();
    return new Server(node, schedules, ScheduleEvents.tell(schedules, maps));
  }

  private Server server(int index) {
    return servers.get(index);
  }

  private void seeAll() {
    see(servers);
  }

  private void see(List<Server> up) {
    ScheduleNode[] nodes = up.stream().map(server -> server.node).toArray(ScheduleNode[]::new);
    for (Server server : up) {
      server.node.see(nodes);
      server.schedules.saw(server.node.homes);
    }
  }

  private static ScheduleRecord record() {
    byte[] bytes = MAPS.get(0).schedules().get(KEY);
    return bytes == null ? null : ScheduleRecord.of(bytes);
  }

  private static boolean isDone(long dueMillis) {
    ScheduleRecord.Last last = record().last();
    return last != null && last.done() && last.dueMillis() == dueMillis;
  }

  /** A schedule of each minute, which all know. */
  private long submit() {
    server(0).node.submit("u", "p");
    soon().until(() -> server(0).node.told.size() == 1);
    soon().until(() -> servers.stream().allMatch(s -> s.node.schedules().size() == 1));
    return Long.parseLong(server(0).node.told.get(0).split(" ", -1)[1]);
  }

  /** The next full minute comes everywhere. */
  private long passMinute() {
    long due = clock.addAndGet(MINUTE);
    servers.forEach(server -> server.node.advance());
    return due;
  }

  private int records() {
    return MAPS.get(0).jobs().size();
  }

  @Test
  void everyDueTimeIsFiredOnceByServersThatTakeTurns() {
    submit();
    Set<Server> fired = new HashSet<>();
    for (int minute = 1; minute <= 20; minute++) {
      long due = passMinute();
      soon().until(() -> isDone(due));
      soon().until(() -> servers.stream().mapToInt(s -> s.node.jobs()).sum() == 1);
      for (Server server : servers) {
        if (!workOffOne(server).isEmpty()) {
          fired.add(server);
        }
      }
      soon().until(() -> records() == 0);
    }
    assertThat(fired).as("the hash of the due time chooses").hasSizeGreaterThan(1);
  }

  private List<Long> workOffOne(Server server) {
    List<Long> done = server.workOff();
    assertThat(done).hasSizeLessThan(2);
    return done;
  }

  @Test
  void everyDueTimeIsFiredOnceWhenAllTryAtOnce() {
    submit();
    int minutes = 100;
    // Each is the first in turn as far as it knows.
    servers.forEach(server -> see(List.of(server)));
    Set<String> jobs = new HashSet<>();
    int done = 0;
    for (int minute = 1; minute <= minutes; minute++) {
      long due = passMinute();
      soon().until(() -> isDone(due));
      assertThat(jobs.add(record().last().jobKey())).isTrue();
      List<Long> ended = new ArrayList<>();
      soon()
          .until(
              () -> {
                servers.forEach(server -> ended.addAll(server.workOff()));
                return !ended.isEmpty();
              });
      done += ended.size();
      soon().until(() -> records() == 0);
    }
    // Those who lost every race have looked once more by then.
    long after = passMinute();
    soon().until(() -> isDone(after));
    soon().until(() -> servers.stream().mapToInt(s -> s.node.jobs()).sum() == 1);
    assertThat(done).isEqualTo(minutes);
    assertThat(records()).isOne();
  }

  @Test
  void theNextInTurnFiresWhenTheFirstIsGone() {
    submit();
    long due = clock.get() + MINUTE;
    Server first =
        servers.stream()
            .filter(server -> server.node.homes.rank(KEY + '/' + due) == 0)
            .findFirst()
            .orElseThrow();
    first.close();
    passMinute();
    soon().until(() -> record().last() != null && record().last().done());
    assertThat(record().last().node()).isNotEqualTo(first.node.incarnation);
    assertThat(records()).isOne();
  }

  @Test
  void whatALostServerIntendedIsFoundByTheOthers() {
    submit();
    Server lost = server(2);
    lost.close();
    long due = clock.get() - MINUTE;
    ScheduleRecord intent =
        record().with(new ScheduleRecord.Last(due, lost.node.incarnation, 99, false));
    MAPS.get(0).schedules().set(KEY, intent.bytes());
    see(servers.subList(0, 2));
    soon().until(() -> isDone(due));
    assertThat(server(0).node.jobs() + server(1).node.jobs()).isOne();
  }

  @Test
  void aScheduleSubmittedAgainElsewhereIsReplacedAndKeepsItsHandle() {
    long handle = submit();
    ScheduleNode other = server(1).node;
    other.submit("u", "new and longer");
    soon().until(() -> other.told.size() == 1);
    long there = other.schedules().get(0);
    assertThat(other.told).containsExactly("created " + there);
    String text = new Handles(server(0).node.origins).text(handle);
    assertThat(new Handles(other.origins).text(there)).isEqualTo(text);
    long due = passMinute();
    soon().until(() -> isDone(due));
    soon()
        .until(
            () -> {
              servers.forEach(server -> server.node.grab());
              return servers.stream()
                  .flatMap(server -> server.node.told.stream())
                  .anyMatch(line -> line.endsWith(" new and longer"));
            });
    assertThat(MAPS.get(0).schedules().size()).isOne();
  }

  @Test
  void aScheduleCancelledAnywhereEndsEverywhere() {
    submit();
    ScheduleNode other = server(1).node;
    long handle = other.schedules().get(0);
    assertThat(other.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
    assertThat(other.schedules()).isEmpty();
    soon().until(() -> record() == null);
    soon().until(() -> servers.stream().allMatch(s -> s.node.schedules().isEmpty()));
    passMinute();
    server(0).node.submit("u", "p");
    soon().until(() -> server(0).node.told.size() == 2);
    assertThat(server(0).node.told.get(0)).isNotEqualTo(server(0).node.told.get(1));
    assertThat(record().last()).isNull();
  }

  @Test
  void aScheduleSubmittedElsewhereIsNotEndedByACancelOfTheOneBefore() {
    submit();
    ScheduleNode other = server(1).node;
    long handle = other.schedules().get(0);
    IMap<String, byte[]> map = MAPS.get(0).schedules();
    // The removal waits until the key is another's.
    map.lock(KEY);
    try {
      assertThat(other.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
      ScheduleRecord known = record();
      StoredSchedule next =
          new StoredSchedule(
              99, known.function(), known.unique(), known.fields(), from -> from, new byte[] {7});
      ScheduleRecord there =
          known.replacedBy(ScheduleRecord.of(next, "UTC", server(0).node.origins));
      map.set(KEY, there.bytes());
    } finally {
      map.unlock(KEY);
    }
    soon().until(() -> other.schedules().equals(List.of(handle)));
    assertThat(record().payload()).containsExactly(7);
  }

  @Test
  void aScheduleSubmittedAgainWithoutAChangeIsNotEndedByACancelOfTheOneBefore() {
    submit();
    ScheduleNode other = server(1).node;
    long handle = other.schedules().get(0);
    IMap<String, byte[]> map = MAPS.get(0).schedules();
    String interceptor = map.addInterceptor(new NoRemoval());
    try {
      assertThat(other.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
      server(0).node.submit("u", "p");
      soon().until(() -> server(0).node.told.size() == 2);
    } finally {
      map.removeInterceptor(interceptor);
    }
    soon().until(() -> server(1).schedules.isIdle());
    assertThat(server(0).node.told.get(1)).isEqualTo(server(0).node.told.get(0));
    assertThat(record()).isNotNull();
    soon().until(() -> other.schedules().equals(List.of(handle)));
    // Who knows of the second submit ends it.
    assertThat(other.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
    soon().until(() -> record() == null);
  }

  @Test
  void whatReplacesAScheduleThatIsBeingRemovedAndWasSubmittedAgainKeepsItsHandle() {
    submit();
    ScheduleNode node = server(0).node;
    IMap<String, byte[]> map = MAPS.get(0).schedules();
    String interceptor = map.addInterceptor(new NoRemoval());
    try {
      long handle = node.schedules().get(0);
      assertThat(node.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
      server(1).node.submit("u", "p");
      soon().until(() -> server(1).node.told.size() == 1);
      node.submit("u", "p");
      soon().until(() -> node.told.size() == 2);
    } finally {
      map.removeInterceptor(interceptor);
    }
    assertThat(node.told.get(1)).isEqualTo(node.told.get(0));
    soon().until(() -> node.schedules().size() == 1);
    assertThat(record()).isNotNull();
  }

  @Test
  void aServerIsIdleWhenWhatWasCancelledThereIsGoneForAll() {
    long handle = submit();
    Server server = server(0);
    IMap<String, byte[]> map = MAPS.get(0).schedules();
    String interceptor = map.addInterceptor(new NoRemoval());
    try {
      assertThat(server.node.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
      // Answered behind the first try.
      server.node.submit("other", "p");
      soon().until(() -> server.node.told.size() == 2);
      assertThat(server.schedules.isIdle()).isFalse();
    } finally {
      map.removeInterceptor(interceptor);
    }
    soon().until(server.schedules::isIdle);
    assertThat(record()).isNull();
  }

  /** Lets the map remove nothing for a while. */
  @SuppressWarnings("serial") // Members of one JVM.
  private static final class NoRemoval implements MapInterceptor {
    @Override
    public Object interceptGet(Object value) {
      return null;
    }

    @Override
    public void afterGet(Object value) {}

    @Override
    public Object interceptPut(Object before, Object next) {
      return null;
    }

    @Override
    public void afterPut(Object value) {}

    @Override
    public Object interceptRemove(Object value) {
      throw new IllegalStateException("not now");
    }

    @Override
    public void afterRemove(Object before) {}
  }

  @Test
  void aScheduleSubmittedWhileTheOneBeforeIsStillBeingRemovedIsANewOne() {
    long handle = submit();
    ScheduleNode node = server(0).node;
    IMap<String, byte[]> map = MAPS.get(0).schedules();
    String interceptor = map.addInterceptor(new NoRemoval());
    try {
      assertThat(node.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
      node.submit("u", "p");
      soon().until(() -> node.told.size() == 2);
    } finally {
      map.removeInterceptor(interceptor);
    }
    assertThat(node.told.get(1)).isNotEqualTo("created " + handle);
    long next = node.schedules().get(0);
    assertThat(node.told.get(1)).isEqualTo("created " + next);
    // Answered behind the removal, which is tried again until it succeeds.
    node.submit("other", "p");
    soon().until(() -> node.told.size() == 3);
    soon().until(() -> servers.stream().allMatch(s -> s.node.schedules().size() == 2));
    assertThat(node.schedules()).contains(next);
    assertThat(record()).isNotNull();
  }

  @Test
  void theAnswerToASubmitIsHeldWhileTheClusterIsThin() {
    thin.set(true);
    ScheduleNode node = server(0).node;
    node.submit("u", "p");
    soon().until(() -> node.schedules().size() == 1);
    assertThat(node.told).isEmpty();
    thin.set(false);
    soon().until(() -> node.told.size() == 1);
  }

  @Test
  void aSubmitThatCannotBeKeptIsRefused() {
    MAPS.get(0).schedules().set(KEY, new byte[] {9, 9});
    ScheduleNode node = server(0).node;
    node.submit("u", "p");
    soon().until(() -> node.told.equals(List.of("refused STORE_FAILED")));
    assertThat(node.schedules()).isEmpty();
    assertThat(MAPS.get(0).schedules().get(KEY)).as("it is another's").containsExactly(9, 9);
  }

  @Test
  void whoComesLaterHasAllSchedulesAndWhatIsLostIsPutBack() {
    submit();
    Server late = start(MAPS.get(1), 4);
    servers.add(late);
    soon().until(() -> late.node.schedules().size() == 1);
    // As when a partition is lost: nobody is told of an end.
    servers.forEach(server -> server.schedules.merging());
    MAPS.get(0).schedules().clear();
    assertThat(record()).isNull();
    server(1).schedules.restore();
    soon().until(() -> record() != null);
    servers.forEach(server -> server.schedules.restore());
    soon().until(() -> servers.stream().allMatch(s -> s.node.schedules().size() == 1));
    long due = passMinute();
    soon().until(() -> isDone(due));
  }
}

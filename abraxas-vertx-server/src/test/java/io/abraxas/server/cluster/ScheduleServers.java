package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.server.cluster.ScheduleNode.MINUTE;
import static io.abraxas.server.cluster.ScheduleNode.START;

import com.hazelcast.map.IMap;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Three servers that share their schedules by a map, and a clock that the test turns. */
abstract class ScheduleServers {
  /** Of the schedule that {@link #submit} submits. */
  static final String KEY = "1:f=u";

  private static final List<Maps> MAPS = new ArrayList<>();
  private static TestCluster cluster;
  private static Vertx vertx;

  final AtomicBoolean thin = new AtomicBoolean();
  final List<Server> servers = new CopyOnWriteArrayList<>();
  private final AtomicLong clock = new AtomicLong(START);

  static final class Server {
    final ScheduleNode node;
    final SharedSchedules schedules;
    final Registrations events;

    Server(ScheduleNode node, SharedSchedules schedules, Registrations events) {
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
    cluster = new TestCluster();
    vertx = Vertx.vertx();
    MAPS.clear();
    for (int i = 0; i < 3; i++) {
      MAPS.add(Maps.announce(cluster.start(), 1));
    }
  }

  @AfterAll
  static void stopMembers() {
    vertx.close();
    cluster.close();
  }

  @BeforeEach
  void start() {
    for (Maps maps : MAPS) {
      maps.schedules().clear();
      maps.hazelcast().getMap(Maps.JOBS).clear();
      servers.add(start(maps, servers.size() + 1, ScheduleNode.PATIENCE_MILLIS));
    }
    see(servers);
  }

  @AfterEach
  void stop() {
    servers.forEach(Server::close);
  }

  /** One more server, on that member, which waits so long for those that hang. */
  Server start(int member, long patienceMillis) {
    Server server = start(MAPS.get(member), servers.size() + 1, patienceMillis);
    servers.add(server);
    return server;
  }

  private Server start(Maps maps, int number, long patienceMillis) {
    ScheduleNode node = new ScheduleNode(vertx, maps, number, clock);
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
            patienceMillis);
    node.keepIn(schedules);
    schedules.begin();
    return new Server(node, schedules, ScheduleEvents.tell(schedules, maps));
  }

  Server server(int index) {
    return servers.get(index);
  }

  /** Each of these sees the others as up. */
  void see(List<Server> up) {
    ScheduleNode[] nodes = up.stream().map(server -> server.node).toArray(ScheduleNode[]::new);
    for (Server server : up) {
      server.node.see(nodes);
      server.schedules.saw(server.node.homes);
    }
  }

  static IMap<String, byte[]> map() {
    return MAPS.get(0).schedules();
  }

  static ScheduleRecord record() {
    byte[] bytes = map().get(KEY);
    return bytes == null ? null : ScheduleRecord.of(bytes);
  }

  static boolean isDone(long dueMillis) {
    ScheduleRecord.Last last = record().last();
    return last != null && last.done() && last.dueMillis() == dueMillis;
  }

  /** A schedule of each minute, which all know. */
  long submit() {
    server(0).node.submit("u", "p");
    soon().until(() -> server(0).node.told.size() == 1);
    soon().until(() -> servers.stream().allMatch(s -> s.node.schedules().size() == 1));
    return Long.parseLong(server(0).node.told.get(0).split(" ", -1)[1]);
  }

  /** The next full minute comes everywhere. */
  long passMinute() {
    long due = clock.addAndGet(MINUTE);
    servers.forEach(server -> server.node.advance());
    return due;
  }

  int records() {
    return MAPS.get(0).hazelcast().getMap(Maps.JOBS).size();
  }

  /** The time now. */
  long now() {
    return clock.get();
  }
}

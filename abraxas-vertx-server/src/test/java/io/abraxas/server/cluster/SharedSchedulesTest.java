package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static io.abraxas.server.cluster.ScheduleNode.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.MapTrouble.NoChange;
import io.abraxas.server.cluster.ScheduleRecord.Last;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Due times of schedules that servers share, and what the map may have lost of them. */
@Timeout(120)
class SharedSchedulesTest extends ScheduleServers {
  /** Waits until one of the servers has a job with this payload for its worker. */
  private void awaitJob(String payload) {
    soon()
        .until(
            () -> {
              servers.forEach(server -> server.node.grab());
              return servers.stream()
                  .flatMap(server -> server.node.told.stream())
                  .anyMatch(line -> line.endsWith(" " + payload));
            });
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
    long due = now() + MINUTE;
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
    long due = now() - MINUTE;
    ScheduleRecord intent =
        record().with(new ScheduleRecord.Last(due, lost.node.incarnation, 99, false));
    map().set(KEY, intent.bytes());
    see(servers.subList(0, 2));
    soon().until(() -> isDone(due));
    assertThat(server(0).node.jobs() + server(1).node.jobs()).isOne();
  }

  @Test
  void aServerThatHangsKeepsNoScheduleFromFiring() {
    submit();
    // It is there as far as others can see.
    Server hung = server(2);
    hung.close();
    Server impatient = start(1, 1000);
    soon().until(() -> impatient.node.schedules().size() == 1);
    see(servers);
    long begun = now();
    Last intent = new Last(begun, hung.node.incarnation, 99, false);
    map().set(KEY, record().with(intent).bytes());
    long due = passMinute();
    soon().until(() -> isDone(due));
    assertThat(record().replaced()).containsExactly(intent.jobKey());
    assertThat(record().last().node())
        .as("its job waits, and stands for the next due time too")
        .isEqualTo(impatient.node.incarnation);
    assertThat(records()).isOne();
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
    awaitJob("new and longer");
    assertThat(map().size()).isOne();
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
    map().set(KEY, new byte[] {9, 9});
    ScheduleNode node = server(0).node;
    node.submit("u", "p");
    soon().until(() -> node.told.equals(List.of("refused STORE_FAILED")));
    assertThat(node.schedules()).isEmpty();
    assertThat(map().get(KEY)).as("it is another's").containsExactly(9, 9);
  }

  @Test
  void whatTheMapHasLostOfTheLastFiringIsNotFiredAgain() {
    submit();
    // Each knows what it has done itself.
    servers.forEach(server -> server.events.close());
    ScheduleRecord before = record();
    long due = passMinute();
    soon().until(() -> isDone(due));
    Last done = record().last();
    soon().until(() -> servers.stream().mapToInt(s -> s.workOff().size()).sum() == 1);
    soon().until(() -> records() == 0);
    // What another server has put back that was told of no more than the intent.
    Last open = new Last(due, done.node(), done.job(), false);
    map().set(KEY, before.with(open).bytes());
    servers.forEach(server -> server.schedules.restore());
    soon().until(() -> isDone(due));
    assertThat(records()).isZero();
    map().set(KEY, before.bytes());
    servers.forEach(server -> server.node.advance());
    servers.forEach(server -> server.schedules.restore());
    soon().until(() -> isDone(due));
    assertThat(records()).isZero();
    assertThat(record().last()).isEqualTo(done);
  }

  @Test
  void aScheduleSubmittedAgainBetweenIntentAndJobIsFiredAsItIsThen() {
    submit();
    Server lost = server(2);
    lost.close();
    long due = now() - MINUTE;
    ScheduleRecord intent = record().with(new Last(due, lost.node.incarnation, 99, false));
    map().set(KEY, intent.bytes());
    server(0).node.submit("u", "new");
    soon().until(() -> server(0).node.told.size() == 2);
    assertThat(record().last()).as("it goes on").isEqualTo(intent.last());
    see(servers.subList(0, 2));
    soon().until(() -> isDone(due));
    awaitJob("new");
  }

  @Test
  void aFiringThatCannotBeGoneOnWithKeepsNoOtherWaiting() {
    submit();
    int broken = 4;
    Server lost = server(2);
    lost.close();
    long due = now() - MINUTE;
    Last open = new Last(due, lost.node.incarnation, 99, false);
    ScheduleRecord known = record();
    map().delete(KEY);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      byte[] payload = {(byte) (i == broken ? 'x' : 'p')};
      StoredSchedule schedule =
          new StoredSchedule(
              100 + i,
              known.function(),
              new byte[] {(byte) ('a' + i)},
              known.fields(),
              f -> f,
              payload);
      ScheduleRecord record = ScheduleRecord.of(schedule, "UTC", lost.node.origins).with(open);
      map().set(record.key(), record.bytes());
      keys.add(record.key());
    }
    String kept = keys.remove(broken);
    new NoChange('x')
        .during(
            map(),
            () -> {
              // The one of which it is told once, by this.
              Server one = server(0);
              see(List.of(one));
              soon().until(() -> keys.stream().allMatch(key -> last(key).done()));
              assertThat(last(kept)).isEqualTo(open);
            });
    server(0).schedules.restore();
    soon().until(() -> last(kept).done());
  }

  private static Last last(String key) {
    return ScheduleRecord.of(map().get(key)).last();
  }

  @Test
  void whoComesLaterHasAllSchedulesAndWhatIsLostIsPutBack() {
    submit();
    Server late = start(1, ScheduleNode.PATIENCE_MILLIS);
    soon().until(() -> late.node.schedules().size() == 1);
    // As when a partition is lost: nobody is told of an end.
    servers.forEach(server -> server.schedules.merging());
    map().clear();
    assertThat(record()).isNull();
    server(1).schedules.restore();
    soon().until(() -> record() != null);
    servers.forEach(server -> server.schedules.restore());
    soon().until(() -> servers.stream().allMatch(s -> s.node.schedules().size() == 1));
    long due = passMinute();
    soon().until(() -> isDone(due));
  }
}

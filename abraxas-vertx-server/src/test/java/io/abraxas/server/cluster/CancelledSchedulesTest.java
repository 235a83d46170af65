package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.broker.StoredSchedule;
import io.abraxas.server.cluster.MapTrouble.NoRemoval;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cancels of a schedule that servers share, and what may come between. */
@Timeout(120)
class CancelledSchedulesTest extends ScheduleServers {
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
    // The removal waits until the key is another's.
    map().lock(KEY);
    try {
      assertThat(other.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
      ScheduleRecord known = record();
      StoredSchedule next =
          new StoredSchedule(
              99, known.function(), known.unique(), known.fields(), from -> from, new byte[] {7});
      ScheduleRecord there =
          known.replacedBy(ScheduleRecord.of(next, "UTC", server(0).node.origins));
      map().set(KEY, there.bytes());
    } finally {
      map().unlock(KEY);
    }
    soon().until(() -> other.schedules().equals(List.of(handle)));
    assertThat(record().payload()).containsExactly(7);
  }

  @Test
  void aScheduleSubmittedAgainWithoutAChangeIsNotEndedByACancelOfTheOneBefore() {
    submit();
    ScheduleNode other = server(1).node;
    long handle = other.schedules().get(0);
    new NoRemoval()
        .during(
            map(),
            () -> {
              assertThat(other.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
              server(0).node.submit("u", "p");
              soon().until(() -> server(0).node.told.size() == 2);
            });
    soon().until(() -> server(1).schedules.isIdle());
    assertThat(server(0).node.told.get(1)).isEqualTo(server(0).node.told.get(0));
    assertThat(record()).isNotNull();
    soon().until(() -> other.schedules().equals(List.of(handle)));
    // Who knows of the second submit ends it.
    ScheduleNode third = server(2).node;
    soon().until(() -> third.marks().equals(List.of(record().mark())));
    long there = third.schedules().get(0);
    assertThat(third.<Boolean>on(broker -> broker.cancel(there))).isTrue();
    soon().until(() -> record() == null);
  }

  @Test
  void whatReplacesAScheduleThatIsBeingRemovedAndWasSubmittedAgainKeepsItsHandle() {
    submit();
    ScheduleNode node = server(0).node;
    new NoRemoval()
        .during(
            map(),
            () -> {
              long handle = node.schedules().get(0);
              assertThat(node.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
              server(1).node.submit("u", "p");
              soon().until(() -> server(1).node.told.size() == 1);
              node.submit("u", "p");
              soon().until(() -> node.told.size() == 2);
            });
    assertThat(node.told.get(1)).isEqualTo(node.told.get(0));
    soon().until(() -> node.schedules().size() == 1);
    assertThat(record()).isNotNull();
  }

  @Test
  void aServerIsIdleWhenWhatWasCancelledThereIsGoneForAll() {
    long handle = submit();
    Server server = server(0);
    new NoRemoval()
        .during(
            map(),
            () -> {
              assertThat(server.node.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
              // Answered behind the first try.
              server.node.submit("other", "p");
              soon().until(() -> server.node.told.size() == 2);
              assertThat(server.schedules.isIdle()).isFalse();
            });
    soon().until(server.schedules::isIdle);
    assertThat(record()).isNull();
  }

  @Test
  void aScheduleSubmittedWhileTheOneBeforeIsStillBeingRemovedIsANewOne() {
    long handle = submit();
    ScheduleNode node = server(0).node;
    new NoRemoval()
        .during(
            map(),
            () -> {
              assertThat(node.<Boolean>on(broker -> broker.cancel(handle))).isTrue();
              node.submit("u", "p");
              soon().until(() -> node.told.size() == 2);
            });
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
}

package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts everything in a broker's tables anew and compares: the tables always agree. */
final class Audit {
  private final Broker broker;
  private final Harness harness;
  private final List<Job> jobs = new ArrayList<>();
  private final Map<FunctionQueue, Integer> total = new HashMap<>();
  private final Map<FunctionQueue, Integer> running = new HashMap<>();
  private final Map<FunctionQueue, Integer> following = new HashMap<>();
  private final Set<Job> held = new HashSet<>();
  private final Set<Job> followed = new HashSet<>();
  private final Set<Job> queued = new HashSet<>();
  private int copiesRunning;
  private int delayed;
  private int keyed;
  private int timed;
  private long memory;

  private Audit(Harness harness) {
    this.harness = harness;
    broker = harness.broker;
  }

  static void check(Harness harness) {
    Audit audit = new Audit(harness);
    audit.countJobs();
    audit.checkSessions();
    audit.checkFunctions();
    audit.checkTables();
  }

  /** When all is done nothing is left but functions that somebody asked for by name. */
  static void checkEmpty(Harness harness) {
    check(harness);
    Broker broker = harness.broker;
    assertThat(broker.jobs()).as("jobs").isZero();
    assertThat(broker.running()).as("running").isZero();
    broker.ledger.jobs.forEach(job -> fail("a copy is left: " + job.handle));
    for (Session session : broker.sessions()) {
      assertThat(session.borrow).as("open requests of workers").isNull();
      assertThat(session.parked).isNull();
    }
    assertThat(broker.ledger.uniques.size()).as("uniques").isZero();
    assertThat(broker.due.size()).as("due").isZero();
    assertThat(broker.timeouts.size()).as("timeouts").isZero();
    assertThat(broker.schedules()).as("schedules").isEmpty();
    assertThat(harness.memory.used()).as("memory").isZero();
    if (harness.owners != null) {
      assertThat(harness.owners.claimed).as("claimed unique ids").isEmpty();
    }
    assertThat(broker.functions()).as("functions").allMatch(f -> f.wanted);
    if (harness.store != null) {
      assertThat(harness.store.kept).as("stored jobs").isEmpty();
    }
  }

  private void countJobs() {
    broker.ledger.jobs.forEach(jobs::add);
    assertThat(broker.jobs()).isEqualTo(jobs.stream().filter(job -> !job.isElsewhere()).count());
    for (Job job : jobs) {
      assertThat(job.state).as("state of %d", job.handle).isNotIn(null, JobState.GONE);
      assertThat(broker.ledger.jobs.get(job.handle)).isSameAs(job);
      checkWaiters(job);
      if (job.state == JobState.CANCELLED) {
        assertThat(job.clients).isNull();
        continue;
      }
      memory += job.cost();
      if (job.isBorrowed()) {
        checkCopy(job);
        continue;
      }
      if (job.state != JobState.FOLLOWING) {
        total.merge(job.function, 1, Integer::sum);
      } else {
        following.merge(job.function, 1, Integer::sum);
        checkFollowed(job);
      }
      checkClaim(job);
      if (job.keyedByPayload || (job.unique.length > 0 && !isDash(job))) {
        keyed++;
      }
      if (job.state == JobState.RUNNING) {
        running.merge(job.function, 1, Integer::sum);
        timed += job.heapIndex >= 0 ? 1 : 0;
      } else if (job.state == JobState.DELAYED) {
        delayed++;
        assertThat(job.heapIndex).isNotNegative();
      } else {
        assertThat(job.heapIndex).isEqualTo(-1);
      }
      if (!job.state.isUnaccepted()) {
        assertThat(job.isWanted() || job.state == JobState.RUNNING)
            .as("somebody needs job %d", job.handle)
            .isTrue();
      }
    }
  }

  /** One that is followed is no more than a list of clients. */
  private void checkFollowed(Job job) {
    assertThat(job.isInStore()).isFalse();
    assertThat(job.isWanted()).as("somebody needs job %d", job.handle).isTrue();
    assertThat(Origins.index(job.handle)).as("origin of %d", job.handle).isPositive();
  }

  private void checkClaim(Job job) {
    if (job.claimed) {
      assertThat(harness.owners.claimed.contains(job.handle) || Origins.index(job.handle) > 0)
          .as("%d is claimed", job.handle)
          .isTrue();
      assertThat(job.state).isNotIn(JobState.CLAIMING, JobState.FOLLOWING);
    }
  }

  /** A borrowed job counts nowhere, and is reserved or runs. */
  private void checkCopy(Job job) {
    assertThat(job.state).isIn(JobState.RESERVED, JobState.RUNNING);
    assertThat(job.stored || job.storing).isFalse();
    if (job.state == JobState.RESERVED) {
      assertThat(job.worker.parked).isSameAs(job);
      assertThat(job.clients).as("who lent %d", job.handle).isNotNull();
    } else {
      copiesRunning++;
      timed += job.heapIndex >= 0 ? 1 : 0;
    }
  }

  private static boolean isDash(Job job) {
    return job.unique.length == 1 && job.unique[0] == '-';
  }

  private static void checkWaiters(Job job) {
    for (Waiter w = job.clients; w != null; w = w.nextOfJob) {
      assertThat(w.foreground).isTrue();
      assertThat(waitersOf(w.session)).contains(w);
    }
    for (Waiter w = job.unanswered; w != null; w = w.nextOfJob) {
      assertThat(waitersOf(w.session).contains(w)).isEqualTo(w.foreground);
    }
  }

  private static List<Waiter> waitersOf(Session session) {
    List<Waiter> waiters = new ArrayList<>();
    for (Waiter w = session.waiters; w != null; w = w.nextOfSession) {
      waiters.add(w);
    }
    return waiters;
  }

  private static List<Job> list(JobList list) {
    List<Job> jobs = new ArrayList<>();
    for (Job job = list.first(); job != null; job = job.next) {
      jobs.add(job);
    }
    assertThat(list.size()).isEqualTo(jobs.size());
    return jobs;
  }

  private void checkSessions() {
    List<Session> sessions = new ArrayList<>(broker.sessions());
    if (broker.exchange() != null) {
      sessions.addAll(broker.exchange().links());
      broker.exchange().links().forEach(this::checkFollowedOver);
    }
    for (Session session : sessions) {
      assertThat(session.closed).isFalse();
      for (Job job : list(session.jobs)) {
        assertThat(job.worker).isSameAs(session);
        assertThat(job.state).isIn(JobState.RUNNING, JobState.CANCELLED);
        if (session.account == null) {
          assertThat(session.ability(job.function)).as("ability for what it runs").isNotNull();
        } else {
          assertThat(job.isBorrowed()).as("lent further: %d", job.handle).isFalse();
        }
        assertThat(held.add(job)).as("job %d is held once", job.handle).isTrue();
      }
      for (Waiter w : waitersOf(session)) {
        assertThat(broker.ledger.jobs.get(w.job.handle)).isSameAs(w.job);
        assertThat(w.session).isSameAs(session);
      }
      for (Ability ability : session.abilities) {
        assertThat(ability.function.workers.get(ability.index)).isSameAs(ability);
      }
    }
  }

  private void checkFollowedOver(Session link) {
    for (Job job : list(link.account.following)) {
      assertThat(job.state).isEqualTo(JobState.FOLLOWING);
      assertThat(job.worker).isSameAs(link);
      assertThat(followed.add(job)).as("job %d has one home", job.handle).isTrue();
    }
  }

  private void checkFunctions() {
    for (FunctionQueue f : broker.functions()) {
      String name = Member.text(f.name);
      assertThat(f.isUnused()).as("%s is of use", name).isFalse();
      assertThat(f.total).as("total of %s", name).isEqualTo(total.getOrDefault(f, 0));
      assertThat(f.running).as("running of %s", name).isEqualTo(running.getOrDefault(f, 0));
      int sleepers = 0;
      for (Ability ability : f.workers) {
        assertThat(broker.sessions()).contains(ability.session);
        sleepers += ability.session.sleeping ? 1 : 0;
      }
      assertThat(f.sleepers).as("sleepers of %s", name).isEqualTo(sleepers);
      for (Priority priority : Priority.values()) {
        for (Job job : list(f.queues[priority.level])) {
          assertThat(job.state).isEqualTo(JobState.QUEUED);
          assertThat(job.function).isSameAs(f);
          assertThat(job.priority).isEqualTo(priority);
          queued.add(job);
        }
      }
      total.remove(f);
    }
    assertThat(total).as("functions of jobs that are in no table").isEmpty();
    for (FunctionQueue f : broker.ledger.functions.all()) {
      assertThat(f.following).isEqualTo(following.getOrDefault(f, 0));
      following.remove(f);
    }
    assertThat(following).as("functions of jobs followed that are in no table").isEmpty();
  }

  private void checkTables() {
    for (Job job : jobs) {
      boolean atWorker = job.state == JobState.RUNNING || job.state == JobState.CANCELLED;
      assertThat(held.contains(job)).as("a worker has %d", job.handle).isEqualTo(atWorker);
      assertThat(job.worker != null)
          .isEqualTo(atWorker || job.state == JobState.RESERVED || followed.contains(job));
      assertThat(queued.contains(job)).isEqualTo(job.state == JobState.QUEUED);
    }
    for (Schedule schedule : broker.schedules()) {
      memory += schedule.cost();
    }
    for (ScheduleImage.Request request : broker.scheduleImage().requests.values()) {
      memory += request.cost();
    }
    assertThat(broker.due.size()).as("due").isEqualTo(delayed + broker.schedules().size());
    assertThat(broker.timeouts.size()).as("timeouts").isEqualTo(timed);
    assertThat(broker.ledger.uniques.size()).as("uniques").isEqualTo(keyed);
    assertThat(harness.memory.used()).as("memory").isEqualTo(memory);
    int count = running.values().stream().mapToInt(n -> n).sum();
    assertThat(broker.running()).as("running").isEqualTo(count + copiesRunning);
  }
}

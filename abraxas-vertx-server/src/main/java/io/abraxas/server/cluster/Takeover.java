package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Adoption;
import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.store.JobRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves jobs between the map and the broker: adopts the records of origins that this server has
 * become the home of, gives jobs up, and compares both sides. Blocks; confined to the cluster's
 * thread.
 */
final class Takeover {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  private final Origins origins;
  private final Records records;
  private final IMap<String, byte[]> running;
  private final RunningList list;
  private final HazelcastUniqueOwners owners;
  private final Predicate<StoredJob> mayRun;
  private final BrokerLoop loop;

  /**
   * @param running what all servers have running
   * @param list this server's share of it
   * @param owners gets claims that the map may have lost
   * @param mayRun whether a job is to be adopted, and not to be deleted because its schedule was
   *     fired by another; may block
   */
  Takeover(
      Origins origins,
      Records records,
      IMap<String, byte[]> running,
      RunningList list,
      HazelcastUniqueOwners owners,
      Predicate<StoredJob> mayRun,
      BrokerLoop loop) {
    this.origins = origins;
    this.records = records;
    this.running = running;
    this.list = list;
    this.owners = owners;
    this.mayRun = mayRun;
    this.loop = loop;
  }

  /** What ran on servers that serve no more. */
  private record Ran(Runs lost, Runs stillRunning) {}

  private Ran ran(Homes homes) {
    Set<String> lost = new HashSet<>();
    Set<String> handed = new HashSet<>();
    for (String incarnation : homes.nodes().keySet()) {
      if (!homes.isServing(incarnation)) {
        (homes.isThere(incarnation) ? handed : lost).add(incarnation);
      }
    }
    return new Ran(Records.runs(running, lost), Records.runs(running, handed));
  }

  /**
   * Adopts all jobs of these origins, in the order of their acceptance.
   *
   * @param homes as of when this server was their home already
   */
  void adopt(Collection<String> incarnations, Homes homes) {
    Ran ran = ran(homes);
    loop.run(broker -> broker.adoption().beginReading());
    try {
      long begin = System.nanoTime();
      List<StoredJob> jobs = records.read(incarnations);
      int adopted = adopt(jobs, ran);
      if (adopted > 0) {
        LOG.info(
            "took over {} of {} jobs of {} in {} ms",
            adopted,
            jobs.size(),
            incarnations,
            (System.nanoTime() - begin) / 1_000_000);
      }
    } finally {
      loop.run(broker -> broker.adoption().endReading());
    }
  }

  private int adopt(List<StoredJob> jobs, Ran ran) {
    int[] adopted = new int[1];
    Map<Boolean, List<StoredJob>> mayRunOrNot =
        jobs.stream().collect(Collectors.partitioningBy(mayRun));
    Adoption adoption = loop.call(Broker::adoption);
    loop.forEach(mayRunOrNot.get(false), job -> adoption.discard(job.handle()));
    loop.forEach(
        mayRunOrNot.get(true),
        job -> {
          String origin = origins.incarnation(Origins.index(job.handle()));
          long number = Origins.number(job.handle());
          // What still runs on a server that leaves is ended by that server.
          if (!ran.stillRunning.has(origin, number)
              && adoption.adopt(job, ran.lost.has(origin, number, job.retries()))) {
            adopted[0]++;
          }
        });
    return adopted[0];
  }

  /**
   * Compares the map with the broker: writes what the map lacks, adopts what the broker lacks, and
   * deletes records of this server's own jobs that it does not know, since it knows all its own.
   *
   * @param inherited other origins that this server is the home of
   */
  void compare(Collection<String> inherited, Homes homes) {
    loop.run(broker -> broker.adoption().beginReading());
    try {
      long[] memory = handles(inherited);
      Set<String> all = new HashSet<>(inherited);
      all.add(homes.self());
      List<String> strange = new ArrayList<>();
      long[] found = records.handles(all, strange);
      write(missing(memory, found));
      List<Long> unknown = new ArrayList<>();
      List<Long> notHere = missing(found, memory);
      Adoption adoption = loop.call(Broker::adoption);
      loop.forEach(
          notHere,
          handle -> {
            if (Origins.index(handle) == 0) {
              adoption.discard(handle);
            } else if (!adoption.isKnown(handle)) {
              unknown.add(handle);
            }
          });
      List<String> keys = new ArrayList<>(strange);
      unknown.forEach(handle -> keys.add(JobRecord.key(handle, origins)));
      if (!keys.isEmpty()) {
        adopt(records.get(keys), ran(homes));
      }
    } finally {
      loop.run(broker -> broker.adoption().endReading());
    }
  }

  /** Handles of this server's stored jobs and of those of these origins, sorted. */
  private long[] handles(Collection<String> inherited) {
    Set<Integer> indexes = new HashSet<>();
    indexes.add(0);
    inherited.forEach(incarnation -> indexes.add(origins.find(incarnation)));
    LongStream handles =
        loop.call(
            broker -> {
              LongStream.Builder some = LongStream.builder();
              broker
                  .adoption()
                  .forEachStored(
                      job -> {
                        if (indexes.contains(Origins.index(job.handle()))) {
                          some.add(job.handle());
                        }
                      });
              return some.build();
            });
    return handles.sorted().toArray();
  }

  private static List<Long> missing(long[] of, long[] in) {
    List<Long> missing = new ArrayList<>();
    for (long handle : of) {
      if (Arrays.binarySearch(in, handle) < 0) {
        missing.add(handle);
      }
    }
    return missing;
  }

  private List<String> without(
      Collection<String> inherited, long[] found, long[] memory, List<String> strange) {
    Set<String> some = new HashSet<>();
    LongStream.concat(Arrays.stream(found), Arrays.stream(memory))
        .forEach(handle -> some.add(origins.incarnation(Origins.index(handle))));
    strange.forEach(key -> some.add(JobRecord.incarnation(key)));
    return inherited.stream().filter(incarnation -> !some.contains(incarnation)).toList();
  }

  /** Those of these origins that no job is left of, here or in the map. */
  List<String> workedOff(Collection<String> inherited) {
    if (inherited.isEmpty()) {
      return List.of();
    }
    long[] none = {};
    List<String> candidates = without(inherited, none, handles(inherited), List.of());
    List<String> strange = new ArrayList<>();
    return candidates.isEmpty()
        ? candidates
        : without(candidates, records.handles(candidates, strange), none, strange);
  }

  /**
   * Writes all stored jobs of this server and of these origins again, what runs, and who owns which
   * unique id.
   */
  void writeAgain(Collection<String> inherited) {
    write(Arrays.stream(handles(inherited)).boxed().toList());
    loop.run(broker -> list.writeAgain());
    loop.run(
        broker -> {
          List<Job> claimed = new ArrayList<>();
          broker.adoption().forEachClaimed(claimed::add);
          owners.restore(claimed);
        });
  }

  private void write(List<Long> handles) {
    Adoption adoption = loop.call(Broker::adoption);
    loop.forEach(handles, adoption::writeAgain);
  }

  /**
   * Gives up the jobs of an origin that another server is the home of.
   *
   * @param write whether their records are to be written before, because the other may lack some
   */
  void giveUp(String incarnation, boolean write) {
    int index = origins.find(incarnation);
    if (index <= 0) {
      return;
    }
    if (write) {
      List<Long> handles = new ArrayList<>();
      for (long handle : handles(List.of(incarnation))) {
        if (Origins.index(handle) == index) {
          handles.add(handle);
        }
      }
      write(handles);
    }
    loop.run(broker -> broker.adoption().forget(index));
    LOG.info("gave up the jobs of {}", incarnation);
  }
}

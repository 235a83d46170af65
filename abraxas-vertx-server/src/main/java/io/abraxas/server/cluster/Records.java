package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.store.JobRecord;
import io.abraxas.server.store.UnreadableRecordException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of jobs by the origin in their keys. Blocks; confined to the cluster's thread.
 *
 * <p>One partition is asked at a time: so an answer is a small share of all jobs, and is right also
 * while partitions move.
 */
final class Records {
  private static final int CHUNK = 256;
  private static final Logger LOG = LoggerFactory.getLogger(Records.class);

  private final HazelcastJobMap map;
  private final Origins origins;

  /** For each partition a key that lies in it. */
  private final String[] partitionKeys;

  /** Keys of what could not be read, each of which the log has. */
  private final Set<String> unreadable = new HashSet<>();

  Records(Maps maps, Origins origins) {
    map = maps.jobMap();
    this.origins = origins;
    partitionKeys = partitionKeys(maps.hazelcast().getPartitionService());
  }

  /** For each partition a key that lies in it. */
  static String[] partitionKeys(PartitionService partitions) {
    String[] keys = new String[partitions.getPartitions().size()];
    int missing = keys.length;
    for (int i = 0; missing > 0; i++) {
      String key = Integer.toString(i);
      int partition = partitions.getPartition(key).getPartitionId();
      if (keys[partition] == null) {
        keys[partition] = key;
        missing--;
      }
    }
    return keys;
  }

  /** All jobs of these origins, in the order of their acceptance. */
  List<StoredJob> read(Collection<String> incarnations) {
    List<StoredJob> jobs = new ArrayList<>();
    forEachPartition(
        incarnations,
        inPartition ->
            map.entries(inPartition)
                .forEach(entry -> decode(entry.getKey(), entry.getValue(), jobs)));
    return inOrder(jobs);
  }

  /** Those of these jobs that are there, in the order of their acceptance. */
  List<StoredJob> get(List<String> keys) {
    List<StoredJob> jobs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i += CHUNK) {
      List<String> chunk = keys.subList(i, Math.min(keys.size(), i + CHUNK));
      map.getAll(chunk).forEach((key, record) -> decode((String) key, record, jobs));
    }
    return inOrder(jobs);
  }

  /**
   * The handles of all jobs of these origins, sorted.
   *
   * @param strange gets the keys of those whose origin no record was read of yet
   */
  long[] handles(Collection<String> incarnations, List<String> strange) {
    LongStream.Builder handles = LongStream.builder();
    forEachPartition(
        incarnations,
        inPartition -> {
          for (String key : map.keys(inPartition)) {
            int index = origins.find(JobRecord.incarnation(key));
            long number = JobRecord.number(key);
            if (index < 0 || number < 0) {
              strange.add(key);
            } else {
              handles.add(Origins.handle(index, number));
            }
          }
        });
    return handles.build().sorted().toArray();
  }

  private void forEachPartition(
      Collection<String> incarnations, Consumer<Predicate<String, byte[]>> action) {
    if (incarnations.isEmpty()) {
      return;
    }
    // Incarnations are digits: nothing in them means anything to a regular expression.
    String keys =
        incarnations.stream()
            .map(JobRecord::prefix)
            .map(prefix -> prefix.replace(".", "\\."))
            .collect(Collectors.joining("|", "(?:", ").*"));
    Predicate<String, byte[]> ofThese = Predicates.regex("__key", keys);
    for (String key : partitionKeys) {
      action.accept(Predicates.partitionPredicate(key, ofThese));
    }
  }

  private void decode(String key, byte[] record, List<StoredJob> jobs) {
    try {
      jobs.add(JobRecord.read(key, record, origins));
    } catch (UnreadableRecordException e) {
      if (unreadable.add(key)) {
        LOG.warn("left a job where it is: {}", e.getMessage());
      }
    }
  }

  private static List<StoredJob> inOrder(List<StoredJob> jobs) {
    jobs.sort(
        Comparator.comparingLong(StoredJob::queuedMillis).thenComparingLong(StoredJob::handle));
    return jobs;
  }

  /** What the entries of {@link Maps#RUNNING} of these servers list. */
  static Runs runs(IMap<String, byte[]> running, Set<String> incarnations) {
    Runs runs = new Runs();
    for (Map.Entry<String, byte[]> entry : running.getAll(incarnations).entrySet()) {
      try {
        runs.add(entry.getValue());
      } catch (IllegalArgumentException e) {
        LOG.warn("cannot read what ran on {}: {}", entry.getKey(), e.getMessage());
      }
    }
    return runs;
  }
}

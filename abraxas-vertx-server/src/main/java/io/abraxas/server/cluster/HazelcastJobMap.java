package io.abraxas.server.cluster;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.MapEntries;
import com.hazelcast.map.impl.operation.DeleteOperation;
import com.hazelcast.map.impl.operation.PutAllOperation;
import com.hazelcast.map.listener.MapPartitionLostListener;
import com.hazelcast.partition.PartitioningStrategy;
import com.hazelcast.query.Predicate;
import com.hazelcast.spi.impl.AbstractDistributedObject;
import io.abraxas.server.store.JobRecord;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * {@link Maps#JOBS}. The keys of jobs that were numbered one after the other lie in one partition,
 * so that the jobs of a turn are written by a few operations: each is written to the primary,
 * carried to the backups and answered as a whole.
 *
 * <p>A key is given to Hazelcast as its bytes, which say in which partition it lies: so Hazelcast
 * need not know of the rule, here or on other members. Who reads the map by queries sees texts.
 * Nobody else uses it by keys.
 *
 * <p>Two operations are sent by {@link MapCalls}, because {@code IMap} has no method for it: a put
 * of several in one partition ({@code setAllAsync} bundles partitions, and drops what their backups
 * answer), and a removal that neither blocks nor brings the old value back ({@code deleteAsync}
 * comes with Hazelcast 5.5).
 */
final class HazelcastJobMap implements JobMap {
  private static final PartitioningStrategy<String> BY_GROUP = HazelcastJobMap::group;

  private final IMap<Object, byte[]> map;
  private final IMap<String, byte[]> texts;
  private final MapCalls calls;
  private final SerializationService serialization;

  @SuppressWarnings("unchecked") // A key may be given as its bytes wherever one is.
  HazelcastJobMap(IMap<String, byte[]> map) {
    texts = map;
    this.map = (IMap<Object, byte[]>) (IMap<?, ?>) map;
    calls = new MapCalls(map);
    serialization = ((AbstractDistributedObject<?>) map).getNodeEngine().getSerializationService();
  }

  private static String group(String key) {
    long number = JobRecord.number(key);
    // What is no key of a job is nobody's, and lies anywhere.
    return number < 0 ? key : JobRecord.incarnation(key) + "." + number / TOGETHER;
  }

  /** A key as its bytes. */
  Data data(String key) {
    return serialization.toData(key, BY_GROUP);
  }

  @Override
  public CompletionStage<?> set(String key, byte[] record) {
    return map.setAsync(data(key), record);
  }

  @Override
  public CompletionStage<?> setAll(List<String> keys, List<byte[]> records) {
    MapEntries entries = new MapEntries(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      entries.add(data(keys.get(i)), serialization.toData(records.get(i)));
    }
    return calls.begin(new PutAllOperation(map.getName(), entries, false), entries.getKey(0));
  }

  @Override
  public CompletionStage<?> remove(String key) {
    Data data = data(key);
    return calls.begin(new DeleteOperation(map.getName(), data, false), data);
  }

  /** The record of a job, or null. */
  CompletionStage<byte[]> get(String key) {
    return map.getAsync(data(key));
  }

  /** The record of a job, or null. Blocks. */
  byte[] read(String key) {
    return map.get(data(key));
  }

  /** Those of these records that are there, by their keys. Blocks. */
  Map<?, byte[]> getAll(Collection<String> keys) {
    Set<Object> data = new HashSet<>();
    keys.forEach(key -> data.add(data(key)));
    return map.getAll(data);
  }

  /** What a query finds. Blocks. */
  Set<Map.Entry<String, byte[]>> entries(Predicate<String, byte[]> query) {
    return texts.entrySet(query);
  }

  /** The keys of what a query finds. Blocks. */
  Set<String> keys(Predicate<String, byte[]> query) {
    return texts.keySet(query);
  }

  /** Has Hazelcast tell of lost records. Blocks. */
  UUID tellOfLosses(MapPartitionLostListener listener) {
    return texts.addPartitionLostListener(listener);
  }

  /** Ends {@link #tellOfLosses}. Blocks. */
  void tellNoMore(UUID listener) {
    texts.removePartitionLostListener(listener);
  }
}

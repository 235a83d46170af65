package io.abraxas.server.cluster;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.operation.MapOperationProvider;
import com.hazelcast.map.impl.proxy.MapProxyImpl;
import com.hazelcast.spi.impl.NodeEngine;
import java.util.concurrent.CompletionStage;

/**
 * Operations that change an entry only if it is as expected, without waiting for them. Each may
 * throw at once when the member merges or ends.
 */
interface UniqueMap {
  /** Completes with the value that is there, or with null when this one is from now on. */
  CompletionStage<byte[]> putIfAbsent(String key, byte[] value);

  /** Completes with whether the value that is known was there, and was replaced. */
  CompletionStage<Boolean> replace(String key, byte[] known, byte[] value);

  /** Completes with whether the value that is known was there, and was removed. */
  CompletionStage<Boolean> remove(String key, byte[] known);

  /**
   * {@link IMap} has these as calls that block only; its one implementation on members can do more.
   */
  static UniqueMap of(IMap<String, byte[]> map) {
    MapProxyImpl<String, byte[]> proxy = (MapProxyImpl<String, byte[]>) map;
    NodeEngine engine = proxy.getNodeEngine();
    String name = map.getName();
    MapOperationProvider operations =
        proxy.getService().getMapServiceContext().getMapOperationProvider(name);
    MapCalls calls = new MapCalls(map);
    return new UniqueMap() {
      @Override
      public CompletionStage<byte[]> putIfAbsent(String key, byte[] value) {
        return proxy.putIfAbsentAsync(key, value);
      }

      @Override
      public CompletionStage<Boolean> replace(String key, byte[] known, byte[] value) {
        Data at = engine.toData(key);
        return calls.begin(
            operations.createReplaceIfSameOperation(
                name, at, engine.toData(known), engine.toData(value)),
            at);
      }

      @Override
      public CompletionStage<Boolean> remove(String key, byte[] known) {
        Data at = engine.toData(key);
        return calls.begin(
            operations.createRemoveIfSameOperation(name, at, engine.toData(known)), at);
      }
    };
  }
}

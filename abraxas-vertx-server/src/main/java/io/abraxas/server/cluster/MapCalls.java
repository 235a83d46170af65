package io.abraxas.server.cluster;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.MapService;
import com.hazelcast.map.impl.operation.MapOperation;
import com.hazelcast.spi.impl.AbstractDistributedObject;
import com.hazelcast.spi.impl.NodeEngine;
import java.util.concurrent.CompletionStage;

/**
 * Hazelcast's own operations on a map, as its maps send them: for those that {@link IMap} has no
 * method for, or one that blocks. Any member can do them.
 */
final class MapCalls {
  private final NodeEngine engine;

  MapCalls(IMap<?, ?> map) {
    engine = ((AbstractDistributedObject<?>) map).getNodeEngine();
  }

  /**
   * Begins an operation where a key lies. May throw at once when the member merges or ends.
   *
   * @param <T> of what the operation answers
   */
  <T> CompletionStage<T> begin(MapOperation operation, Data key) {
    return engine
        .getOperationService()
        .createInvocationBuilder(
            MapService.SERVICE_NAME, operation, engine.getPartitionService().getPartitionId(key))
        // Else it succeeds when a backup does not answer in time.
        .setFailOnIndeterminateOperationState(true)
        .invoke();
  }
}

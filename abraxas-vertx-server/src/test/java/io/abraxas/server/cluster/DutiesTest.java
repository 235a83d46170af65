package io.abraxas.server.cluster;

import static io.abraxas.server.cluster.ClusterServers.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.abraxas.server.client.Await;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose Hazelcast takes no listeners at first, and lives on without the server. */
@Timeout(120)
class DutiesTest {
  private final TestCluster cluster = new TestCluster();
  private Vertx vertx;

  /** How often a listener of a kind is refused, by the name of the map and the method. */
  private final Map<String, AtomicInteger> refusals = new ConcurrentHashMap<>();

  /** Which listeners of maps are registered, and of which map. */
  private final Map<Object, String> registered = new ConcurrentHashMap<>();

  @AfterEach
  void stop() {
    Await.result(vertx.close(), TestServers.PATIENCE_SECONDS);
    cluster.close();
  }

  private GearmanServer start() {
    String id = UUID.randomUUID().toString();
    // Vert.x wants it of a member that it did not start.
    HazelcastInstance hazelcast =
        watched(
            cluster.start(
                config -> config.getMemberAttributeConfig().setAttribute("__vertx.nodeId", id)));
    vertx =
        Await.result(
            Vertx.builder()
                .with(
                    new VertxOptions()
                        .setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
                .withClusterManager(new HazelcastClusterManager(hazelcast))
                .buildClustered(),
            TestServers.PATIENCE_SECONDS);
    GearmanServer server =
        GearmanServer.create(
            vertx, new GearmanServerOptions().setListen(List.of("127.0.0.1:0")).setCluster(true));
    Await.result(server.listen(), TestServers.PATIENCE_SECONDS);
    return server;
  }

  private HazelcastInstance watched(HazelcastInstance hazelcast) {
    return proxy(
        HazelcastInstance.class,
        (proxy, method, arguments) -> {
          Object result = call(hazelcast, method, arguments);
          // Others are cast to what they are.
          return Maps.NODES.equals(first(arguments)) || Maps.SCHEDULES.equals(first(arguments))
              ? proxy(IMap.class, watched((IMap<?, ?>) result))
              : result;
        });
  }

  private InvocationHandler watched(IMap<?, ?> map) {
    return (proxy, method, arguments) -> {
      String kind = map.getName() + " " + method.getName();
      if (refusals.containsKey(kind) && refusals.get(kind).getAndDecrement() > 0) {
        throw new HazelcastException("not now");
      }
      if (method.getName().matches("add.*Listener")) {
        Object id = call(map, method, arguments);
        registered.put(id, kind);
        return id;
      }
      if (method.getName().matches("remove.*Listener")) {
        registered.remove(arguments[0]);
      }
      return call(map, method, arguments);
    };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(DutiesTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object first(Object[] arguments) {
    return arguments == null ? null : arguments[0];
  }

  @Test
  void listenersThatCannotBeRegisteredAreTriedAgainAndRemovedAtTheEnd() {
    refusals.put(Maps.NODES + " addEntryListener", new AtomicInteger(1));
    // Each time after others were registered.
    refusals.put(Maps.SCHEDULES + " addPartitionLostListener", new AtomicInteger(2));
    GearmanServer server = start();
    soon()
        .untilAsserted(
            () ->
                assertThat(registered.values())
                    .containsExactlyInAnyOrder(
                        Maps.NODES + " addEntryListener",
                        Maps.SCHEDULES + " addEntryListener",
                        Maps.SCHEDULES + " addPartitionLostListener"));
    Await.result(server.close(), TestServers.PATIENCE_SECONDS);
    assertThat(registered).isEmpty();
    assertThat(ClusteredVertx.hazelcast(vertx).getLifecycleService().isRunning()).isTrue();
  }

  @Test
  void oneThatCannotBeRemovedKeepsNoOther() {
    refusals.put(Maps.NODES + " removeEntryListener", new AtomicInteger(1));
    GearmanServer server = start();
    soon().until(() -> registered.size() == 3);
    Await.result(server.close(), TestServers.PATIENCE_SECONDS);
    assertThat(registered.values()).containsExactly(Maps.NODES + " addEntryListener");
  }
}
